import { asciiDomain } from "../address.ts";
import { attributeType } from "../attributes.ts";
import type { SoapElement } from "../element.ts";
import type { Call, Operation } from "../engine.ts";
import { type Entry, type EntryKind, values } from "../entry.ts";
import { invalidRequest, noSuch, SoapFault } from "../faults.ts";
import { parseFilter } from "../search-filter.ts";
import type { Services } from "../services.ts";
import { isCounted } from "./address-rules.ts";
import {
  accountAttributes,
  byText,
  encodeAccount,
  encodeCos,
  encodeDomain,
  encodeEntry,
  encodeList,
} from "./encode.ts";
import { domainBy } from "./find.ts";
import { adminOperation, flag, integer, looseAttributes } from "./operation.ts";

/** Searching and counting. */
export const searchOperations: readonly Operation[] = [
  adminOperation("SearchDirectory", searchDirectory),
  adminOperation("CountObjects", countObjects),
];

function searchDirectory({ request, context, services }: Call, response: SoapElement): void {
  const { directory } = services;
  const kinds = searchedKinds(request.attribute("types") ?? "accounts");
  const domainName = request.attribute("domain");
  const domain = domainName === null ? null : directory.byName("domain", domainName);
  if (domainName !== null && domain === null) throw noSuch("DOMAIN", domainName);
  if (domain !== null && kinds.includes("cos")) throw invalidRequest("cannot specify domain with coses");
  const found = matches(request, kinds, domain, services);
  const maxResults = integer(request, "maxResults", 0);
  if (maxResults > 0 && found.length > maxResults) {
    const text = "number of results exceeded the limit: too many search results returned";
    throw new SoapFault("account.TOO_MANY_SEARCH_RESULTS", text, true);
  }
  if (flag(request, "countOnly", false)) {
    response.set("num", found.length);
    return;
  }
  sortEntries(found, request, services);
  const limit = integer(request, "limit", 0);
  const offset = integer(request, "offset", 0);
  const end = limit === 0 ? found.length : Math.min(found.length, offset + limit);
  for (const entry of found.slice(offset, end)) encodeFound(response, entry, request, services);
  // Without a session Zimbra stops looking at the end of the page and knows no more than that.
  const inSession = context.sessionId !== null;
  response.set("more", inSession && end < found.length);
  response.set(
    "searchTotal",
    inSession || limit === 0 ? found.length : Math.min(found.length, offset + limit),
  );
}

function matches(
  request: SoapElement,
  kinds: readonly EntryKind[],
  domain: Entry | null,
  services: Services,
): Entry[] {
  const filter = parseFilter(request.attribute("query") ?? "", kinds[0] === "account" ? accountPrefix : "");
  const found: Entry[] = [];
  for (const kind of kinds) {
    for (const entry of services.directory.all(kind, kind === "cos" ? undefined : domain?.id)) {
      if (domain !== null && kind === "domain") continue;
      if (filter((name) => values(entry, attributeType(name)?.name ?? name))) found.push(entry);
    }
  }
  return found;
}

/** What Zimbra puts before the caller's filter when it looks for accounts: part of the faults' texts. */
const accountPrefix = "(&(objectclass=zimbraAccount)(!(objectclass=zimbraCalendarResource)))";

function sortEntries(found: Entry[], request: SoapElement, services: Services): void {
  const by = request.attribute("sortBy") ?? "name";
  const sign = flag(request, "sortAscending", true) ? 1 : -1;
  const key = (entry: Entry): string => {
    if (by === "name") return entry.kind === "domain" ? asciiDomain(entry.name) : entry.name;
    const attributes =
      entry.kind === "account" ? accountAttributes(entry, services, true).get(by) : values(entry, by);
    return attributes?.[0] ?? "";
  };
  found.sort((a, b) => sign * byText(key(a), key(b)) || byText(a.name, b.name));
}

function encodeFound(response: SoapElement, entry: Entry, request: SoapElement, services: Services): void {
  const names = looseAttributes(request);
  switch (entry.kind) {
    case "account": {
      const view = { names, inherit: flag(request, "applyCos", true) };
      const element = encodeAccount(response, entry, services, view);
      // Whether an account is external is read from its mail host: not fetched means none.
      if (names !== null && !names.has("zimbraMailHost")) element.set("isExternal", true);
      return;
    }
    case "resource":
      encodeAccount(
        response,
        entry,
        services,
        { names, inherit: flag(request, "applyCos", true) },
        "calresource",
      );
      return;
    case "domain":
      encodeDomain(response, entry, services, { names, inherit: flag(request, "applyConfig", true) });
      return;
    case "cos":
      encodeCos(response, entry, names);
      return;
    case "list":
    case "group":
      encodeList(response, entry, names, true);
      return;
    default: {
      const target =
        services.directory.byId("account", entry.target ?? "") ??
        services.directory.byId("list", entry.target ?? "");
      const element = encodeEntry(response, "alias", entry, names);
      element
        .set("targetName", target?.name ?? "")
        .set("type", target?.kind === "account" ? "account" : "distributionlist");
    }
  }
}

function searchedKinds(types: string): EntryKind[] {
  return types.split(",").map((type) => {
    const kind = kindsByType[type.trim()];
    if (kind === undefined) throw invalidRequest(`unknown type: ${type.trim()}`);
    return kind;
  });
}

/** What the types of a search stand for. */
const kindsByType: Readonly<Record<string, EntryKind>> = {
  accounts: "account",
  distributionlists: "list",
  dynamicgroups: "group",
  aliases: "alias",
  resources: "resource",
  domains: "domain",
  coses: "cos",
};

function countObjects({ request, services }: Call, response: SoapElement): void {
  const type = request.attribute("type") ?? "";
  const kind = countedKinds[type];
  if (kind === undefined) throw invalidRequest("No type specified");
  const domains = request.children("domain").map((element) => domainBy(element, services));
  const parents = domains.length === 0 ? [undefined] : domains.map((domain) => domain.id);
  let count = 0;
  for (const parent of parents) {
    if (kind === null) continue;
    for (const entry of services.directory.all(kind, parent)) {
      if (kind !== "account" || type === "account" || isCounted(entry)) count++;
    }
  }
  response.set("num", count).set("type", type);
}

const countedKinds: Readonly<Record<string, EntryKind | null>> = {
  userAccount: "account",
  internalUserAccount: "account",
  internalArchivingAccount: null,
  account: "account",
  alias: "alias",
  dl: "list",
  domain: "domain",
  cos: "cos",
  server: "server",
  calresource: "resource",
};
