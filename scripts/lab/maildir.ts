import { randomBytes } from "node:crypto";
import { appendFile, lchown, mkdir, readFile, rename, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A message as it goes into a mailbox. */
export interface StoredMessage {
  /** With CRLF line ends. */
  readonly source: Buffer;
  /** When it was received. */
  readonly date: Date;
  /** IMAP's, such as `\Seen`; others than the usual ones are left out. */
  readonly flags: readonly string[];
}

/** Letters of the usual flags in a Maildir's file names. */
const letters: Readonly<Record<string, string>> = {
  "\\Draft": "D",
  "\\Flagged": "F",
  "\\Answered": "R",
  "\\Seen": "S",
};

/**
 * Puts a message into a folder of a Maildir++, as a delivery does: written aside, then renamed. Dovecot finds it
 * by itself.
 *
 * @param folder - names from the top, in Unicode; empty for the inbox.
 * @param uid - owner of what is made, where this process may set one.
 */
export async function addToMaildir(
  maildir: string,
  folder: readonly string[],
  { source, date, flags }: StoredMessage,
  uid?: number,
): Promise<void> {
  const name = folder.map(folderName).join(".");
  const place = name === "" ? maildir : join(maildir, `.${name}`);
  await makeFolder(maildir, uid);
  if (name !== "") {
    await makeFolder(place, uid);
    await subscribe(maildir, name, uid);
  }
  const unique = `${Math.floor(Date.now() / 1000)}.${randomBytes(8).toString("hex")}.bastide`;
  const size = `S=${source.length},W=${source.length}`;
  const info = flags
    .flatMap((flag) => letters[flag] ?? [])
    .toSorted()
    .join("");
  const part = join(place, "tmp", unique);
  await writeFile(part, source, { mode: 0o600 });
  await own(part, uid);
  await utimes(part, date, date);
  await rename(part, join(place, "cur", `${unique},${size}:2,${info}`));
}

/** IMAP's modified UTF-7 (RFC 3501, 5.1.3); a dot would be a level of its own. */
export function folderName(text: string): string {
  const plain = text.replaceAll(/[./]/g, "_");
  return plain.replaceAll(/&|[^\x20-\x7e]+/g, (part) => {
    if (part === "&") return "&-";
    const utf16 = Buffer.from(part, "utf16le").swap16();
    return `&${utf16.toString("base64").replaceAll("/", ",").replace(/=+$/, "")}-`;
  });
}

async function makeFolder(place: string, uid: number | undefined): Promise<void> {
  for (const path of [dirname(place), place, ...["cur", "new", "tmp"].map((name) => join(place, name))]) {
    const made = await mkdir(path, { recursive: true, mode: 0o700 });
    if (made !== undefined) await own(path, uid);
  }
}

async function subscribe(maildir: string, name: string, uid: number | undefined): Promise<void> {
  const file = join(maildir, "subscriptions");
  const known = await readFile(file, "utf8").catch(() => "");
  if (known.split("\n").includes(name)) return;
  await appendFile(file, `${name}\n`, { mode: 0o600 });
  await own(file, uid);
}

async function own(path: string, uid: number | undefined): Promise<void> {
  if (uid !== undefined && process.getuid?.() === 0) await lchown(path, uid, uid);
}
