/** What an entry of the directory is. */
export type EntryKind =
  | "domain"
  | "account"
  /** A calendar resource: an account of another class. */
  | "resource"
  | "alias"
  | "list"
  | "group"
  | "cos"
  | "server"
  | "dataSource"
  | "config"
  /** What is left of a deleted domain above others. */
  | "stub";

/** One entry of the directory. Never changed in place: a change is a new entry of the same id. */
export interface Entry {
  readonly kind: EntryKind;
  /** `zimbraId`. */
  readonly id: string;
  /** The name that answers carry: lower-case, internationalised domains in Unicode. */
  readonly name: string;
  readonly attributes: Attributes;
  /** Where it lies: a domain's id for accounts, aliases and lists; an account's id for data sources. */
  readonly parent: string | null;
  /** For an alias: the id of the account or list it stands for. */
  readonly target: string | null;
  /** Order of creation: answers list entries of equal rank in this order. */
  readonly serial: number;
}

/** Values by attribute name, in Zimbra's spelling; a name is there only with at least one value. */
export type Attributes = Readonly<Record<string, readonly string[]>>;

/** The first value of an attribute, or null. */
export function value(entry: Entry, name: string): string | null {
  return entry.attributes[name]?.[0] ?? null;
}

/** All values of an attribute. */
export function values(entry: Entry, name: string): readonly string[] {
  return entry.attributes[name] ?? [];
}

/** The entry with some attributes replaced; an empty list takes an attribute away. */
export function withAttributes(entry: Entry, changed: Attributes): Entry {
  const attributes: Record<string, readonly string[]> = { ...entry.attributes };
  for (const [name, list] of Object.entries(changed)) {
    if (list.length === 0) delete attributes[name];
    else attributes[name] = list;
  }
  return { ...entry, attributes };
}
