/** HTTP below a system's API: one keep-alive pool per system, its own certificate authority, its own clock. */
import { readFile } from "node:fs/promises";
import type { Pool } from "undici";
import { TransportError } from "./errors.ts";

export interface TransportOptions {
  readonly url: string;
  /** PEM file of the authority that signed this system's certificate; the system's own list otherwise. */
  readonly caFile?: string | undefined;
  /** Requests on the wire at once. */
  readonly connections: number;
  readonly requestTimeoutMs: number;
}

export interface HttpRequest {
  readonly method: "HEAD" | "GET" | "POST" | "PUT" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface HttpReply {
  readonly status: number;
  readonly text: string;
  /** What the server announces; absent where it does not. */
  readonly contentLength?: number;
  /** What the server asked us to wait, in ms. */
  readonly retryAfterMs: number | null;
}

export class Transport {
  private readonly options: TransportOptions;
  private pool: Promise<Pool> | null = null;

  constructor(options: TransportOptions) {
    this.options = options;
  }

  /**
   * Sends one request; every whole answer is returned, whatever its status.
   * @throws TransportError where none came.
   */
  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    this.pool ??= this.open();
    const pool = await this.pool;
    const deadline = AbortSignal.timeout(this.options.requestTimeoutMs);
    try {
      const response = await pool.request({ ...request, signal: AbortSignal.any([signal, deadline]) });
      const text = await response.body.text();
      const after = Number(response.headers["retry-after"]);
      const retryAfterMs = Number.isFinite(after) && after > 0 ? after * 1000 : null;
      const length = response.headers["content-length"];
      const announced = typeof length === "string" ? { contentLength: Number(length) } : {};
      return { status: response.statusCode, text, ...announced, retryAfterMs };
    } catch (error) {
      signal.throwIfAborted();
      throw this.explain(error, deadline.aborted);
    }
  }

  /** What a status says that the system's API does not use itself: too many, down, or the wrong place. */
  unexpected(reply: HttpReply, hint = ""): TransportError {
    const { status, retryAfterMs } = reply;
    const outcome =
      status === 429 ? "refused" : status >= 502 && status <= 504 ? "unknown" : ("permanent" as const);
    const { host } = new URL(this.options.url);
    return new TransportError(`http.${status}`, outcome, `HTTP ${status} from ${host}${hint}`, retryAfterMs);
  }

  async close(): Promise<void> {
    await (await this.pool)?.destroy();
    this.pool = null;
  }

  /** undici is loaded at the first request: a preview without one does not pay its 60 ms and 20 MB. */
  private async open(): Promise<Pool> {
    const { caFile, url, connections, requestTimeoutMs } = this.options;
    const { Pool } = await import("undici");
    const ca = caFile === undefined ? {} : { ca: await readAuthority(caFile) };
    return new Pool(new URL(url).origin, {
      connections,
      pipelining: 1,
      keepAliveTimeout: 20_000,
      bodyTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connect: { timeout: Math.min(10_000, requestTimeoutMs), ...ca },
    });
  }

  private explain(error: unknown, timedOut: boolean): TransportError {
    const { host } = new URL(this.options.url);
    if (timedOut) {
      const seconds = this.options.requestTimeoutMs / 1000;
      return new TransportError("http.timeout", "unknown", `no answer from ${host} within ${seconds} s`);
    }
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const text = error instanceof Error ? error.message : String(error);
    if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code)) {
      const advice = "set caFile to the authority that signed it";
      return new TransportError(
        code,
        "permanent",
        `the certificate of ${host} is refused (${text}): ${advice}`,
      );
    }
    const refused = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT", "EHOSTUNREACH"];
    return new TransportError(
      `http.${code}`,
      refused.includes(code) ? "refused" : "unknown",
      `no whole answer from ${host} (${text})`,
    );
  }
}

async function readAuthority(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    throw new TransportError("config.caFile", "permanent", `the authority's file ${path} cannot be read`);
  }
}
