import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { vi } from "vitest";
import { choosePassword, labStatus, type PresentLab } from "../../scripts/lab/index.ts";
import type { CommandResult } from "./harness.ts";
import { KillableRun } from "./killable-run.ts";
import { testLab } from "./lab.setup.ts";
import { deployPlatform, onTestLab } from "./lab-command.ts";
import { arrives, deliver, subjects } from "./mail-lab/clients.ts";
import { zimbraAdmin } from "./mail-lab/zimbra-admin.ts";

/** The tests' lab with its real mail servers, tenant files of one test, and commands run on both. */
export class MailTown implements AsyncDisposable {
  readonly lab: PresentLab;
  readonly #tenantsDir: string;

  private constructor(lab: PresentLab, tenantsDir: string) {
    this.lab = lab;
    this.#tenantsDir = tenantsDir;
  }

  /** Deploys the platform. */
  static async open(tenants: Readonly<Record<string, string>>): Promise<MailTown> {
    const lab = await labStatus(testLab);
    if (lab.state === "absent") throw new Error("the lab is absent");
    const tenantsDir = await mkdtemp(join(tmpdir(), "bastide-town-"));
    await deployPlatform(tenantsDir);
    const town = new MailTown(lab, tenantsDir);
    for (const [slug, text] of Object.entries(tenants)) await town.write(slug, text);
    return town;
  }

  async write(slug: string, text: string): Promise<void> {
    await writeFile(join(this.#tenantsDir, `${slug}.yaml`), text);
  }

  async bastide(...args: readonly string[]): Promise<CommandResult> {
    const started = performance.now();
    const { exitCode, stdout, stderr } = await onTestLab(this.#tenantsDir, args, { timeoutMs: 180_000 });
    return { exitCode, stdout, stderr, seconds: (performance.now() - started) / 1000 };
  }

  /** Kills a run as soon as it has made this mailbox or taken it over. */
  async killedAt(address: string, ...args: readonly string[]): Promise<void> {
    const admin = await zimbraAdmin(this.lab);
    let ended = false;
    const run = KillableRun.start(this.#tenantsDir, args);
    void run.ended.finally(() => {
      ended = true;
    });
    try {
      // More than some ten questions a second, beside the run's own, and Zimbra answers 429.
      while (!ended && !(await isThere(address))) await sleep(100);
      if (ended) throw new Error(`the run ended before ${address} was there`);
      await run.kill();
    } finally {
      await admin.close();
    }

    async function isThere(name: string): Promise<boolean> {
      const asked = admin.call("GetAccount", { account: { by: "name", _content: name } });
      return await asked.then(
        () => true,
        (error: unknown) => {
          if (String(error).includes("account.NO_SUCH_ACCOUNT")) return false;
          throw error;
        },
      );
    }
  }

  /** The owner of a mailbox chooses her own password at her first login. */
  async firstLogin(slug: string, address: string, password: string): Promise<void> {
    const { stdout, stderr } = await this.bastide("password", slug, address, "--json");
    const first: unknown = JSON.parse(stdout || "{}").password;
    if (typeof first !== "string") throw new Error(`no password: ${stdout}${stderr}`);
    await choosePassword(testLab, address, first, password);
    // Dovecot looks at its file of users once a second.
    await vi.waitFor(() => subjects(this.lab, address, password), { timeout: 30_000, interval: 100 });
  }

  /** A stranger writes to an address; whether its owner reads it under hers. */
  async reaches(to: string, owner: string, password: string): Promise<boolean> {
    const subject = `à ${to}, ${performance.now()}`;
    const answer = await deliver(this.lab, to, subject);
    if (!answer.startsWith("250 ")) throw new Error(`${to}: ${answer}`);
    return await arrives(this.lab, owner, password, subject);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#tenantsDir, { recursive: true, force: true });
  }
}
