/** What stands between the plugin and SFTPGo in tests: it counts, and fails on request. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** What happens to a call: its answer is another, comes never, or is lost after SFTPGo did the work. */
export type Fault = "none" | "500" | "503" | "html" | "expired" | "silence" | "lost";

export class FaultyProxy {
  /** Calls that are not logins, as `POST /users`, since the last reset. */
  calls: string[] = [];
  fault: (method: string, path: string) => Fault = () => "none";
  private target = "";
  private server: Server | null = null;
  private port = 0;

  async start(target: string): Promise<void> {
    this.target = target;
    this.reset();
    if (this.server !== null) return;
    this.server = createServer((request, response) => {
      this.handle(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => this.server?.listen(0, "127.0.0.1", resolve));
    const address = this.server.address();
    this.port = typeof address === "object" && address !== null ? address.port : 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  reset(): void {
    this.calls = [];
    this.fault = () => "none";
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/", headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const path = url.replace("/api/v2", "");
    const login = path === "/token";
    if (!login) this.calls.push(`${method} ${path}`);
    const fault = login ? "none" : this.fault(method, path);
    if (fault === "silence") return;
    if (fault === "503") return end(response, 503, "");
    if (fault === "500") return end(response, 500, '{"error":"sql: database is closed","message":""}');
    if (fault === "html") return end(response, 200, "<html>Maintenance</html>");
    if (fault === "expired")
      return end(response, 401, '{"error":"token is expired","message":"Unauthorized"}');
    const { authorization = "", "content-type": type = "" } = headers;
    const reply = await fetch(new URL(url, this.target), {
      method,
      headers: { authorization, "content-type": type },
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    });
    const text = await reply.text();
    if (fault === "lost") response.destroy();
    else end(response, reply.status, text);
  }
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "application/json" }).end(text);
}
