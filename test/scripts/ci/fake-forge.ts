import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Note {
  id: number;
  body: string;
  author: string;
}

/** A comments API on loopback that speaks both GitHub's and GitLab's dialect, for one pull request. */
export class FakeForge implements AsyncDisposable {
  notes: Note[];
  /** `METHOD /path` of each request, query left out. */
  readonly requests: string[] = [];
  readonly tokens = new Set<string>();
  /** Statuses to answer with before anything else. */
  failures: number[] = [];
  /** Answers of other paths than those of comments. */
  readonly answers = new Map<string, unknown>();
  url = "";
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  private constructor(notes: readonly Note[]) {
    this.notes = [...notes];
  }

  static async start(notes: readonly Note[] = []): Promise<FakeForge> {
    const forge = new FakeForge(notes);
    forge.#server.listen(0, "127.0.0.1");
    await once(forge.#server, "listening");
    const { port } = forge.#server.address() as AddressInfo;
    forge.url = `http://127.0.0.1:${port}`;
    return forge;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    this.requests.push(`${request.method} ${pathname}`);
    this.tokens.add(String(request.headers["private-token"] ?? request.headers.authorization));
    const failure = this.failures.shift();
    if (failure !== undefined) return void response.writeHead(failure).end("<html>no</html>");
    const id = Number(/(?:comments|notes)\/(\d+)$/.exec(pathname)?.[1] ?? 0);
    const prepared = this.answers.get(pathname);
    if (prepared !== undefined) return void response.end(JSON.stringify(prepared));
    if (pathname === "/user") return this.#user(request, response);
    if (request.method === "DELETE") {
      this.notes = this.notes.filter((note) => note.id !== id);
      return void response.writeHead(204).end();
    }
    if (request.method === "GET") return void response.end(JSON.stringify(this.#page(searchParams)));
    const { body } = JSON.parse(await textOf(request));
    if (id === 0) this.notes.push({ id: this.notes.length + 1000, body, author: "us" });
    else this.notes = this.notes.map((note) => (note.id === id ? { ...note, body } : note));
    response.writeHead(id === 0 ? 201 : 200).end("{}");
  }

  #user(request: IncomingMessage, response: ServerResponse): void {
    const refused = request.headers.authorization === "Bearer workflow-token";
    if (refused) response.writeHead(403).end();
    else response.end(JSON.stringify({ login: "us", id: 1 }));
  }

  #page(query: URLSearchParams): unknown[] {
    const [size, page] = [Number(query.get("per_page")), Number(query.get("page"))];
    return this.notes.slice((page - 1) * size, page * size).map(({ id, body, author }) => ({
      id,
      body,
      system: false,
      user: { login: author },
      author: { id: author === "us" ? 1 : 2 },
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
