/** A Zimbra that answers what a test tells it to, request by request. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Connection, type ConnectionOptions } from "../../../../providers/cdg/zimbra/connection.ts";

export const PASSWORD = "canary-admin-password";

export interface Received {
  /** `GetAccount`, or `Batch`. */
  readonly operation: string;
  readonly token: string | null;
  readonly body: Record<string, unknown>;
  readonly at: number;
}

/** What to do with one request; `undefined` means the default answer of its operation. */
export type Answer = (received: Received, response: ServerResponse) => unknown;

export interface ScriptedServer {
  readonly url: string;
  readonly received: Received[];
  /** All but logins. */
  calls(): readonly Received[];
  logins(): number;
  /** The answers to the next requests that are not logins; after them, `otherwise`. */
  script(...answers: Answer[]): void;
  otherwise: Answer;
  onLogin: Answer;
  connect(options?: Partial<ConnectionOptions>): Connection;
  close(): Promise<void>;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const received: Received[] = [];
  const open: Connection[] = [];
  let queue: Answer[] = [];
  let tokens = 0;
  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => response.destroy(error));
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const one = parse(await bodyOf(request));
    received.push(one);
    if (one.operation === "Auth") {
      scripted.onLogin(one, response);
      return;
    }
    const answer = queue.shift() ?? scripted.otherwise;
    answer(one, response);
  }

  const scripted: ScriptedServer = {
    url: await listen(server),
    received,
    calls: () => received.filter(({ operation }) => operation !== "Auth"),
    logins: () => received.filter(({ operation }) => operation === "Auth").length,
    script: (...answers) => {
      queue = answers;
    },
    otherwise: ok({}),
    onLogin: (_, response) => {
      tokens += 1;
      send(response, 200, {
        AuthResponse: { authToken: [{ _content: `token-${tokens}` }], lifetime: 43199999 },
      });
    },
    connect: (options = {}) => {
      const connection = new Connection({
        url: scripted.url,
        account: "admin@cdg.test",
        password: PASSWORD,
        requestsPerSecond: 1000,
        requestTimeoutMs: 2_000,
        patience: { attempts: 4, baseMs: 5, maxMs: 20 },
        ...options,
      });
      open.push(connection);
      return connection;
    },
    close: async () => {
      await Promise.all(open.map((connection) => connection.close()));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return scripted;
}

export function ok(body: object): Answer {
  return ({ operation }, response) => send(response, 200, { [`${operation}Response`]: body });
}

export function fault(code: string, text = code): Answer {
  return (_, response) =>
    send(response, 500, {
      Fault: {
        Code: { Value: "soap:Sender" },
        Reason: { Text: text },
        Detail: { Error: { Code: code, Trace: "t" } },
      },
    });
}

export function page(status: number, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response
      .writeHead(status, { "content-type": "text/html", ...headers })
      .end(`<html>Error ${status}</html>`);
  };
}

export const reset: Answer = (_, response) => response.destroy();

export const silence: Answer = () => undefined;

export const halfBody: Answer = (_, response) => {
  response
    .writeHead(200, { "content-type": "text/javascript" })
    .end('{"Header":{"context":{}},"Body":{"GetAcc');
};

export const cutBody: Answer = (_, response) => {
  response.writeHead(200, { "content-type": "text/javascript", "content-length": "500" });
  response.write('{"Header":');
  setTimeout(() => response.destroy(), 10);
};

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { "content-type": "text/javascript; charset=utf-8" })
    .end(
      JSON.stringify({ Header: { context: { _jsns: "urn:zimbra" } }, Body: body, _jsns: "urn:zimbraSoap" }),
    );
}

function parse(text: string): Received {
  const { Header, Body } = JSON.parse(text);
  const [name, body] = Object.entries<Record<string, unknown>>(Body)[0] ?? ["", {}];
  const token = Header.context.authToken?._content ?? null;
  return { operation: name.replace(/Request$/, ""), token, body, at: performance.now() };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/service/admin/soap/`;
}
