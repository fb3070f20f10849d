/** rest-server's own protocol, as far as measuring and looking need it. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { hasCode, type Place, refusal, TransportError } from "../http/errors.ts";
import { inShape, jsonOf } from "../http/reply.ts";
import { type HttpReply, Transport } from "../http/transport.ts";

export interface RestOptions {
  /** The repository's folder. */
  readonly url: URL;
  readonly login: { readonly user: string; readonly password: string };
  readonly caFile?: string | undefined;
  readonly patienceMs: number;
}

const FOLDERS = ["data", "index", "keys", "locks", "snapshots"] as const;
const listing = z.array(z.looseObject({ name: z.string(), size: z.number().int().nonnegative() }));
const REQUEST_TIMEOUT_MS = 60_000;
const PAUSE_MS = 250;

export class Rest {
  private readonly options: RestOptions;
  private readonly transport: Transport;

  constructor(options: RestOptions) {
    this.options = options;
    const { url, caFile } = options;
    this.transport = new Transport({
      url: url.href,
      caFile,
      connections: 2,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
    });
  }

  /**
   * Length of the repository's configuration, `null` where it has none: nobody made a repository yet.
   *
   * @throws ProviderError `http.401` for a login that is not (or no more) the server's.
   */
  async config(signal: AbortSignal): Promise<number | null> {
    const reply = await this.get("HEAD", "config", signal);
    return reply === null ? null : (reply.contentLength ?? 0);
  }

  /** Number of keys; a repository without a configuration has none, unless making it was interrupted. */
  async keys(signal: AbortSignal): Promise<number> {
    return (await this.list("keys", signal)).length;
  }

  /** Bytes of all files, as the server counts them against its limit. */
  async usedBytes(signal: AbortSignal): Promise<number> {
    let sum = (await this.config(signal)) ?? 0;
    for (const folder of FOLDERS) for (const { size } of await this.list(folder, signal)) sum += size;
    return sum;
  }

  /**
   * Hands a file over. What an answer says counts for nothing, since it may be lost or another's; what the server
   * then has does. A file that is there is never written again by a server that only takes what is new.
   *
   * @throws ProviderError when it is not there within the patience.
   */
  async put(path: string, content: Buffer, signal: AbortSignal): Promise<void> {
    const at = { ...this.place(path), operation: `write ${path.split("/")[0]} of backup` };
    for (const end = performance.now() + this.options.patienceMs; ; ) {
      await this.post("?create=true", Buffer.alloc(0), signal);
      const said = await this.post(path, content, signal);
      try {
        const found = await this.get("HEAD", path, signal);
        if (found?.contentLength === content.length) return;
        if (performance.now() > end) throw refusal("restic.NOT_WRITTEN", at, said);
      } catch (error) {
        // Half a repository is work on the storage node; another look is none.
        if (signal.aborted || hasCode(error, "http.401") || performance.now() > end) throw error;
      }
      await sleep(PAUSE_MS, undefined, { signal });
    }
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  private async list(folder: (typeof FOLDERS)[number], signal: AbortSignal) {
    const reply = await this.get("GET", `${folder}/`, signal);
    return reply === null ? [] : inShape(jsonOf(reply.text), listing, "rest-server", this.place(folder));
  }

  /** What was answered, or why nothing was. */
  private async post(path: string, body: Buffer, signal: AbortSignal): Promise<string> {
    try {
      const target = `${this.options.url.pathname}${path}`;
      const reply = await this.transport.send(
        { method: "POST", path: target, headers: this.headers, body },
        signal,
      );
      return `HTTP ${reply.status} from ${this.options.url.host}`;
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      return error.message;
    }
  }

  private get headers(): Readonly<Record<string, string>> {
    const { user, password } = this.options.login;
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    return { authorization, accept: "application/vnd.x.restic.rest.v2" };
  }

  /** `null` = rest-server says 404. A service that was just started is waited for. */
  private async get(method: "GET" | "HEAD", path: string, signal: AbortSignal): Promise<HttpReply | null> {
    const { url, login, patienceMs } = this.options;
    const at = this.place(path);
    const request = { method, path: `${url.pathname}${path}`, headers: this.headers } as const;
    for (const end = performance.now() + patienceMs; ; await sleep(PAUSE_MS, undefined, { signal })) {
      try {
        const reply = await this.transport.send(request, signal);
        if (reply.status === 200) return reply;
        if (reply.status === 404) return null;
        if (reply.status === 401)
          throw refusal("http.401", at, `${url.host} refuses the login of ${login.user}`);
        throw this.transport.unexpected(reply, " (is the backup's service running?)");
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        if (error.outcome === "permanent" || performance.now() > end) throw error.at(at);
      }
    }
  }

  private place(path: string): Place {
    return { operation: `read ${path.replace(/\/$/, "")} of backup`, target: this.options.login.user };
  }
}
