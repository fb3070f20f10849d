/**
 * A connection to one SFTPGo: the login, the retries, its errors in its own words. Tenants of one process
 * share it, so that a fleet logs in once.
 */
import { z } from "zod";
import type { ProviderError } from "../../kit/handler.ts";
import { PATIENCE, type Patience, pause } from "../http/backoff.ts";
import { hasCode, type Place, TransportError } from "../http/errors.ts";
import { inShape, jsonOf } from "../http/reply.ts";
import { type Login, Session } from "../http/session.ts";
import { type HttpReply, type HttpRequest, Transport } from "../http/transport.ts";

export interface RestOptions {
  /** Where the API is: `https://HOST:PORT/` or `…/api/v2`. */
  readonly url: string;
  readonly account: string;
  readonly password: string;
  readonly caFile?: string | undefined;
  /** Told about every token, so that none is ever logged. */
  readonly hide?: (secret: string) => void;
  readonly requestTimeoutMs?: number;
  readonly patience?: Patience;
  /** Administrators and users have a login each. Default `/token`, the administrators'. */
  readonly loginPath?: "/token" | "/user/token";
}

/** A request and what may be done when its answer is lost. */
export interface RestCall extends Place {
  readonly method: HttpRequest["method"];
  /** Below `/api/v2`, e.g. `/users/nerac.accueil`. */
  readonly path: string;
  readonly body?: object;
  /**
   * `again`: asking twice is harmless (reads, full replaces, deletes). `look`: the caller looks what became
   * of it first (creates).
   */
  readonly lost: "again" | "look";
}

const versionReply = z.looseObject({ version: z.string() });
const loginReply = z.looseObject({ access_token: z.string().min(1) });
/** SFTPGo's errors: what went wrong stands in `error`, or in `message` alone. */
const errorReply = z.looseObject({ error: z.string().default(""), message: z.string().default("") });

/** A login that is refused may mean that SFTPGo's database is down: it says 401 then as well. */
const LOGIN_TRIES = 2;

export class Rest {
  /** HTTP requests sent, for figures and limits. */
  readonly sent = { requests: 0, logins: 0 };
  readonly patience: Patience;
  private readonly options: RestOptions;
  private readonly transport: Transport;
  private readonly session: Session;
  private readonly root: string;

  constructor(options: RestOptions) {
    this.options = options;
    this.patience = options.patience ?? PATIENCE;
    this.root = `${new URL(options.url).pathname.replace(/\/+$/, "").replace(/\/api\/v2$/, "")}/api/v2`;
    const { url, caFile, requestTimeoutMs = 30_000 } = options;
    this.transport = new Transport({ url, caFile, connections: 6, requestTimeoutMs });
    this.session = new Session(() => this.login());
  }

  /** The object, or `null` where SFTPGo says that it has none. @throws ProviderError in every other case. */
  async find<T>(call: Omit<RestCall, "method" | "lost">, shape: z.ZodType<T>, signal: AbortSignal) {
    try {
      return await this.ask({ ...call, method: "GET", lost: "again" }, shape, signal);
    } catch (error) {
      if (hasCode(error, "sftpgo.404")) return null;
      throw error;
    }
  }

  /** A call whose reply has this shape. @throws ProviderError also where it has another. */
  async ask<T>(call: RestCall, shape: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    return inShape(await this.call(call, signal), shape, "SFTPGo", call);
  }

  /** @throws ProviderError `sftpgo.<status>` with SFTPGo's text, or `http.…` where SFTPGo did not answer. */
  async call(call: RestCall, signal: AbortSignal): Promise<unknown> {
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const token = await this.token(call);
        const reply = await this.send(call, `Bearer ${token}`, signal);
        if (reply.status >= 200 && reply.status < 300) {
          const answer = jsonOf(reply.text);
          if (answer !== null) return answer;
          const message = `no JSON in the answer (HTTP ${reply.status})`;
          throw new TransportError("http.malformed", "unknown", message);
        }
        if (reply.status === 401 && !renewed) {
          renewed = true;
          this.session.expire(token);
          attempt -= 1;
          continue;
        }
        throw this.refusalOf(reply);
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        const again = error.outcome === "refused" || (error.outcome === "unknown" && call.lost === "again");
        if (!again || attempt >= this.patience.attempts) throw error.at(call);
        await pause(this.patience, attempt, error.retryAfterMs, signal);
      }
    }
  }

  get url(): string {
    return this.options.url;
  }

  /** Whether SFTPGo itself answers, to whoever asks: it refuses its version without a login, in JSON. */
  async answers(signal: AbortSignal): Promise<boolean> {
    try {
      const { status, text } = await this.transport.send(
        { method: "GET", path: `${this.root}/version`, headers: {} },
        signal,
      );
      return status === 401 && errorReply.safeParse(jsonOf(text)).success;
    } catch (error) {
      if (error instanceof TransportError) return false;
      throw error;
    }
  }

  /** Its version, told to who has logged in. */
  async version(signal: AbortSignal): Promise<string> {
    const call = {
      operation: "get version",
      target: this.url,
      method: "GET",
      path: "/version",
      lost: "again",
    } as const;
    return (await this.ask(call, versionReply, signal)).version;
  }

  /** Whom this connection logs in as, for an SFTPGo that does not know it yet; bcrypt is loaded for it alone. */
  async administrator(): Promise<{ readonly account: string; readonly passwordHash: string }> {
    const { account, password } = this.options;
    const { hash } = await import("bcryptjs");
    // SFTPGo knows a hash of its own by `$2a$` (its internal/dataprovider); `$2b$` names the same algorithm.
    return { account, passwordHash: (await hash(password, 10)).replace(/^\$2b\$/, "$2a$") };
  }

  /** The same SFTPGo as one of its users. */
  as(account: string, password: string): Rest {
    return new Rest({ ...this.options, account, password, loginPath: "/user/token" });
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  private async token(at: Place): Promise<string> {
    try {
      return await this.session.token();
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      throw error.at({ operation: `login for ${at.operation}`, target: at.target });
    }
  }

  private send(call: RestCall, authorization: string, signal: AbortSignal): Promise<HttpReply> {
    this.sent.requests += 1;
    const { method, path, body } = call;
    const headers = { authorization, "content-type": "application/json" };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return this.transport.send({ method, path: `${this.root}${path}`, headers, ...content }, signal);
  }

  /**
   * A 500 covers everything that SFTPGo did not foresee, a database that is away among it: whether the work
   * was done is unknown.
   */
  private refusalOf(reply: HttpReply): TransportError {
    const said = errorReply.safeParse(jsonOf(reply.text));
    // Its router's own 404 carries no `error`: that is a wrong URL, never an object that is gone.
    const own = said.success && (said.data.error !== "" || reply.status === 401 || reply.status === 403);
    if (!own || [429, 502, 503, 504].includes(reply.status)) {
      const hint = reply.status === 404 ? " (is the URL that of SFTPGo's API?)" : "";
      return this.transport.unexpected(reply, hint);
    }
    const text = [...new Set([said.data.message, said.data.error])].filter((part) => part !== "").join(": ");
    const outcome = reply.status >= 500 ? "unknown" : ("permanent" as const);
    return new TransportError(`sftpgo.${reply.status}`, outcome, `${text} (HTTP ${reply.status})`);
  }

  private async login(): ReturnType<Login> {
    const { account, password, hide, loginPath = "/token" } = this.options;
    const authorization = `Basic ${Buffer.from(`${account}:${password}`).toString("base64")}`;
    const call = {
      operation: "login",
      target: account,
      method: "GET",
      path: loginPath,
      lost: "again",
    } as const;
    // Belongs to all waiting calls, so no single caller's cancellation ends it; the clock does.
    const signal = new AbortController().signal;
    for (let attempt = 1; ; attempt += 1) {
      this.sent.logins += 1;
      try {
        const reply = await this.send(call, authorization, signal);
        const token = reply.status === 200 ? loginReply.safeParse(jsonOf(reply.text)) : null;
        if (token?.success === true) {
          hide?.(token.data.access_token);
          return { token: token.data.access_token };
        }
        throw this.refusalOf(reply);
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        const mayPass = error.code === "sftpgo.401" ? attempt < LOGIN_TRIES : error.outcome !== "permanent";
        if (!mayPass && error.code === "sftpgo.401") return { refusal: error.at(call) };
        if (!mayPass || attempt >= 3) throw error;
        await pause(this.patience, attempt + 1, error.retryAfterMs, signal);
      }
    }
  }
}

/** The object of this name exists already, or one that it refers to does not. */
export function isConflict(error: unknown): error is ProviderError {
  return hasCode(error, "sftpgo.409");
}
