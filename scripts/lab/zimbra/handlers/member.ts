import { checkAddress, unicodeAddress } from "../address.ts";
import type { SoapElement } from "../element.ts";
import type { Call, Operation } from "../engine.ts";
import { type Entry, values, withAttributes } from "../entry.ts";
import { invalidRequest, SoapFault } from "../faults.ts";
import { memberAttribute, type Services } from "../services.ts";
import { byText } from "./encode.ts";
import { accountByName, allAddresses, listById, selectedAccount, selectedList } from "./find.ts";
import { adminOperation } from "./operation.ts";

/** Members of lists, and the lists that somebody is a member of. */
export const memberOperations: readonly Operation[] = [
  adminOperation("AddDistributionListMember", addMembers),
  adminOperation("RemoveDistributionListMember", removeMembers),
  adminOperation("GetAccountMembership", ({ request, services }, response) => {
    listMemberships(selectedAccount(request, services), services, response, true);
  }),
  adminOperation("GetDistributionListMembership", ({ request, services }, response) => {
    listMemberships(selectedList(request, services), services, response, false);
  }),
];

/** Members that are there already are skipped; addresses need not exist. */
function addMembers({ request, services }: Call): void {
  const list = listById(request, services);
  const asked = request.children("dlm").map((element) => element.text.trim());
  if (asked.length === 0) throw invalidRequest("members to add not specified");
  const own = new Set(allAddresses(list));
  const added: string[] = [];
  for (const text of asked) {
    const name = unicodeAddress(text);
    checkAddress(name);
    if (own.has(name)) throw invalidRequest(`Cannot add self as a member: ${name}`);
    if (list.kind === "list" || accountByName(name, services.directory)) added.push(name);
  }
  const members = [...new Set([...values(list, memberAttribute), ...added])];
  services.directory.put(withAttributes(list, { [memberAttribute]: members }));
}

/** One absent member, and nothing is removed. An account's address takes its aliases out of the list too. */
function removeMembers({ request, services }: Call): void {
  const { directory } = services;
  const list = listById(request, services);
  const asked = [...request.children("dlm"), ...request.children("account")].map((element) =>
    element.text.trim(),
  );
  if (asked.length === 0) throw invalidRequest("members to remove not specified");
  const members = new Set(values(list, memberAttribute));
  const gone = new Set<string>();
  const absent: string[] = [];
  for (const text of asked) {
    const name = unicodeAddress(text);
    checkAddress(name);
    const account = accountByName(name, directory);
    const present = (account ? allAddresses(account) : [name]).filter((address) => members.has(address));
    if (present.length === 0) absent.push(name);
    for (const address of present) gone.add(address);
  }
  if (absent.length > 0) {
    throw new SoapFault(
      "account.NO_SUCH_MEMBER",
      `non-existent members: ${absent.join(",")} in distribution list: ${list.name}`,
    );
  }
  const left = [...members].filter((member) => !gone.has(member));
  directory.put(withAttributes(list, { [memberAttribute]: left }));
}

/** Direct lists first, then the lists that hold those, with `via` naming the way. */
function listMemberships(start: Entry, services: Services, response: SoapElement, withKind: boolean): void {
  const seen = new Set<string>([start.id]);
  let frontier: readonly { readonly entry: Entry; readonly via: Entry | null }[] = [
    { entry: start, via: null },
  ];
  while (frontier.length > 0) {
    const next: { entry: Entry; via: Entry | null }[] = [];
    for (const { entry, via } of frontier) {
      for (const list of directLists(entry, services)) {
        if (seen.has(list.id)) continue;
        seen.add(list.id);
        const element = response.add("dl").set("name", list.name).set("id", list.id);
        if (withKind) element.set("dynamic", list.kind === "group");
        element.set("via", via?.name ?? null);
        next.push({ entry: list, via: list });
      }
    }
    frontier = next;
  }
}

function directLists(entry: Entry, { directory }: Services): Entry[] {
  const addresses = new Set(allAddresses(entry));
  return (["list", "group"] as const)
    .flatMap((kind) => [...directory.all(kind)])
    .filter((list) => values(list, memberAttribute).some((member) => addresses.has(member)))
    .sort((a, b) => byText(a.name, b.name));
}
