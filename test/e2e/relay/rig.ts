import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { docker } from "../../../scripts/lab/docker.ts";
import { readFacts } from "../../../scripts/lab/facts.ts";
import type { LabPaths } from "../../../scripts/lab/index.ts";
import { ensureKey, publicKey } from "../../../scripts/lab/ssh-keys.ts";
import { type Offer, offer } from "./offer.ts";
import { ensureRigContainer } from "./rig-container.ts";

/** What standard error, standard output and the exit code of a command on the relay were. */
export interface RelayAnswer {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Policy {
  readonly rejectScore: number;
  readonly markScore: number;
  readonly greylistScore: number | null;
}

/** A document of one domain, with what a test changes. */
export function documentOf(
  slug: string,
  nextHop: { readonly host: string; readonly port: number },
  changes: Readonly<Record<string, unknown>> = {},
): string {
  const domain = `${slug}.example`;
  const policy: Policy = { rejectScore: 15, markScore: 6, greylistScore: null };
  return JSON.stringify({
    version: 1,
    tenant: slug,
    domains: [domain],
    nextHop,
    recipients: [`accueil@${domain}`, `postmaster@${domain}`],
    policy,
    allow: [],
    deny: [],
    ...changes,
  });
}

/** One relay host of a lab, used as its two kinds of clients do: over SSH, and over SMTP. */
export class RelayRig {
  readonly container = "relay-rig";
  readonly nextHop: { readonly host: string; readonly port: number };
  readonly #lab: LabPaths;
  readonly #address: string;
  readonly #ports = { smtp: 2601, ssh: 2611 };
  readonly #folder: string;

  private constructor(lab: LabPaths, address: string, smtpPort: number) {
    this.#lab = lab;
    this.#address = address;
    this.nextHop = { host: address, port: smtpPort };
    this.#folder = join(lab.dir, "relay-test");
  }

  static async start(lab: LabPaths): Promise<RelayRig> {
    const facts = await readFacts(lab);
    if (facts === null) throw new Error(`lab ${lab.name} is not up`);
    const rig = new RelayRig(lab, facts.addresses.node, facts.ports.smtp);
    await mkdir(rig.#folder, { recursive: true });
    const key = join(rig.#folder, "id");
    await ensureKey(key);
    const hostKey = await ensureRigContainer(lab, {
      name: rig.container,
      address: rig.#address,
      ports: rig.#ports,
      authorizedKey: await publicKey(key),
    });
    const known = `[${rig.#address}]:${rig.#ports.ssh} ${hostKey}\n`;
    await execa("tee", [join(rig.#folder, "known_hosts")], { input: known });
    return rig;
  }

  async remove(): Promise<void> {
    await docker(this.#lab, ["rm", "--force", "--volumes", this.container]);
  }

  /** Runs a command line over SSH, as the stack does. */
  async ssh(command: string, input = ""): Promise<RelayAnswer> {
    const options = [
      ...["-i", join(this.#folder, "id"), "-p", String(this.#ports.ssh)],
      ...["-o", `UserKnownHostsFile=${join(this.#folder, "known_hosts")}`],
      ...["-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR"],
    ];
    const { exitCode, stdout, stderr } = await execa(
      "ssh",
      [...options, `bastide@${this.#address}`, command],
      { input, reject: false },
    );
    return { exitCode, stdout, stderr };
  }

  /** As the command provider does: a connection that a busy sshd drops before any command is tried again. */
  async apply(slug: string, document: string): Promise<RelayAnswer> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.ssh(`bastide-relay apply ${slug}`, document);
      if (answer.exitCode !== 255 || attempt === 6) return answer;
      await sleep(500 * attempt);
    }
  }

  /** As a foreign server would; gives the relay's last answer, good or bad. */
  async offer(message: Offer): Promise<string> {
    return await offer({ host: this.#address, port: this.#ports.smtp }, message);
  }

  /** Runs a command inside the relay host. */
  async inside(...command: readonly string[]): Promise<string> {
    return await docker(this.#lab, ["exec", this.container, ...command]);
  }

  /** Ends all that runs inside, at once; the engine starts the host again. Nothing waits for the command: it may go with the host. */
  async kill(): Promise<void> {
    await docker(this.#lab, ["exec", "--detach", this.container, "sh", "-c", "kill -KILL -1"]);
  }
}
