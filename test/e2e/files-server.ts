import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { FaultyProxy } from "../providers/cdg/faulty-proxy.ts";
import { SFTPGO } from "../providers/cdg/sftpgo/operations.ts";
import { ADMIN, ADMIN_PASSWORD, type SftpgoServer, startSftpgo } from "../providers/cdg/sftpgo/server.ts";

const object = z.record(z.string(), z.unknown());
/** Everything that SFTPGo has, as its own backup of itself. */
const dumped = z.object(
  Object.fromEntries(
    ["folders", "groups", "users", "shares", "event_rules", "event_actions"].map((name) => [
      name,
      z.array(object).nullish(),
    ]),
  ),
);
/** What differs from one SFTPGo, or one moment, to the next. */
const passing = /^(?:id|password|created_at|updated_at|last_\w+|used_\w+|first_\w+|mapped_path|home_dir)$/;

/** Names of members come in no order. */
function ordered(value: unknown): unknown {
  return Array.isArray(value) && value.every((one) => typeof one === "string") ? value.toSorted() : value;
}

/** A real SFTPGo of a sandbox, its data in memory, behind a proxy that notes its calls and breaks them. */
export class FilesServer implements AsyncDisposable {
  readonly proxy = new FaultyProxy(SFTPGO);
  /** Where the plugin finds the administrator's password. */
  readonly credentialFile: string;
  readonly #server: SftpgoServer;
  readonly #folder: string;
  readonly #password: string;

  private constructor(server: SftpgoServer, folder: string, password: string) {
    this.#server = server;
    this.#folder = folder;
    this.#password = password;
    this.credentialFile = join(folder, "sftpgo-admin");
  }

  static async start(password = ADMIN_PASSWORD): Promise<FilesServer> {
    const server = await startSftpgo(password);
    const files = new FilesServer(server, await mkdtemp(join(tmpdir(), "sftpgo-admin-")), password);
    await files.proxy.start(server.url);
    await writeFile(files.credentialFile, password, { mode: 0o600 });
    return files;
  }

  /** As `connections.sftpgo` of cdg.yaml. */
  get connection(): object {
    return {
      url: this.proxy.url,
      account: ADMIN,
      credential: `file:${this.credentialFile}`,
      foldersPath: this.#server.foldersPath,
    };
  }

  /** A token of the administrator, asked for past the proxy. */
  async token(): Promise<string> {
    const basic = Buffer.from(`${ADMIN}:${this.#password}`).toString("base64");
    const reply = await fetch(`${this.#server.url}api/v2/token`, {
      headers: { authorization: `Basic ${basic}` },
    });
    return z.object({ access_token: z.string() }).parse(await reply.json()).access_token;
  }

  /** A request past the proxy, with somebody's token. */
  async ask(path: string, token: string): Promise<unknown> {
    const reply = await fetch(`${this.#server.url}api/v2${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!reply.ok) throw new Error(`${path}: HTTP ${reply.status} ${await reply.text()}`);
    return await reply.json();
  }

  /** `true` where a person may log in with a password. */
  async takes(login: string, password: string): Promise<boolean> {
    const basic = Buffer.from(`${login}:${password}`).toString("base64");
    const reply = await fetch(`${this.#server.url}api/v2/user/token`, {
      headers: { authorization: `Basic ${basic}` },
    });
    return reply.ok;
  }

  /** Folders, groups, people, links and rules of a collectivité, without what passes. */
  async holdings(slug: string): Promise<unknown> {
    const everything = dumped.parse(await this.ask("/dumpdata?output-data=1", await this.token()));
    const own = Object.entries(everything).map(([kind, objects]) => [
      kind,
      (objects ?? [])
        .filter(({ name, username }) => String(username ?? name).startsWith(`${slug}.`))
        .toSorted((a, b) => (String(a.username ?? a.name) < String(b.username ?? b.name) ? -1 : 1)),
    ]);
    return JSON.parse(
      JSON.stringify(Object.fromEntries(own), (key, value) =>
        passing.test(key) ? undefined : ordered(value),
      ),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy.stop();
    await this.#server.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
