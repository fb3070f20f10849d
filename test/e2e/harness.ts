import { randomBytes } from "node:crypto";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { checkoutRoot, node24 } from "../../scripts/engine/checkout.mjs";
import { type LabPaths, labPaths } from "../../scripts/lab/paths.ts";
import { type Simulator, startSimulator } from "../../scripts/lab/zimbra/index.ts";
import { ZimbraAdmin } from "./zimbra-admin.ts";

/** What a command printed and ended with. */
export interface CommandResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface SandboxOptions {
  /** Part of the name of its folder below `.bastide/`: at most 12 characters. */
  readonly name: string;
  /** Text by slug. */
  readonly tenants?: Readonly<Record<string, string>>;
  /** @default drawn at random */
  readonly passphrase?: string;
  /** @default drawn at random */
  readonly adminPassword?: string;
}

/**
 * A lab of one test file without Docker and mail servers: a Zimbra simulator in this process, and a state
 * backend, a passphrase and a folder of tenant files of its own. Several live side by side.
 */
export class Sandbox implements AsyncDisposable {
  readonly lab: LabPaths;
  readonly simulator: Simulator;
  readonly zimbra: ZimbraAdmin;
  readonly tenantsDir: string;
  /** Variable that all processes started here carry: how a test finds what a command left behind. */
  readonly mark: string;
  readonly env: Readonly<Record<string, string>>;

  private constructor(lab: LabPaths, simulator: Simulator, zimbra: ZimbraAdmin) {
    this.lab = lab;
    this.simulator = simulator;
    this.zimbra = zimbra;
    this.tenantsDir = join(lab.dir, "tenants");
    this.mark = `BASTIDE_TEST_MARK=${lab.name}`;
    this.env = {
      PULUMI_BACKEND_URL: lab.backendUrl,
      BASTIDE_TENANTS: this.tenantsDir,
      BASTIDE_TEST_MARK: lab.name,
    };
  }

  static async start(options: SandboxOptions): Promise<Sandbox> {
    const lab = labPaths(`t-${options.name}-${randomBytes(3).toString("hex")}`);
    const admin = {
      name: "admin@collectivites.example",
      password: options.adminPassword ?? randomBytes(18).toString("base64url"),
    };
    await mkdir(lab.stateDir, { recursive: true });
    await mkdir(lab.secretsDir, { recursive: true });
    const simulator = await startSimulator({
      dataDir: lab.zimbraDir,
      listen: { host: "127.0.0.1", port: 0 },
      admin,
    });
    const zimbra = await ZimbraAdmin.login(simulator.url, admin.name, admin.password);
    const sandbox = new Sandbox(lab, simulator, zimbra);
    await mkdir(sandbox.tenantsDir);
    const credentialFile = join(lab.secretsDir, "zimbra-admin");
    await writeFile(credentialFile, admin.password, { mode: 0o600 });
    await writeFile(lab.passphraseFile, options.passphrase ?? randomBytes(18).toString("base64url"), {
      mode: 0o600,
    });
    await writeFile(lab.stackFile, "config: {}\n");
    await writeFile(
      lab.cdgFile,
      stringify({
        name: "CDG d’essai",
        domain: "collectivites.example",
        contact: "numerique@cdg.example",
        connections: {
          zimbra: {
            url: simulator.url,
            account: admin.name,
            credential: `file:${credentialFile}`,
            requestsPerSecond: 1000,
          },
        },
      }),
    );
    for (const [slug, text] of Object.entries(options.tenants ?? {})) await sandbox.writeTenant(slug, text);
    return sandbox;
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
      env: { ...this.env, ...env },
      stdin: "ignore",
      reject: false,
      detached: true,
      cleanup: true,
      timeout: timeoutMs,
      maxBuffer: 1e8,
    });
  }

  /** Text of a stack's state, as the engine left it. */
  async state(slug: string): Promise<string> {
    return await readFile(join(this.lab.stateDir, `.pulumi/stacks/bastide/${slug}.json`), "utf8");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.simulator.close();
    await rm(this.lab.dir, { recursive: true, force: true });
  }
}
