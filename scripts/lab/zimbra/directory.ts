import type { Change, Journal } from "../journal.ts";
import { asciiAddress, asciiDomain, splitAddress } from "./address.ts";
import { type Entry, type EntryKind, value, values } from "./entry.ts";

/**
 * Zimbra's directory: entries with indexes by id, by name and by address. Changes are collected until `commit`, which
 * writes them as one transaction, or `rollback`, which takes them back.
 */
export class Directory {
  readonly #journal: Journal<Entry>;
  readonly #entries = new Map<string, Entry>();
  readonly #names = new Map<string, string>();
  readonly #addresses = new Map<string, Set<string>>();
  readonly #children = new Map<string, Set<string>>();
  #undo: (() => void)[] = [];
  #changes: Change<Entry>[] = [];
  #serial = 0;
  #revision = 0;

  constructor(journal: Journal<Entry>, entries: Iterable<Entry>) {
    this.#journal = journal;
    for (const entry of entries) {
      this.#index(entry);
      this.#serial = Math.max(this.#serial, entry.serial);
    }
  }

  nextSerial(): number {
    return ++this.#serial;
  }

  byId(kind: EntryKind, id: string): Entry | null {
    const entry = this.#entries.get(id.trim().toLowerCase()) ?? this.#entries.get(id);
    return entry?.kind === kind ? entry : null;
  }

  /** By name in any case; addresses and domains also in punycode. Aliases are not followed. */
  byName(kind: EntryKind, name: string): Entry | null {
    const id = this.#names.get(nameKey(kind, name));
    return id === undefined ? null : (this.#entries.get(id) ?? null);
  }

  /** The account, list or group that receives mail at an address, its own or an alias. */
  byAddress(address: string): Entry | null {
    for (const id of this.#addresses.get(asciiAddress(address)) ?? []) return this.#entries.get(id) ?? null;
    return null;
  }

  /** Entries of a kind, in order of creation; `parent` narrows to a domain's or an account's. */
  *all(kind: EntryKind, parent?: string): Iterable<Entry> {
    const ids = parent === undefined ? this.#entries.keys() : (this.#children.get(parent) ?? []);
    for (const id of ids) {
      const entry = this.#entries.get(id);
      if (entry?.kind === kind) yield entry;
    }
  }

  put(entry: Entry): Entry {
    const before = this.#entries.get(entry.id);
    this.#replace(before, entry);
    this.#changes.push({ put: entry });
    this.#undo.push(() => (before ? this.#replace(entry, before) : this.#unindex(entry)));
    return entry;
  }

  remove(entry: Entry): void {
    this.#unindex(entry);
    this.#changes.push({ remove: entry.id });
    this.#undo.push(() => this.#index(entry));
  }

  /** Another number after each commit. */
  get revision(): number {
    return this.#revision;
  }

  /** Makes the changes since the last commit durable. Returns whether there were any. */
  commit(): boolean {
    if (this.#changes.length === 0) return false;
    this.#journal.append(this.#changes);
    this.#revision++;
    this.#changes = [];
    this.#undo = [];
    if (this.#journal.isLarge) this.#journal.compact(this.#entries.values());
    return true;
  }

  rollback(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
    this.#changes = [];
  }

  #index(entry: Entry): void {
    this.#entries.set(entry.id, entry);
    this.#names.set(nameKey(entry.kind, entry.name), entry.id);
    for (const address of addressesOf(entry)) add(this.#addresses, address, entry.id);
    if (entry.parent !== null) add(this.#children, entry.parent, entry.id);
  }

  #unindex(entry: Entry): void {
    this.#entries.delete(entry.id);
    this.#forget(entry);
    if (entry.parent !== null) this.#children.get(entry.parent)?.delete(entry.id);
  }

  /** Exchanges an entry for its new self without moving it to the end: lists keep the order of creation. */
  #replace(before: Entry | undefined, after: Entry): void {
    if (before) this.#forget(before);
    if (before && before.parent !== after.parent && before.parent !== null) {
      this.#children.get(before.parent)?.delete(before.id);
    }
    this.#index(after);
  }

  #forget(entry: Entry): void {
    const key = nameKey(entry.kind, entry.name);
    if (this.#names.get(key) === entry.id) this.#names.delete(key);
    for (const address of addressesOf(entry)) this.#addresses.get(address)?.delete(entry.id);
  }
}

/** Where an entry would lie in LDAP: part of some faults' texts. */
export function dnOf(entry: Entry): string {
  const { local, domain } = splitAddress(entry.name);
  const base = asciiDomain(domain)
    .split(".")
    .map((label) => `dc=${label}`)
    .join(",");
  return entry.kind === "group" ? `cn=${local},cn=groups,${base}` : `uid=${local},ou=people,${base}`;
}

function addressesOf(entry: Entry): readonly string[] {
  return addressKinds.has(entry.kind) ? values(entry, "mail") : [];
}

/** Entries that receive mail at the addresses of their `mail`. */
const addressKinds: ReadonlySet<EntryKind> = new Set(["account", "resource", "list", "group"]);

function nameKey(kind: EntryKind, name: string): string {
  if (kind === "domain") return `domain ${asciiDomain(name)}`;
  if (kind === "alias" || addressKinds.has(kind)) {
    return `${kind} ${asciiAddress(name)}`;
  }
  return kind === "dataSource" ? `dataSource ${name}` : `${kind} ${name.trim()}`;
}

function add(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key);
  if (ids) ids.add(id);
  else index.set(key, new Set([id]));
}

/** Whether an entry is flagged as an administrator. */
export function isAdmin(entry: Entry): boolean {
  return value(entry, "zimbraIsAdminAccount") === "TRUE";
}
