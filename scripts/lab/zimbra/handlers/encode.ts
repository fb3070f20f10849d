import { attributeType } from "../attributes.ts";
import type { SoapElement } from "../element.ts";
import { type Entry, value, values } from "../entry.ts";
import {
  configEntry,
  cosOf,
  defaultCosId,
  externalCosId,
  mailboxAttribute,
  memberAttribute,
  peopleGoneAttribute,
  type Services,
} from "../services.ts";

/** Which attributes an answer holds: names (null is all) and whether inherited values are filled in. */
export interface View {
  readonly names: ReadonlySet<string> | null;
  readonly inherit: boolean;
}

/** Everything, inherited values included: what answers hold when the request says nothing. */
export const wholeView: View = { names: null, inherit: true };

/** Adds an account to a response, with its COS's values where it has none of its own. */
export function encodeAccount(
  parent: SoapElement,
  account: Entry,
  services: Services,
  view = wholeView,
  tag: "account" | "calresource" = "account",
): SoapElement {
  const element = parent.add(tag).set("name", account.name).set("id", account.id);
  addAttributes(element, accountAttributes(account, services, view.inherit, view.names), view.names);
  return element;
}

/** An account's attributes by name, all or those that are named, as answers have them. */
export function accountAttributes(
  account: Entry,
  services: Services,
  inherit: boolean,
  names: ReadonlySet<string> | null = null,
): ReadonlyMap<string, readonly string[]> {
  const own = account.attributes;
  if (!inherit) return new Map(Object.entries(own));
  const cos = cosOf(services.directory, account);
  const inherited = inheritedFrom(cos);
  if (names === null) return new Map([...inherited, ...Object.entries(own)]);
  const found = new Map<string, readonly string[]>();
  for (const name of names) {
    const list = own[name] ?? inherited.get(name);
    if (list) found.set(name, list);
  }
  return found;
}

/** What accounts read from a COS. Entries never change, so it is worked out once for each. */
function inheritedFrom(cos: Entry): ReadonlyMap<string, readonly string[]> {
  const known = inheritedByCos.get(cos);
  if (known) return known;
  const listed = Object.entries(cos.attributes).filter(([name]) => attributeType(name)?.inherited);
  const inherited = new Map([...listed, ["zimbraCOSId", [cos.id]] as const]);
  inheritedByCos.set(cos, inherited);
  return inherited;
}

const inheritedByCos = new WeakMap<Entry, ReadonlyMap<string, readonly string[]>>();

export function encodeDomain(
  parent: SoapElement,
  domain: Entry,
  services: Services,
  view = wholeView,
): SoapElement {
  const element = parent.add("domain").set("name", domain.name).set("id", domain.id);
  const inherited = view.inherit
    ? Object.entries(configEntry(services.directory).attributes).filter(
        ([name]) => attributeType(name)?.fromConfig,
      )
    : [];
  addAttributes(element, new Map([...inherited, ...Object.entries(domain.attributes)]), view.names);
  return element;
}

/** Adds a COS; attributes that accounts do not inherit are marked `c`. */
export function encodeCos(
  parent: SoapElement,
  cos: Entry,
  names: ReadonlySet<string> | null = null,
): SoapElement {
  const element = parent.add("cos").set("name", cos.name).set("id", cos.id);
  if (cos.id === defaultCosId || cos.id === externalCosId) element.set("isDefaultCos", true);
  for (const [name, list] of Object.entries(cos.attributes)) {
    if (names !== null && !names.has(name)) continue;
    for (const text of list) {
      const item = element.add("a", text).set("n", name);
      if (!attributeType(name)?.inherited) item.set("c", true);
    }
  }
  return element;
}

/** Adds a list or group without its members; a search names the members as an attribute, other answers do not. */
export function encodeList(
  parent: SoapElement,
  list: Entry,
  names: ReadonlySet<string> | null = null,
  withMemberAttribute = false,
): SoapElement {
  const element = parent
    .add("dl")
    .set("name", list.name)
    .set("id", list.id)
    .set("dynamic", list.kind === "group");
  const shown = Object.entries(list.attributes).filter(
    ([name]) => name !== memberAttribute || (withMemberAttribute && list.kind === "list"),
  );
  addAttributes(element, new Map(shown), names);
  return element;
}

/** Members in the order in which Zimbra lists them. */
export function sortedMembers(list: Entry): string[] {
  return [...values(list, memberAttribute)].sort(byText);
}

/** Data sources go the way of the user service: pairs, and never a password. */
export function encodeDataSource(parent: SoapElement, source: Entry): SoapElement {
  const element = parent
    .add("dataSource")
    .set("name", source.name)
    .set("id", source.id)
    .set("type", value(source, "zimbraDataSourceType"));
  for (const [name, list] of Object.entries(source.attributes)) {
    if (attributeType(name)?.secret || name === "zimbraId") continue;
    for (const text of list) element.pair(name, text);
  }
  return element;
}

/** Any entry that needs no more than its name, id and attributes. */
export function encodeEntry(
  parent: SoapElement,
  tag: string,
  entry: Entry,
  names: ReadonlySet<string> | null = null,
): SoapElement {
  const element = parent.add(tag).set("name", entry.name).set("id", entry.id);
  addAttributes(element, new Map(Object.entries(entry.attributes)), names);
  return element;
}

/** Order of names in answers: by code unit, as Java compares. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What the directory keeps for itself. */
const hiddenAttributes: ReadonlySet<string> = new Set([
  "zimbraPasswordHistory",
  "zimbraAuthTokenValidityValue",
  mailboxAttribute,
  peopleGoneAttribute,
]);

function addAttributes(
  element: SoapElement,
  attributes: ReadonlyMap<string, readonly string[]>,
  names: ReadonlySet<string> | null,
): void {
  for (const [name, list] of attributes) {
    if (names !== null && !names.has(name)) continue;
    if (hiddenAttributes.has(name)) continue;
    for (const text of list)
      element.add("a", name === "userPassword" ? "VALUE-BLOCKED" : text).set("n", name);
  }
}
