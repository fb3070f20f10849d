import { randomUUID } from "node:crypto";
import { asciiAddress, checkAddress, splitAddress, unicodeAddress } from "../address.ts";
import type { SoapElement } from "../element.ts";
import type { Call, Operation } from "../engine.ts";
import { type Entry, value, values, withAttributes } from "../entry.ts";
import { invalidRequest, listExists } from "../faults.ts";
import { createdAttributes, modifiedAttributes, readWishes } from "../modifications.ts";
import { generalizedTime, memberAttribute } from "../services.ts";
import { followInLists, leaveLists, moveAliases, movedAddresses } from "./account-rename.ts";
import { checkFree, usableDomain } from "./address-rules.ts";
import { byText, encodeList, sortedMembers } from "./encode.ts";
import { allAddresses, domainBy, listById, selectedList } from "./find.ts";
import { adminOperation, flag, integer, required, wantedAttributes } from "./operation.ts";

/** Distribution lists (static) and dynamic groups. */
export const listOperations: readonly Operation[] = [
  adminOperation("CreateDistributionList", createList),
  adminOperation("GetDistributionList", getList),
  adminOperation("GetAllDistributionLists", getAllLists),
  adminOperation("ModifyDistributionList", modifyList),
  adminOperation("RenameDistributionList", renameList),
  adminOperation("DeleteDistributionList", deleteList),
];

function createList({ request, services }: Call, response: SoapElement): void {
  const { directory } = services;
  const name = unicodeAddress(required(request, "name"));
  const dynamic = flag(request, "dynamic", false);
  checkAddress(name);
  const kind = dynamic ? "group" : "list";
  const attributes = createdAttributes(readWishes(request), kind);
  const domain = usableDomain(name, services);
  const id = randomUUID();
  const { local } = splitAddress(name);
  const common = {
    zimbraId: [id],
    zimbraCreateTimestamp: [generalizedTime(services.now())],
    mail: [asciiAddress(name)],
    zimbraMailAlias: [name],
    zimbraMailHost: [services.serverName],
    zimbraMailStatus: ["enabled"],
  };
  const list: Entry = {
    kind,
    id,
    name,
    parent: domain.id,
    target: null,
    serial: directory.nextSerial(),
    attributes: dynamic
      ? {
          objectClass: ["groupOfURLs", "dgIdentityAux", "zimbraGroup"],
          ...common,
          cn: [local],
          zimbraIsACLGroup: ["TRUE"],
          memberURL: [`ldap:///??sub?(|(zimbraMemberOf=${id})(zimbraId=${randomUUID()}))`],
          ...attributes,
        }
      : {
          objectClass: ["zimbraDistributionList", "zimbraMailRecipient"],
          ...common,
          uid: [local],
          ...(attributes.displayName ? { cn: attributes.displayName } : {}),
          ...attributes,
        },
  };
  checkFree(list, services, listExists);
  directory.put(list);
  // The answer to the creation of a group lacks the cn that later answers have.
  encodeList(response, dynamic ? withAttributes(list, { cn: [] }) : list);
}

function getList({ request, services }: Call, response: SoapElement): void {
  const limit = integer(request, "limit", 0);
  const offset = integer(request, "offset", 0);
  if (limit < 0) throw invalidRequest(`limit ${limit} is negative`);
  if (offset < 0) throw invalidRequest(`offset ${offset} is negative`);
  const names = wantedAttributes(request, "list");
  const list = selectedList(request, services);
  const members = sortedMembers(list);
  if (!flag(request, "sortAscending", true)) members.reverse();
  if (offset > 0 && offset >= members.length) {
    throw invalidRequest(`offset ${offset} greater than size ${members.length}`);
  }
  const page = limit === 0 ? members.slice(offset) : members.slice(offset, offset + limit);
  const element = encodeList(response, list, names);
  for (const member of page) element.add("dlm", member);
  response.set("more", offset + page.length < members.length).set("total", members.length);
}

/** Lists in order of their names; `total` is, as in Zimbra, the last list's number of members. */
function getAllLists({ request, services }: Call, response: SoapElement): void {
  const selected = request.child("domain");
  const domain = selected ? domainBy(selected, services) : null;
  const lists = (["list", "group"] as const)
    .flatMap((kind) => [...services.directory.all(kind, domain?.id)])
    .sort((a, b) => byText(a.name, b.name));
  for (const list of lists) {
    const element = encodeList(response, list);
    for (const member of sortedMembers(list)) element.add("dlm", member);
  }
  const last = lists.at(-1);
  if (last) response.set("total", values(last, memberAttribute).length);
}

function modifyList({ request, services }: Call, response: SoapElement): void {
  const wishes = readWishes(request);
  const list = listById(request, services);
  const changed = modifiedAttributes(list, wishes);
  const display = changed.displayName?.[0];
  const extra = display && list.kind === "list" ? { cn: [display] } : {};
  encodeList(response, services.directory.put(withAttributes(list, { ...changed, ...extra })));
}

function renameList({ request, services }: Call, response: SoapElement): void {
  const { directory } = services;
  const list = listById(request, services);
  const name = unicodeAddress(required(request, "newName"));
  checkAddress(name);
  const domain = usableDomain(name, services);
  if (name !== list.name && (directory.byAddress(name) || directory.byName("alias", name)))
    throw listExists(name);
  const moved = movedAddresses(list, name);
  moveAliases(list, moved, domain, services);
  followInLists(moved, services);
  const { local } = splitAddress(name);
  const renamed = withAttributes(
    { ...list, name, parent: domain.id },
    {
      mail: values(list, "mail").map((mail) => asciiAddress(moved.get(unicodeAddress(mail)) ?? mail)),
      zimbraMailAlias: values(list, "zimbraMailAlias").map((alias) => moved.get(alias) ?? alias),
      ...(list.kind === "list" ? { uid: [local] } : { cn: [local] }),
      ...(value(list, "cn") === splitAddress(list.name).local ? { cn: [local] } : {}),
    },
  );
  encodeList(response, directory.put(renamed));
}

function deleteList({ request, services }: Call): void {
  const { directory } = services;
  const list = listById(request, services);
  const gone = allAddresses(list);
  leaveLists(gone, services);
  for (const alias of [...directory.all("alias")]) if (alias.target === list.id) directory.remove(alias);
  directory.remove(list);
}
