import { isObject, type Tree } from "./message-tree.ts";

/** Attribute names that the recordings keep, by the kind of entry: what they leave out is not compared. */
export type KeptNames = ReadonlyMap<string, ReadonlySet<string>>;

/** Collects, over all recorded messages, which attributes were kept for which kind of entry. */
export function keptNames(messages: Iterable<Tree>): KeptNames {
  const kept = new Map<string, Set<string>>();
  const note = (kind: string, name: string) => {
    const names = kept.get(kind) ?? new Set<string>();
    kept.set(kind, names.add(name));
  };
  for (const message of messages) visit(message, "", note);
  return kept;
}

function visit(tree: Tree, under: string, note: (kind: string, name: string) => void): void {
  if (Array.isArray(tree)) for (const item of tree) visit(item, under, note);
  if (!isObject(tree)) return;
  const tag = typeof tree.tag === "string" ? tree.tag : under;
  for (const { n } of attributeItems(tree)) note(tag, n);
  for (const [key, value] of Object.entries(tree)) visit(value, key === "children" ? tag : key, note);
}

/**
 * The message with everything taken out that differs from run to run: ids, times, tokens, traces, host parts, the order
 * of attributes, and attributes that the recordings do not keep. What is left of two messages is equal or not.
 */
export function normalize(tree: Tree, kept: KeptNames, under = ""): Tree {
  if (typeof tree === "string") return normalizeText(tree);
  if (Array.isArray(tree)) return tree.map((item) => normalize(item, kept, under));
  if (!isObject(tree)) return tree;
  const tag = typeof tree.tag === "string" ? tree.tag : under;
  const result: Record<string, Tree> = {};
  for (const [key, value] of Object.entries(tree)) {
    const inner = key === "children" ? tag : key;
    if (
      volatileKeys.has(key) ||
      (key === "text" && volatileTags.has(tag)) ||
      (key === "@id" && tag === "session")
    ) {
      result[key] = `<${typeof value}>`;
    } else if (key === "_attrs" && isObject(value)) {
      result[key] = normalize(keptPairs(value, kept.get(tag)), kept, inner);
    } else if (key === "a" || key === "pref" || key === "children") {
      result[key] = normalizeItems(value, tag, kept, inner);
    } else {
      result[key] = normalize(value, kept, inner);
    }
  }
  return Object.fromEntries(Object.entries(result).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const volatileKeys: ReadonlySet<string> = new Set([
  "Trace",
  "authToken",
  "lifetime",
  "csrfToken",
  "mbxid",
  "@mbxid",
  "session",
]);
const volatileTags: ReadonlySet<string> = new Set([
  "Trace",
  "authToken",
  "lifetime",
  "csrfToken",
  "session",
  "change",
]);

/** `a` and `pref` items have no order; those that the recordings left out are dropped. */
function normalizeItems(value: Tree, tag: string, kept: KeptNames, inner: string): Tree {
  if (!Array.isArray(value)) return normalize(value, kept, inner);
  const names = kept.get(tag);
  const ordered: Tree[] = [];
  const unordered: Tree[] = [];
  for (const item of value) {
    const name = itemName(item, inner);
    if (name === null) ordered.push(normalize(item, kept, inner));
    else if (!names || names.has(name) || !trimmedTags.has(tag)) unordered.push(normalize(item, kept, inner));
  }
  unordered.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return [...unordered, ...ordered];
}

/** Kinds of entry whose attributes were trimmed in the recordings. */
const trimmedTags: ReadonlySet<string> = new Set([
  "account",
  "domain",
  "dl",
  "cos",
  "server",
  "alias",
  "dataSource",
  "GetAllConfigResponse",
]);

function keptPairs(pairs: { readonly [key: string]: Tree }, names: ReadonlySet<string> | undefined): Tree {
  return Object.fromEntries(Object.entries(pairs).filter(([name]) => !names || names.has(name)));
}

function itemName(item: Tree, key: string): string | null {
  if (!isObject(item)) return null;
  if (item.tag === "a" || key === "a") return String(item["@n"] ?? item.n);
  return item.tag === "pref" || key === "pref" ? String(item["@name"] ?? item.name) : null;
}

function attributeItems(tree: { readonly [key: string]: Tree }): { n: string }[] {
  const items: { n: string }[] = [];
  const lists = [tree.a, tree.children].filter((list) => Array.isArray(list));
  for (const item of lists.flat()) {
    const name = itemName(item, tree.a && !tree.tag ? "a" : "");
    if (name !== null) items.push({ n: name });
  }
  if (tree._attrs !== undefined && isObject(tree._attrs)) {
    for (const name of Object.keys(tree._attrs)) items.push({ n: name });
  }
  return items;
}

/** Texts without ids, times, hosts of the directory server, and the list of what is left in a domain. */
export function normalizeText(text: string): string {
  return text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{11}[0-9a-z]/gi, "<id>")
    .replace(/^\d{14}(\.\d+)?Z$/, "<time>")
    .replace(/ldap host=[\w.:]+/g, "ldap host=<host>")
    .replace(/\(remaining entries: .*\)/, "(remaining entries: <entries>)")
    .replace(/Default404Servlet-\w+/, "Default404Servlet-<hash>")
    .replace(/AUTHTOKEN|0_[0-9a-f]{64}_[0-9a-f]+/g, "<token>");
}

/** The first place where two normalised messages part, in words; null where they are equal. */
export function firstDifference(expected: Tree, actual: Tree, path = ""): string | null {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
      if (i >= expected.length) return `${path}[${i}]: unexpected ${short(actual[i])}`;
      if (i >= actual.length) return `${path}[${i}]: missing ${short(expected[i])}`;
      const inner = firstDifference(expected[i] ?? null, actual[i] ?? null, `${path}[${i}]`);
      if (inner !== null) return inner;
    }
    return null;
  }
  if (isObject(expected) && isObject(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      if (!(key in expected)) return `${path}.${key}: unexpected ${short(actual[key])}`;
      if (!(key in actual)) return `${path}.${key}: missing ${short(expected[key])}`;
      const inner = firstDifference(expected[key] ?? null, actual[key] ?? null, `${path}.${key}`);
      if (inner !== null) return inner;
    }
    return null;
  }
  return expected === actual ? null : `${path}: expected ${short(expected)}, got ${short(actual)}`;
}

function short(tree: Tree | undefined): string {
  const text = JSON.stringify(tree) ?? "nothing";
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
