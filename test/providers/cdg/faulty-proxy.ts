/** What stands between the plugin and a real server in tests: it notes calls, and fails on request. */
import {
  createServer,
  request as forward,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { CallLog, type LoggedCall } from "../../../scripts/lab/call-log.ts";
import { FaultRules, faultRuleOf, httpFaultKinds } from "../../../scripts/lab/fault-rules.ts";

/**
 * How a call goes wrong, in the simulators' words. Those named `…after-commit`, `half-body` and `invalid-json` let
 * the server do the work first; the others never reach it. `expired` answers that the token is.
 */
export const faultKinds = [...httpFaultKinds, "expired"] as const;
export type FaultKind = (typeof faultKinds)[number];

const faultRule = faultRuleOf(faultKinds);
export type FaultRuleInput = z.input<typeof faultRule>;

export interface ProxiedServer {
  /** A name for each route, without the names of objects: `post-users`. */
  operationOf(method: string, path: string): string;
  /** Operation of a login; a rule for `*` leaves it alone. */
  readonly login?: string;
  /** Body of its own 500. */
  readonly failure: string;
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export class FaultyProxy {
  readonly #kind: ProxiedServer;
  readonly #log = new CallLog();
  readonly #rules = new FaultRules<FaultKind>();
  #target = "";
  #server: Server | null = null;
  #port = 0;

  constructor(kind: ProxiedServer) {
    this.#kind = kind;
  }

  /** Stands before a server from now on; forgets calls and faults, and keeps its own address. */
  async start(target: string): Promise<void> {
    this.#target = target;
    this.reset();
    if (this.#server !== null) return;
    const server = createServer((request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    this.#port = typeof address === "object" && address !== null ? address.port : 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  get calls(): readonly LoggedCall[] {
    return this.#log.calls;
  }

  /** Calls that are no logins. */
  get work(): readonly LoggedCall[] {
    return this.calls.filter(({ operation }) => operation !== this.#kind.login);
  }

  setFaults(rules: readonly FaultRuleInput[]): void {
    this.#rules.set(z.array(faultRule).parse(rules));
  }

  onCall(listener: ((call: LoggedCall) => void) | null): void {
    this.#log.listener = listener;
  }

  reset(): void {
    this.#log.clear();
    this.setFaults([]);
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/" } = request;
    const started = performance.now();
    const operation = this.#kind.operationOf(method, url.split("?")[0] ?? "/");
    const rule = this.#rules.due(operation);
    const excused = rule?.operation === "*" && operation === this.#kind.login;
    const kind = rule === null || excused ? null : rule.kind;
    const body = await bytesOf(request);
    const note = (code: string) =>
      this.#log.add({
        request: this.#log.nextRequest(),
        at: new Date().toISOString(),
        operation,
        target: null,
        milliseconds: Math.round((performance.now() - started) * 100) / 100,
        code,
      });
    const early = kind === null ? null : this.#early(kind);
    if (early !== null) {
      note(kind ?? "");
      return early(response);
    }
    if (kind === "delay") await sleep(rule?.ms);
    const reply = await this.#forward(request, body);
    note(reply.status < 400 ? "ok" : String(reply.status));
    answer(response, reply, kind);
  }

  /** What is answered in place of the server; `null` where the server is asked. */
  #early(kind: FaultKind): ((response: ServerResponse) => void) | null {
    const json = { "content-type": "application/json" };
    switch (kind) {
      case "500":
        return (response) => void response.writeHead(500, json).end(this.#kind.failure);
      case "503":
        return (response) => void response.writeHead(503).end();
      case "429":
        return (response) => void response.writeHead(429, { "retry-after": "1" }).end();
      case "html":
        return (response) => void response.writeHead(200, { "content-type": "text/html" }).end(page);
      case "expired":
        return (response) => void response.writeHead(401, json).end(expired);
      case "close":
        return (response) => void response.destroy();
      case "silence":
        return () => {};
      default:
        return null;
    }
  }

  #forward(request: IncomingMessage, body: Buffer): Promise<Reply> {
    const { method, headers, url = "/" } = request;
    const { "transfer-encoding": _chunked, ...known } = headers;
    return new Promise((resolve, reject) => {
      const length = body.length === 0 ? {} : { "content-length": String(body.length) };
      const sent = forward(new URL(url, this.#target), { method, headers: { ...known, ...length } });
      sent.once("error", reject);
      sent.once("response", (reply) => {
        bytesOf(reply).then(
          (bytes) => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: bytes }),
          reject,
        );
      });
      sent.end(body);
    });
  }
}

const page = "<html><body>Maintenance</body></html>";
const expired = '{"error":"token is expired","message":"Unauthorized"}';

function answer(response: ServerResponse, { status, headers, body }: Reply, kind: FaultKind | null): void {
  if (kind === "close-after-commit") response.destroy();
  else if (kind === "500-after-commit") response.writeHead(500, { "content-type": "text/html" }).end(page);
  else if (kind === "silence-after-commit") return;
  else if (kind === "half-body") {
    response.writeHead(status, headers).write(body.subarray(0, body.length / 2), () => response.destroy());
  } else if (kind === "invalid-json") {
    const { "content-length": _length, ...known } = headers;
    response.writeHead(status, known).end(body.subarray(0, body.length - 2));
  } else response.writeHead(status, headers).end(body);
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
