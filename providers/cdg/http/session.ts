/** One admin token shared by all calls: one login at a time, and none after the system refused one. */
import type { ProviderError } from "../../kit/handler.ts";

/** Answers a login: the token, or why the system refused it. What may pass is thrown instead. */
export type Login = () => Promise<{ readonly token: string } | { readonly refusal: ProviderError }>;

export class Session {
  private readonly login: Login;
  private current: string | null = null;
  private pending: Promise<string> | null = null;
  private refusal: ProviderError | null = null;

  constructor(login: Login) {
    this.login = login;
  }

  /** True after the system refused the login: this process does not ask again. */
  get refused(): boolean {
    return this.refusal !== null;
  }

  /** The token; callers that come while a login runs wait for that one. */
  async token(): Promise<string> {
    if (this.refusal !== null) throw this.refusal;
    if (this.current !== null) return this.current;
    this.pending ??= this.renew().finally(() => {
      this.pending = null;
    });
    return this.pending;
  }

  /** A call was told that this token is no longer good. A newer one, fetched meanwhile, is left alone. */
  expire(token: string): void {
    if (this.current === token) this.current = null;
  }

  private async renew(): Promise<string> {
    const answer = await this.login();
    if ("refusal" in answer) {
      // A wrong password is asked once: ten more would shut our address out for every tenant.
      this.refusal = answer.refusal;
      throw this.refusal;
    }
    this.current = answer.token;
    return answer.token;
  }
}
