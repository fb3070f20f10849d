import { rm } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";

/**
 * A socket in front of a Docker engine that answers in its place when it is told to. What it passes on are plain
 * requests with their answers.
 */
export class FaultyEngine implements AsyncDisposable {
  readonly socket: string;
  readonly #server: Server;
  /** Paths, without the API's version, that are answered as by a manager without quorum. */
  leaderless: RegExp | null = null;

  private constructor(socket: string, server: Server) {
    this.socket = socket;
    this.#server = server;
  }

  /** For `connections.docker.host`. */
  get host(): string {
    return `unix://${this.socket}`;
  }

  /** @param real - socket of the engine behind it. */
  static create(socket: string, real: string): FaultyEngine {
    const server = createServer((asked, answer) => {
      const path = asked.url ?? "/";
      if (engine.leaderless?.test(path.replace(/^\/v[\d.]+/, ""))) {
        const message =
          "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online. Make sure more than half of the managers are online.";
        answer.writeHead(503, { "content-type": "application/json" }).end(JSON.stringify({ message }));
        return;
      }
      const { method, headers } = asked;
      const passed = request({ socketPath: real, path, method, headers }, (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      });
      passed.on("error", () => answer.destroy());
      asked.pipe(passed);
    });
    const engine = new FaultyEngine(socket, server);
    return engine;
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.socket, resolve));
  }

  /** Nobody is there any more: the socket goes too. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.socket, { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
