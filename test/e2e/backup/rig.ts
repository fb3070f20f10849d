import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { z } from "zod";
import { docker } from "../../../scripts/lab/docker.ts";
import { KillableRun } from "../killable-run.ts";
import { testLab } from "../lab.setup.ts";
import { onTestLab } from "../lab-command.ts";
import { sirenOf } from "../town.ts";
import { type BackupLogin, restic } from "./client.ts";

const outputs = z.object({
  services: z.object({
    backup: z.object({ url: z.string(), node: z.string(), lastSnapshotAt: z.string().nullable() }),
  }),
  usage: z.object({
    backup: z.object({
      storage: z.object({
        used: z.number(),
        limit: z.number(),
        unit: z.literal("bytes"),
        measuredAt: z.string(),
      }),
    }),
  }),
});
const password = z.object({ password: z.string() });

/** An image that no node has: a service of it stays in the making until its 45 s are over. */
export const missingImage = `sha256:${"0".repeat(64)}`;

/** Collectivités with a backup and nothing else, on the tests' own Swarm. */
export class BackupRig implements AsyncDisposable {
  readonly #tenants: string;

  private constructor(tenants: string) {
    this.#tenants = tenants;
  }

  static async start(): Promise<BackupRig> {
    return new BackupRig(await mkdtemp(join(tmpdir(), "backup-")));
  }

  /** Writes a file that asks for a backup, or for none. */
  async write(slug: string, sauvegarde: string | null): Promise<void> {
    const text = `collectivite: { nom: Commune de ${slug}, siren: "${sirenOf(slug)}", type: commune, population: 900 }
convention: { forfait: technologie-plus, deliberation: 2026-03-12, effet: 2026-04-01 }
${sauvegarde === null ? "" : `sauvegarde: ${sauvegarde}\n`}`;
    await writeFile(join(this.#tenants, `${slug}.yaml`), text);
  }

  async bastide(...args: readonly string[]) {
    return await onTestLab(this.#tenants, args);
  }

  /** The same on another backend, which holds no stack, and with the lab's systems. */
  async bastideElsewhere(...args: readonly string[]) {
    const folder = join(this.#tenants, ".elsewhere");
    await mkdir(folder, { recursive: true });
    const env = {
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "elsewhere",
      BASTIDE_CDG: testLab.cdgFile,
    };
    return await onTestLab(this.#tenants, args, { env });
  }

  /** Starts a command that is to be killed. */
  killable(...args: readonly string[]): KillableRun {
    return KillableRun.start(this.#tenants, args);
  }

  /** What a command that has to succeed printed. @throws Error when it does not. */
  async run(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.bastide(...args);
    if (exitCode !== 0) throw new Error(`${args.join(" ")} ended with ${exitCode}: ${stdout}${stderr}`);
    return stdout;
  }

  async outputs(slug: string): Promise<z.infer<typeof outputs>> {
    return outputs.parse(JSON.parse(await this.run("outputs", slug, "--json")));
  }

  /** What the CDG hands to the collectivité. */
  async login(slug: string): Promise<BackupLogin> {
    const shown = async (name: string) =>
      password.parse(JSON.parse(await this.run("password", slug, name, "--json"))).password;
    const { url } = (await this.outputs(slug)).services.backup;
    return {
      url,
      user: slug,
      password: await shown("sauvegarde"),
      key: await shown("sauvegarde-cle"),
      caFile: testLab.caFile,
    };
  }

  /** Lines of a listing of the Swarm, sorted. */
  async listed(kind: "service" | "secret" | "volume"): Promise<readonly string[]> {
    const text = await docker(testLab, [kind, "ls", "--format", "{{.Name}}"]);
    return text.split("\n").filter(Boolean).toSorted();
  }

  /** Starts a service anew and waits until its backup answers. */
  async restart(service: string, login: BackupLogin): Promise<void> {
    await docker(testLab, ["service", "update", "--force", "--detach=false", "--quiet", service]);
    await this.answers(login);
  }

  /** Waits until a backup answers whose service was just started. */
  async answers(login: BackupLogin): Promise<void> {
    const look = async () => (await restic(login, "cat", "config", "--no-lock")).exitCode;
    await expect.poll(look, { timeout: 60_000 }).toBe(0);
  }

  /** Changes with each change of the service. */
  async versionOf(service: string): Promise<string> {
    return await docker(testLab, ["service", "inspect", "--format", "{{.Version.Index}}", service]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#tenants, { recursive: true });
  }
}
