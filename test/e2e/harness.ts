import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { type SmallLab, type SmallLabOptions, startSmallLab } from "../../scripts/bench/small-lab.ts";
import { checkoutRoot, node24 } from "../../scripts/engine/checkout.mjs";
import type { Simulator as GravityZone } from "../../scripts/lab/gravityzone/index.ts";
import type { LabPaths } from "../../scripts/lab/paths.ts";
import type { Simulator } from "../../scripts/lab/zimbra/index.ts";
import { FilesServer } from "./files-server.ts";
import { ZimbraAdmin } from "./zimbra-admin.ts";

/** What a command printed and ended with. */
export interface CommandResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface SandboxOptions extends SmallLabOptions {
  /** Text by slug. */
  readonly tenants?: Readonly<Record<string, string>>;
  /** An SFTPGo beside the simulators; a text is its administrator's password. @default there is none */
  readonly files?: boolean | string;
}

/** A small lab of one test file, with commands run on it as processes. */
export class Sandbox implements AsyncDisposable {
  readonly lab: LabPaths;
  readonly simulator: Simulator;
  readonly #gravityzone: GravityZone | null;
  readonly zimbra: ZimbraAdmin;
  readonly tenantsDir: string;
  /** Variable that all processes started here carry: how a test finds what a command left behind. */
  readonly mark: string;
  readonly #small: SmallLab;
  readonly #files: FilesServer | null;

  private constructor(small: SmallLab, zimbra: ZimbraAdmin, files: FilesServer | null) {
    this.#small = small;
    this.#files = files;
    this.lab = small.lab;
    this.simulator = small.simulator;
    this.#gravityzone = small.gravityzone;
    this.tenantsDir = small.tenantsDir;
    this.zimbra = zimbra;
    this.mark = `BASTIDE_TEST_MARK=${small.lab.name}`;
  }

  static async start({ tenants = {}, files: wanted = false, ...options }: SandboxOptions): Promise<Sandbox> {
    const files = wanted === false ? null : await FilesServer.start(wanted === true ? undefined : wanted);
    const connections = files === null ? {} : { sftpgo: files.connection };
    const small = await startSmallLab({ ...options, connections });
    const zimbra = await ZimbraAdmin.login(small.simulator.url, small.admin.name, small.admin.password);
    const sandbox = new Sandbox(small, zimbra, files);
    for (const [slug, text] of Object.entries(tenants)) await sandbox.writeTenant(slug, text);
    return sandbox;
  }

  /** The antivirus vendor of a sandbox with seats. */
  get gravityzone(): GravityZone {
    if (this.#gravityzone === null) throw new Error("this sandbox was started without seats");
    return this.#gravityzone;
  }

  /** The SFTPGo of a sandbox with files. */
  get files(): FilesServer {
    if (this.#files === null) throw new Error("this sandbox was started without files");
    return this.#files;
  }

  async writeTenant(slug: string, text: string): Promise<void> {
    await writeFile(join(this.tenantsDir, `${slug}.yaml`), text);
  }

  async removeTenant(slug: string): Promise<void> {
    await rm(join(this.tenantsDir, `${slug}.yaml`));
  }

  /** Takes over one of the shipped examples. */
  async copyExample(slug: string): Promise<void> {
    await cp(join(checkoutRoot, "tenants", `${slug}.yaml`), join(this.tenantsDir, `${slug}.yaml`));
  }

  /** Runs `bastide` to its end, without a terminal and without input. */
  async bastide(
    args: readonly string[],
    { env = {}, timeoutMs = 180_000 }: { env?: Record<string, string>; timeoutMs?: number } = {},
  ): Promise<CommandResult> {
    const started = performance.now();
    const { exitCode, stdout, stderr } = await this.start(args, env, timeoutMs);
    return { exitCode, stdout, stderr, seconds: (performance.now() - started) / 1000 };
  }

  /** Starts `bastide` as the leader of a process group, for tests that kill it. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}, timeoutMs = 180_000) {
    return execa(node24(), [join(checkoutRoot, "scripts/bastide.ts"), ...args], {
      cwd: checkoutRoot,
      env: { ...this.#small.env, BASTIDE_TEST_MARK: this.lab.name, ...env },
      stdin: "ignore",
      reject: false,
      detached: true,
      timeout: timeoutMs,
      maxBuffer: 1e8,
    });
  }

  /** Text of a stack's state, as the engine left it. */
  async state(slug: string): Promise<string> {
    return await readFile(join(this.lab.stateDir, `.pulumi/stacks/bastide/${slug}.json`), "utf8");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#small[Symbol.asyncDispose]();
    await this.#files?.[Symbol.asyncDispose]();
  }
}
