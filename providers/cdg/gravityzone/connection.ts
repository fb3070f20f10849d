/**
 * A connection to one GravityZone: the key, the rate, the retries. Tenants of one process share it; processes of
 * one machine share the rate.
 */
import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { ProviderError } from "../../kit/handler.ts";
import { PATIENCE, type Patience, pause } from "../http/backoff.ts";
import { inShape, jsonOf } from "../http/reply.ts";
import { type HttpReply, Transport } from "../http/transport.ts";
import { faultError, isTransient, type RpcFault, refusal, TransportError } from "./errors.ts";
import { SharedRate } from "./shared-rate.ts";

export interface ConnectionOptions {
  /** The access URL, `https://HOST/api`. */
  readonly url: string;
  readonly apiKey: string;
  readonly caFile?: string | undefined;
  readonly requestsPerSecond: number;
  readonly subscriptionsPerMinute: number;
  readonly requestTimeoutMs?: number;
  readonly patience?: Patience;
  /** Folder of the rates that processes share. @default `$XDG_CACHE_HOME/bastide/rates`; `null`: not shared */
  readonly ratesFolder?: string | null;
}

/** A call and what may be done when its answer is lost. */
export interface Call {
  /** For example `companies.createCompany`. */
  readonly operation: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Named in errors: a company, an address. */
  readonly target: string;
  /** `again`: asking twice is harmless. `look`: the caller looks what became of it first. */
  readonly lost: "again" | "look";
}

/** Each may tell us to wait for up to a minute; a run's own deadline ends it earlier. */
const TRIES_WHEN_BUSY = 12;
const SUBSCRIPTION = "licensing.setMonthlySubscription";

const replySchema = z.union([
  z.object({
    error: z.object({
      code: z.number(),
      message: z.string(),
      data: z.object({ details: z.string().default("") }).default({ details: "" }),
    }),
  }),
  z.object({ result: z.unknown() }),
]);

export class Connection {
  /** Requests sent, for figures and limits. */
  readonly sent = { requests: 0 };
  readonly patience: Patience;
  readonly #transport: Transport;
  readonly #url: string;
  readonly #apiKey: string;
  readonly #all: SharedRate;
  readonly #subscriptions: SharedRate;
  #refusal: ProviderError | null = null;

  constructor(options: ConnectionOptions) {
    this.patience = options.patience ?? PATIENCE;
    this.#url = options.url.replace(/\/+$/, "");
    this.#apiKey = options.apiKey;
    this.#transport = new Transport({
      url: options.url,
      caFile: options.caFile,
      connections: 6,
      requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
    });
    const { requestsPerSecond, subscriptionsPerMinute } = options;
    const base = options.ratesFolder === undefined ? ratesFolder() : options.ratesFolder;
    const folder = (what: string) => (base === null ? null : join(base, `${this.#fingerprint()}-${what}`));
    // Half of what the vendor allows at once: its bucket and our slots do not start at the same instant.
    const burst = (limit: number) => Math.max(1, Math.min(5, Math.floor(limit / 2)));
    this.#all = new SharedRate({
      folder: folder("all"),
      perSecond: requestsPerSecond,
      burst: burst(requestsPerSecond),
    });
    this.#subscriptions = new SharedRate({
      folder: folder("subscriptions"),
      perSecond: subscriptionsPerMinute / 60,
      burst: burst(subscriptionsPerMinute),
    });
  }

  /** A call whose result has this shape. @throws ProviderError also where it has another. */
  async ask<T>(call: Call, shape: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    return inShape(await this.call(call, signal), shape, "GravityZone", call);
  }

  /** @throws ProviderError with GravityZone's code, or with ours (`http.…`) where no answer of its API came. */
  async call(call: Call, signal: AbortSignal): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      if (this.#refusal !== null) throw this.#refusal;
      try {
        const reply = await this.#send(call, signal);
        if ("result" in reply) return reply.result;
        const again = isTransient(reply.fault) && call.lost === "again" && attempt < this.patience.attempts;
        if (!again) throw faultError(reply.fault, call);
        await pause(this.patience, attempt, null, signal);
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        const busy = error.code === "http.429";
        const again = error.outcome === "refused" || (error.outcome === "unknown" && call.lost === "again");
        if (!again || attempt >= (busy ? TRIES_WHEN_BUSY : this.patience.attempts)) throw error.at(call);
        if (!busy) await pause(this.patience, attempt, error.retryAfterMs, signal);
      }
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #send(call: Call, signal: AbortSignal): Promise<{ result: unknown } | { fault: RpcFault }> {
    const [api = "", method = ""] = call.operation.split(".");
    if (call.operation === SUBSCRIPTION) await this.#subscriptions.take(signal);
    await this.#all.take(signal);
    this.sent.requests += 1;
    const reply = await this.#transport.send(
      {
        method: "POST",
        path: `${new URL(this.#url).pathname.replace(/\/$/, "")}/v1.0/jsonrpc/${api}`,
        headers: {
          "content-type": "application/json",
          authorization: `Basic ${Buffer.from(`${this.#apiKey}:`).toString("base64")}`,
        },
        body: JSON.stringify({ id: this.sent.requests, jsonrpc: "2.0", method, params: call.params }),
      },
      signal,
    );
    return await this.#judge(reply, call);
  }

  /** An error object counts whatever its status; without one the status decides. */
  async #judge(reply: HttpReply, call: Call): Promise<{ result: unknown } | { fault: RpcFault }> {
    const { status, text } = reply;
    if (status === 429) {
      // Whatever call it was, the key is over its limit: everybody waits.
      const wait = reply.retryAfterMs ?? 1000;
      await this.#all.pauseUntil(Date.now() + wait);
      throw new TransportError("http.429", "refused", "HTTP 429 (too many requests for this API key)", wait);
    }
    const body = replySchema.safeParse(jsonOf(text));
    if (status === 401 || status === 403) {
      const details = body.data !== undefined && "error" in body.data ? body.data.error.data.details : "";
      const what = status === 401 ? "the API key is refused" : "the API is not enabled for this key";
      const refused = refusal(`http.${status}`, call, `${what}${details === "" ? "" : ` (${details})`}`);
      // A refused key is asked once: others wait for a new one.
      if (status === 401) this.#refusal = refused;
      throw refused;
    }
    if (body.success && "error" in body.data) {
      const { code, message, data } = body.data.error;
      return { fault: { code, message: this.#scrub(message), details: this.#scrub(data.details) } };
    }
    if (body.success && "result" in body.data && status === 200) return { result: body.data.result };
    if (status === 200) {
      const what = text.trimStart().startsWith("<") ? "a page of HTML" : "half an answer";
      throw new TransportError("http.malformed", "unknown", `${what} instead of JSON (HTTP ${status})`);
    }
    if (status === 500)
      throw new TransportError("http.500", "unknown", `HTTP 500 from ${new URL(this.#url).host}`);
    throw this.#transport.unexpected(
      reply,
      status === 404 || status === 405 ? " (is the URL the access URL of the API?)" : "",
    );
  }

  #scrub(text: string): string {
    return this.#apiKey.length > 3 ? text.replaceAll(this.#apiKey, "[secret]") : text;
  }

  /** Tells keys apart without telling them. */
  #fingerprint(): string {
    return createHash("sha256").update(`${this.#url}\0${this.#apiKey}`).digest("hex").slice(0, 16);
  }
}

function ratesFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "bastide", "rates");
}
