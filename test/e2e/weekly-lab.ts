import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { choosePassword, labStatus, type PresentLab } from "../../scripts/lab/index.ts";
import { testLab } from "./lab.setup.ts";
import { deployPlatform, onTestLab } from "./lab-command.ts";
import { subjects } from "./mail-lab/clients.ts";

const stateSchema = z.object({
  checkpoint: z.object({
    latest: z.object({
      resources: z.array(
        z.object({ type: z.string(), outputs: z.record(z.string(), z.unknown()).optional() }),
      ),
    }),
  }),
});

/** One collectivité on the lab with real mail servers, worked on with `bastide` as its pages say. */
export class WeeklyLab implements AsyncDisposable {
  readonly slug: string;
  readonly lab: PresentLab;
  readonly #tenants: string;
  readonly #passwords = new Map<string, string>();

  private constructor(slug: string, lab: PresentLab, tenants: string) {
    this.slug = slug;
    this.lab = lab;
    this.#tenants = tenants;
  }

  /** Deploys the platform. */
  static async start(slug: string): Promise<WeeklyLab> {
    const status = await labStatus(testLab);
    if (status.state === "absent") throw new Error("the lab is absent");
    const tenants = await mkdtemp(join(tmpdir(), "weekly-"));
    await deployPlatform(tenants);
    return new WeeklyLab(slug, status, tenants);
  }

  /** Standard output, standard error and exit code of a command that works on this collectivité. */
  async bastide(...args: readonly string[]) {
    return await onTestLab(this.#tenants, args);
  }

  async write(text: string): Promise<void> {
    await writeFile(join(this.#tenants, `${this.slug}.yaml`), text);
  }

  /** Writes the file and deploys it; gives what was printed. @throws Error when that fails. */
  async up(text: string): Promise<string> {
    await this.write(text);
    const { exitCode, stdout, stderr } = await this.bastide("up", this.slug, "--yes");
    if (exitCode !== 0) throw new Error(`up ended with ${exitCode}: ${stdout}${stderr}`);
    return stdout;
  }

  /** Lines that a preview prints, without the first one. */
  async preview(...options: readonly string[]): Promise<readonly string[]> {
    const { stdout } = await this.bastide("preview", this.slug, ...options);
    return stdout.trim().split("\n").slice(1);
  }

  address(local: string): string {
    return `${local}@${this.slug}.example`;
  }

  /** First login of a person: the first password is changed at once. */
  async firstLogin(local: string, ...options: readonly string[]): Promise<void> {
    const { stdout } = await this.bastide("password", this.slug, local, "--json", ...options);
    const { password } = z.object({ password: z.string() }).parse(JSON.parse(stdout));
    const chosen = `choisi-${local}-${this.#passwords.size}`;
    await choosePassword(testLab, this.address(local), password, chosen);
    this.#passwords.set(local, chosen);
  }

  /** Subjects in an inbox, `null` when the login is refused. */
  async inbox(local: string, login = local): Promise<readonly string[] | null> {
    return await subjects(this.lab, this.address(login), this.#passwords.get(local) ?? "").catch(() => null);
  }

  login(local: string): { user: string; pass: string } {
    return { user: this.address(local), pass: this.#passwords.get(local) ?? "" };
  }

  /** Zimbra's identifier of a mailbox or list, from the state. */
  async zimbraId(address: string): Promise<string> {
    const file = join(testLab.stateDir, `.pulumi/stacks/bastide/${this.slug}.json`);
    const { resources } = stateSchema.parse(JSON.parse(await readFile(file, "utf8"))).checkpoint.latest;
    const found = resources.find(({ outputs }) => outputs?.address === address);
    return String(found?.outputs?.zimbraId);
  }

  /** Messages that went to somebody outside the lab. */
  async outside(): Promise<readonly string[]> {
    const files = await readdir(this.lab.outside);
    return await Promise.all(files.map((file) => readFile(join(this.lab.outside, file), "utf8")));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#tenants, { recursive: true });
  }
}
