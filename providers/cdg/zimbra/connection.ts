/**
 * A connection to one Zimbra: the login, the rate, the retries. Tenants of one process share it, so that
 * a fleet logs in once and keeps one rate together.
 */
import { z } from "zod";
import { PATIENCE, type Patience, pause } from "../http/backoff.ts";
import { inShape } from "../http/reply.ts";
import { type Login, Session } from "../http/session.ts";
import { TokenBucket } from "../http/token-bucket.ts";
import { Transport } from "../http/transport.ts";
import { faultError, isAuthFault, isTransient, type Place, TransportError } from "./errors.ts";
import { refuseWrite } from "./read-only.ts";
import {
  batchEnvelope,
  envelope,
  parseReply,
  type SoapFault,
  type SoapReply,
  type SoapRequest,
} from "./soap.ts";

export interface ConnectionOptions {
  readonly url: string;
  readonly account: string;
  readonly password: string;
  readonly caFile?: string | undefined;
  readonly requestsPerSecond: number;
  readonly connections?: number;
  readonly requestTimeoutMs?: number;
  readonly patience?: Patience;
  /** Refuses every call that could change something. @default false */
  readonly readOnly?: boolean;
}

/** A request and what may be done when its answer is lost. */
export interface Call extends SoapRequest {
  /** Named in errors: an address, a domain. */
  readonly target: string;
  /**
   * `again`: asking twice is harmless (reads, modify, delete), so the connection retries. `look`: the
   * caller looks what became of it first (creates, renames).
   */
  readonly lost: "again" | "look";
}

/** How each request of a batch ended; those after the first fault were not run. */
export type Outcome =
  | { readonly kind: "response"; readonly body: unknown }
  | { readonly kind: "fault"; readonly fault: SoapFault }
  | { readonly kind: "not run" };

const loginReply = z.object({ authToken: z.array(z.object({ _content: z.string() })).min(1) });

export class Connection {
  /** HTTP requests sent, for figures and limits. */
  readonly sent = { requests: 0, logins: 0 };
  readonly patience: Patience;
  private readonly transport: Transport;
  private readonly bucket: TokenBucket;
  private readonly session: Session;
  private readonly password: string;
  private readonly path: string;
  private readonly readOnly: boolean;

  constructor(options: ConnectionOptions) {
    this.patience = options.patience ?? PATIENCE;
    this.password = options.password;
    this.readOnly = options.readOnly ?? false;
    const { pathname } = new URL(options.url);
    this.path = pathname === "/" ? "/service/admin/soap/" : pathname;
    this.transport = new Transport({
      url: options.url,
      caFile: options.caFile,
      connections: options.connections ?? 6,
      requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
    });
    this.bucket = new TokenBucket(options.requestsPerSecond);
    this.session = new Session(() => this.login(options.account));
  }

  get refused(): boolean {
    return this.session.refused;
  }

  /** A call whose reply has this shape. @throws ProviderError also where it has another. */
  async ask<T>(call: Call, shape: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    return inShape(await this.call(call, signal), shape, "Zimbra", call);
  }

  /** @throws ProviderError with Zimbra's code, or with ours (`http.…`) where no SOAP answer came. */
  async call(call: Call, signal: AbortSignal): Promise<unknown> {
    if (this.readOnly) refuseWrite(call);
    const reply = await this.exchange((token) => envelope(call, token), call, signal);
    if (reply.kind === "response") return reply.body;
    if (reply.kind === "fault") throw faultError(this.scrub(reply.fault), call);
    throw new TransportError("http.malformed", "permanent", "a batch was answered to one request").at(call);
  }

  /** Several requests in one HTTP request, in order, stopping at the first fault. */
  async batch(calls: readonly Call[], signal: AbortSignal): Promise<Outcome[]> {
    if (this.readOnly) calls.forEach(refuseWrite);
    const place = {
      operation: calls.map((call) => call.operation).join("+"),
      target: calls[0]?.target ?? "",
    };
    const lost = calls.every((call) => call.lost === "again") ? "again" : "look";
    const reply = await this.exchange((token) => batchEnvelope(calls, token), { ...place, lost }, signal);
    if (reply.kind === "fault") throw faultError(this.scrub(reply.fault), place);
    if (reply.kind === "response") {
      throw new TransportError("http.malformed", "permanent", "no batch in the answer to one").at(place);
    }
    return calls.map((_, index): Outcome => {
      const fault = reply.faults.find((one) => one.requestId === String(index));
      if (fault !== undefined) return { kind: "fault", fault: this.scrub(fault) };
      const body = reply.responses.get(String(index));
      return body === undefined ? { kind: "not run" } : { kind: "response", body };
    });
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  private async exchange(
    write: (token: string) => string,
    at: Place & { readonly lost: "again" | "look" },
    signal: AbortSignal,
  ): Promise<Exclude<SoapReply, null>> {
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const token = await this.token(at);
        const reply = await this.send(write(token), signal);
        if (reply.kind !== "response" && expired(reply) && !renewed) {
          renewed = true;
          this.session.expire(token);
          attempt -= 1;
          continue;
        }
        const later = reply.kind === "fault" && isTransient(reply.fault) && at.lost === "again";
        if (!later || attempt >= this.patience.attempts) return reply;
        await pause(this.patience, attempt, null, signal);
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        const again = error.outcome === "refused" || (error.outcome === "unknown" && at.lost === "again");
        if (!again || attempt >= this.patience.attempts) throw error.at(at);
        await pause(this.patience, attempt, error.retryAfterMs, signal);
      }
    }
  }

  /** A failed login has its own place; one that got no answer was already retried. */
  private async token(at: Place): Promise<string> {
    try {
      return await this.session.token();
    } catch (error) {
      throw error instanceof TransportError
        ? error.at({ operation: `Auth for ${at.operation}`, target: at.target })
        : error;
    }
  }

  private async send(body: string, signal: AbortSignal): Promise<Exclude<SoapReply, null>> {
    await this.bucket.take(signal);
    this.sent.requests += 1;
    const path = this.path;
    const headers = { "content-type": "application/json; charset=utf-8" };
    const answer = await this.transport.send({ method: "POST", path, headers, body }, signal);
    const { status, text } = answer;
    // Every SOAP fault is HTTP 500, so 200 and 500 go on to the SOAP reader.
    if (status !== 200 && status !== 500) throw this.transport.unexpected(answer, meaning(status));
    const reply = parseReply(text);
    if (reply !== null) return reply;
    const what = text.trimStart().startsWith("<") ? "a page of HTML" : "half an answer";
    throw new TransportError("http.malformed", "unknown", `${what} instead of SOAP (HTTP ${status})`);
  }

  /** Sends no old token: Zimbra refuses a login whose header carries an expired one. */
  private async login(account: string): ReturnType<Login> {
    const body = envelope({ operation: "Auth", body: { name: account, password: this.password } }, null);
    // Belongs to all waiting calls, so no single caller's cancellation ends it; the clock does.
    const signal = new AbortController().signal;
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.sent.logins += 1;
        const reply = await this.send(body, signal);
        if (reply.kind === "fault" && !isTransient(reply.fault)) {
          const at = { operation: "Auth", target: account };
          return { refusal: faultError(this.scrub(reply.fault), at) };
        }
        const token = reply.kind === "response" ? loginReply.safeParse(reply.body) : null;
        if (token?.success === true) return { token: token.data.authToken[0]?._content ?? "" };
        throw new TransportError("http.malformed", "unknown", "the answer to a login holds no token");
      } catch (error) {
        const again = error instanceof TransportError && error.outcome !== "permanent";
        if (!again || attempt >= 3) throw error;
        await pause(this.patience, attempt, error.retryAfterMs, signal);
      }
    }
  }

  private scrub(fault: SoapFault): SoapFault {
    return this.password.length > 3 && fault.text.includes(this.password)
      ? { ...fault, text: fault.text.replaceAll(this.password, "[secret]") }
      : fault;
  }
}

/** The first fault of a batch, with the index of its request; `null` when all went well. */
export function firstFault(
  outcomes: readonly Outcome[],
): { readonly fault: SoapFault; readonly index: number } | null {
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.kind === "fault") return { fault: outcome.fault, index };
  }
  return null;
}

/** For batches of which no request may fail. @throws ProviderError of the first fault. */
export async function batchOrThrow(
  connection: Connection,
  calls: readonly Call[],
  signal: AbortSignal,
): Promise<void> {
  const failed = firstFault(await connection.batch(calls, signal));
  const call = calls[failed?.index ?? 0];
  if (failed !== null && call !== undefined) throw faultError(failed.fault, call);
}

function expired(reply: Exclude<SoapReply, { kind: "response" }>): boolean {
  const faults = reply.kind === "fault" ? [reply.fault] : reply.faults;
  return faults.some((fault) => isAuthFault(fault.code));
}

function meaning(status: number): string {
  if (status === 429) return " (too many requests)";
  if (status === 503) return " (unavailable, or this address was shut out after failed logins)";
  return status === 404 || status === 405 ? " (is the URL that of the admin SOAP service?)" : "";
}
