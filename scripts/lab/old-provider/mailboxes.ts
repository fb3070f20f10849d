import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addToMaildir } from "../maildir.ts";
import type { LabPaths } from "../paths.ts";
import { hashPassword } from "../zimbra/passwords.ts";

/** Addresses of the lab's former provider: the examples' own, and one for tests. */
export const oldAddresses = ["mairie.nerac@wanadoo.fr", "mairie@ancien-fournisseur.example"] as const;

/** Domains that the lab's former provider stands in for: a lab reaches nobody outside. */
export const oldDomains = ["ancien-fournisseur.example", "wanadoo.fr", "orange.fr"] as const;

/** What the container sees as `/old`. */
export function oldProviderDir(lab: LabPaths): string {
  return join(lab.dir, "old-provider");
}

/** File of an old mailbox's password; mode 0600, no line end. */
export function oldPasswordFile(lab: LabPaths, address: string): string {
  return join(lab.secretsDir, `ancienne-${address}`);
}

/** A few old messages in folders, one of them with accents and one below another. */
const letters = [
  { folder: [], subject: "Bienvenue chez votre ancien fournisseur", day: "2019-03-04" },
  { folder: [], subject: "Convocation du conseil municipal", day: "2021-09-14" },
  { folder: ["Envoyés"], subject: "Réponse à la préfecture", day: "2022-01-20" },
  { folder: ["Marchés publics", "École"], subject: "Devis de la toiture", day: "2023-06-07" },
] as const;

/** Makes the mailboxes with their mail and drawn passwords; what is there stays as it is. `uid` owns the maildirs. */
export async function ensureOldMailboxes(lab: LabPaths, uid: number): Promise<void> {
  const folder = oldProviderDir(lab);
  await mkdir(join(folder, "mail"), { recursive: true });
  await chmod(join(folder, "mail"), 0o755);
  await mkdir(lab.secretsDir, { recursive: true, mode: 0o700 });
  const users: string[] = [];
  for (const address of oldAddresses) {
    const password = await ensurePassword(oldPasswordFile(lab, address));
    users.push(`${address}:${hashPassword(password)}`);
    const home = join(folder, "mail", address);
    const made = join(home, ".made");
    if ((await readFile(made).catch(() => null)) !== null) continue;
    for (const { folder: path, subject, day } of letters) {
      const date = new Date(`${day}T09:00:00Z`);
      const message = { source: letter(address, subject, date), date, flags: ["\\Seen"] };
      await addToMaildir(join(home, "Maildir"), path, message, uid);
    }
    await writeFile(made, "");
  }
  const part = join(folder, "users.part");
  await writeFile(part, users.map((line) => `${line}\n`).join(""));
  // Dovecot's authentication runs as a user of its own; the file holds hashes.
  await chmod(part, 0o644);
  await rename(part, join(folder, "users"));
}

async function ensurePassword(file: string): Promise<string> {
  const known = await readFile(file, "utf8").catch(() => null);
  if (known !== null) return known;
  const password = randomBytes(15).toString("base64url");
  await writeFile(`${file}.part`, password, { mode: 0o600 });
  await rename(`${file}.part`, file);
  return password;
}

function letter(to: string, subject: string, date: Date): Buffer {
  const lines = [
    "From: Courrier <courrier@prefecture.example>",
    `To: <${to}>`,
    `Subject: =?utf-8?B?${Buffer.from(subject).toString("base64")}?=`,
    `Date: ${date.toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${date.getTime()}.${to}>`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
    "",
    `${subject}.`,
    "",
  ];
  return Buffer.from(lines.join("\r\n"));
}
