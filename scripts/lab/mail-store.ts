import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mailMaps } from "./mail-maps.ts";
import { ensureTables, type MailTables, writeTables } from "./mail-tables.ts";
import { addToMaildir, type StoredMessage } from "./maildir.ts";
import type { MailSnapshot, MailStore } from "./zimbra/index.ts";

export interface MailStoreOptions {
  /** Shared with the mail container, which sees it as `/mail`. */
  readonly mailDir: string;
  /** Owner of the maildirs in the container. */
  readonly uid: number;
}

export interface LabMailStore extends MailStore {
  /** Writes empty maps where there are none: the servers may start before the simulator. */
  initialise(): Promise<void>;
}

/**
 * Postfix and Dovecot behind the Zimbra simulator: Postfix's tables changed in one transaction, Dovecot's files
 * replaced by rename, figures read from the maildirs.
 */
export function createMailStore({ mailDir, uid }: MailStoreOptions): LabMailStore {
  const mapsDir = join(mailDir, "maps");
  const tablesDir = join(mailDir, "tables");
  const storeDir = join(mailDir, "store");
  const written = new Map<string, Buffer>();
  const homes = new Map<string, string>();
  let lastStampSeconds = 0;

  /** Dovecot tells files apart by size and whole seconds, so each new file is at least a second younger. */
  async function replace(name: string, content: Buffer): Promise<void> {
    if (written.get(name)?.equals(content)) return;
    const part = join(mapsDir, `${name}.part`);
    await writeFile(part, content, { mode: 0o644 });
    await utimes(part, lastStampSeconds, lastStampSeconds);
    await rename(part, join(mapsDir, name));
    written.set(name, content);
  }

  async function sync(snapshot: MailSnapshot): Promise<void> {
    await mkdir(join(mapsDir, "answers"), { recursive: true });
    lastStampSeconds = Math.max(lastStampSeconds + 1, Math.floor(Date.now() / 1000));
    const { files, tables } = mapFiles(snapshot, uid);
    for (const [name, content] of files) await replace(name, content);
    await ensureTables(tablesDir);
    writeTables(tablesDir, tables);
    const names = new Set(files.map(([name]) => name));
    for (const name of await readdir(join(mapsDir, "answers"))) {
      if (names.has(`answers/${name}`)) continue;
      await rm(join(mapsDir, "answers", name));
      written.delete(`answers/${name}`);
    }
    await setAsideRemoved(storeDir, homes, snapshot);
  }

  async function usedBytes(addresses: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const used = new Map<string, number>();
    for (const address of addresses) {
      const id = homes.get(address);
      if (id !== undefined) used.set(address, await maildirBytes(join(storeDir, id, "Maildir")));
    }
    return used;
  }

  async function initialise(): Promise<void> {
    await mkdir(mapsDir, { recursive: true });
    const present = new Set(await readdir(mapsDir));
    for (const [name, content] of mapFiles({ domains: [], accounts: [], lists: [] }, uid).files) {
      if (!present.has(name)) await writeFile(join(mapsDir, name), content);
    }
    await ensureTables(tablesDir);
  }

  async function add(accountId: string, folder: readonly string[], message: StoredMessage): Promise<void> {
    await addToMaildir(join(storeDir, accountId, "Maildir"), folder, message, uid);
  }

  return { sync, usedBytes, add, initialise };
}

/** All that the servers read: Dovecot's files by name, and Postfix's tables. */
function mapFiles(
  snapshot: MailSnapshot,
  uid: number,
): { readonly files: readonly [name: string, content: Buffer][]; readonly tables: MailTables } {
  const { users, denied, answers, ...tables } = mailMaps(snapshot, uid);
  const deniedLogins: Readonly<Record<string, readonly string[]>> = { lmtp: [], doveadm: [], ...denied };
  const files = [
    ...Object.entries(deniedLogins).map(([protocol, logins]): [string, Buffer] => [
      `denied.${protocol}`,
      lines(logins.map((login) => `${login}:`)),
    ]),
    ...[...answers].map(([id, script]): [string, Buffer] => [`answers/${id}.sieve`, Buffer.from(script)]),
    ["users", lines(users)] satisfies [string, Buffer],
  ];
  return { files, tables };
}

/**
 * Mail of accounts that were deleted is moved out of sight rather than removed: a mistake in a lab should not
 * be the end of it.
 */
async function setAsideRemoved(
  storeDir: string,
  homes: Map<string, string>,
  { accounts }: MailSnapshot,
): Promise<void> {
  const present = new Set(accounts.map(({ id }) => id));
  for (const id of new Set(homes.values())) {
    if (present.has(id)) continue;
    await rename(join(storeDir, id), join(storeDir, `removed-${id}`)).catch(ignoreMissing);
  }
  homes.clear();
  for (const { address, id } of accounts) homes.set(address, id);
}

/** Sum over all folders of a Maildir++; each file's name carries its size (`W` with CRLF, `S` as stored). */
async function maildirBytes(maildir: string): Promise<number> {
  const folders = [maildir];
  for (const entry of await readdir(maildir, { withFileTypes: true }).catch(() => [])) {
    if (entry.isDirectory() && /^\.[^.]/.test(entry.name)) folders.push(join(maildir, entry.name));
  }
  let bytes = 0;
  for (const folder of folders) {
    for (const part of ["cur", "new"]) {
      for (const name of await readdir(join(folder, part)).catch(() => [])) {
        const size = /,W=(\d+)/.exec(name)?.[1] ?? /,S=(\d+)/.exec(name)?.[1];
        bytes += size ? Number(size) : await sizeOf(join(folder, part, name));
      }
    }
  }
  return bytes;
}

/** A message may be moved or expunged between listing and looking. */
async function sizeOf(file: string): Promise<number> {
  return await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

function lines(all: readonly string[]): Buffer {
  return Buffer.from(all.map((line) => `${line}\n`).join(""));
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
