/** rest-server itself, as a process, for tests that need no container. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createProgress } from "../../../../scripts/cli/index.ts";
import { answersOn } from "../../../../scripts/lab/ports.ts";
import { ensureRestServer } from "../../../../scripts/lab/rest-server/binary.ts";
import { ownPort } from "../own-port.ts";

/** Longest time for the first start of a machine, which builds it. */
export const BUILD_MS = 300_000;

export class RestServer {
  readonly folder: string;
  readonly port: number;
  readonly #binary: string;
  #child: ChildProcess | null = null;

  private constructor(binary: string, folder: string, port: number) {
    this.#binary = binary;
    this.folder = folder;
    this.port = port;
  }

  /** The first call of a machine builds it. */
  static async prepare(): Promise<RestServer> {
    const binary = await ensureRestServer(createProgress({ quiet: true }));
    return new RestServer(binary, await mkdtemp(join(tmpdir(), "rest-server-")), await ownPort());
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Starts it anew with this list of users, as a service with another secret would. */
  async serve(htpasswd: string): Promise<void> {
    await this.stop();
    const users = join(this.folder, "htpasswd");
    await writeFile(users, htpasswd, { mode: 0o600 });
    const options = [`--listen=127.0.0.1:${this.port}`, `--path=${join(this.folder, "data")}`];
    const line = [...options, `--htpasswd-file=${users}`, "--append-only", "--private-repos"];
    const child = spawn(this.#binary, line, { stdio: "ignore" });
    this.#child = child;
    for (let tries = 0; tries < 400 && !(await answersOn("127.0.0.1", this.port)); tries += 1)
      await sleep(25);
    if (child.exitCode !== null) throw new Error(`rest-server ended with ${child.exitCode}`);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
