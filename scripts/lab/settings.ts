import { randomBytes } from "node:crypto";
import { access, mkdir, open, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Cdg, formatDiagnostic, loadCatalogue } from "../../plan/index.ts";
import { fail, SystemError } from "../cli/index.ts";
import { gravityzonePort, type LabFacts } from "./facts.ts";
import { oldDomains } from "./old-provider/mailboxes.ts";
import type { LabPaths } from "./paths.ts";
import {
  backupKeyFile,
  filesPasswordFile,
  type LabPlatform,
  platformConnections,
  platformSettings,
} from "./platform.ts";
import { relayConnections } from "./relays.ts";

/** Who administers the lab's Zimbra, and where the password is. */
export interface ZimbraAdmin {
  readonly name: string;
  /** Mode 0600, no line end. */
  readonly passwordFile: string;
}

/** The CDG that the checkout's catalogue describes; a lab differs from it in its connections alone. */
export function catalogueCdg(lab: LabPaths): Cdg {
  const loaded = loadCatalogue(join(lab.root, "catalogue"));
  if (loaded.ok) return loaded.catalogue.cdg;
  fail(loaded.diagnostics.map(formatDiagnostic).join("\n"), { code: "CATALOGUE_INVALID" });
}

/** Path of the file and name of the account; nothing is read or written. */
export function zimbraAdmin(lab: LabPaths, cdg: Pick<Cdg, "domain">): ZimbraAdmin {
  return { name: `admin@${cdg.domain}`, passwordFile: join(lab.secretsDir, "zimbra-admin") };
}

/** Mode 0600, no line end: the one API key of the lab's GravityZone. */
export function gravityzoneKeyFile(lab: LabPaths): string {
  return join(lab.secretsDir, "gravityzone-key");
}

/** Access URL of the lab's GravityZone. */
export function gravityzoneUrl(facts: LabFacts): string {
  return `https://${facts.addresses.host}:${gravityzonePort(facts)}/api`;
}

/** SOAP endpoints of the lab's Zimbra. */
export function zimbraUrls({ addresses, ports }: LabFacts): {
  readonly admin: string;
  readonly user: string;
} {
  const origin = `https://${addresses.host}:${ports.zimbra}`;
  return { admin: `${origin}/service/admin/soap`, user: `${origin}/service/soap` };
}

/**
 * Writes what `bastide` and `pulumi` need to work on this lab beside its `cdg.yaml`: `stack.yaml`, `passphrase`
 * and the systems' credentials. What was generated once stays.
 *
 * @throws SystemError when the passphrase is gone while the backend has stacks: a new one could not open them.
 */
export async function ensureSecrets(lab: LabPaths, cdg: Cdg): Promise<void> {
  await mkdir(lab.secretsDir, { recursive: true, mode: 0o700 });
  await mkdir(lab.stateDir, { recursive: true, mode: 0o700 });
  await ensureSecret(zimbraAdmin(lab, cdg).passwordFile);
  await ensureSecret(gravityzoneKeyFile(lab));
  await ensureSecret(backupKeyFile(lab));
  await ensureSecret(filesPasswordFile(lab));
  if (!(await exists(lab.passphraseFile)) && (await hasStacks(lab))) {
    throw new SystemError(`${lab.passphraseFile} is gone, but the lab's backend has stacks.`, {
      code: "LAB_PASSPHRASE_LOST",
      hint: "Put the file back, or start over with `bastide lab reset`.",
    });
  }
  await ensureSecret(lab.passphraseFile);
  if (!(await exists(lab.stackFile))) await writeFile(lab.stackFile, "config: {}\n");
}

/** Writes the lab's `cdg.yaml`. `platform`: `null` on an engine that the lab shares with others. */
export async function writeCdg(
  lab: LabPaths,
  cdg: Cdg,
  facts: LabFacts,
  platform: LabPlatform | null,
): Promise<void> {
  const relays = await relayConnections(lab, facts);
  await replaceIfChanged(lab.cdgFile, labCdgText(lab, cdg, facts, { platform, relays }));
}

interface LabParts {
  readonly platform: LabPlatform | null;
  readonly relays: Pick<Cdg["connections"], "relays" | "ssh">;
}

function labCdgText(lab: LabPaths, cdg: Cdg, facts: LabFacts, { platform, relays }: LabParts): string {
  const { node } = facts.addresses;
  const admin = zimbraAdmin(lab, cdg);
  const settings: Cdg = {
    ...cdg,
    connections: {
      zimbra: {
        url: zimbraUrls(facts).admin,
        account: admin.name,
        credential: `file:${admin.passwordFile}`,
        caFile: lab.caFile,
        requestsPerSecond: 20,
      },
      gravityzone: {
        url: gravityzoneUrl(facts),
        credential: `file:${gravityzoneKeyFile(lab)}`,
        caFile: lab.caFile,
        // The simulator's minute lasts a second: sixty times the default.
        requestsPerSecond: 300,
        subscriptionsPerMinute: 1800,
      },
      ...(platform === null ? {} : platformConnections(lab, facts)),
      ...relays,
    },
    ...(platform === null ? {} : platformSettings(lab, platform, facts)),
    webmail: { url: `https://${facts.addresses.host}:${facts.ports.zimbra}/` },
    mail: {
      imap: { host: node, port: facts.ports.imaps },
      smtp: { host: node, port: facts.ports.submissions },
      inbound: { host: node, port: facts.ports.smtp },
    },
    fournisseurs: {
      "ancien-fournisseur": {
        nom: "Ancien fournisseur du laboratoire",
        domaines: [...oldDomains],
        serveur: node,
        port: facts.ports.oldImaps,
        connexion: "mot-de-passe",
        caFile: lab.caFile,
      },
    },
  };
  return `# Written by \`bastide lab up\`: catalogue/cdg.yaml with the connections of this lab.\n${stringify(settings)}`;
}

/** 192 random bits, generated once; the file appears whole and with its mode. */
async function ensureSecret(file: string): Promise<void> {
  if (await exists(file)) return;
  const part = `${file}.part`;
  const handle = await open(part, "w", 0o600);
  try {
    await handle.writeFile(randomBytes(24).toString("base64url"));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, file);
}

async function hasStacks(lab: LabPaths): Promise<boolean> {
  const entries = await readdir(join(lab.stateDir, ".pulumi/stacks"), { recursive: true }).catch(() => []);
  return entries.some((name) => /\.json(\.gz)?$/.test(name));
}

async function replaceIfChanged(file: string, text: string): Promise<void> {
  if ((await readFile(file, "utf8").catch(() => null)) === text) return;
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
