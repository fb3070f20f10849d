import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Postfix's tables of the lab, by name: `domains`, `aliases` and so on, from a key to a value. */
export type MailTables = Readonly<Record<string, ReadonlyMap<string, string>>>;

/**
 * Puts all tables in place in one transaction, which every daemon sees at its next lookup: `trivial-rewrite`
 * looks only every ten seconds whether a map that it has open was replaced.
 *
 * @param folder - shared with the mail container.
 */
export function writeTables(folder: string, tables: MailTables): void {
  using database = new DatabaseSync(join(folder, fileName), { timeout: lockTimeoutMs });
  database.exec("BEGIN IMMEDIATE; DELETE FROM entry");
  const insert = database.prepare("INSERT INTO entry VALUES (?, ?, ?)");
  for (const [name, table] of Object.entries(tables)) {
    for (const [key, value] of table) insert.run(name, key, value);
  }
  database.exec("COMMIT");
}

/** Makes the file with empty tables where there is none; touches none that is there. */
export async function ensureTables(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Of a writer and its readers, whoever comes first makes the lock files that all of them write to, and the
  // container's users are not this host's.
  await chmod(folder, 0o777);
  const file = join(folder, fileName);
  using database = new DatabaseSync(file, { timeout: lockTimeoutMs });
  // Readers never wait for a writer, and a writer never for readers.
  database.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS entry (name TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (name, key)) WITHOUT ROWID`);
  await chmod(file, 0o666);
}

const fileName = "postfix.sqlite";

/** A reader that is the last to close the file holds it alone for a moment, write-ahead log or not. */
const lockTimeoutMs = 5_000;
