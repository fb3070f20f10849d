import { randomUUID } from "node:crypto";
import { asciiAddress, checkAddress, splitAddress, unicodeAddress } from "../address.ts";
import { dnOf } from "../directory.ts";
import type { Call, Operation } from "../engine.ts";
import { type Entry, values, withAttributes } from "../entry.ts";
import { accountExists, noSuch } from "../faults.ts";
import { generalizedTime, type Services } from "../services.ts";
import { leaveLists } from "./account-rename.ts";
import { usableDomain } from "./address-rules.ts";
import { accountById, listById } from "./find.ts";
import { adminOperation, required } from "./operation.ts";

/** Aliases of accounts and lists. */
export const aliasOperations: readonly Operation[] = [
  adminOperation("AddAccountAlias", ({ request, services }) => {
    addAlias(accountById(request, services), required(request, "alias"), services);
  }),
  adminOperation("RemoveAccountAlias", removeAccountAlias),
  adminOperation("AddDistributionListAlias", ({ request, services }) => {
    addAlias(listById(request, services), required(request, "alias"), services);
  }),
  adminOperation("RemoveDistributionListAlias", ({ request, services }) => {
    removeAlias(listById(request, services), required(request, "alias"), services);
  }),
];

/**
 * Adds an address to an account or list.
 *
 * @returns the changed entry, already in the directory
 * @throws SoapFault `account.ACCOUNT_EXISTS` when anything has the address, the entry itself included
 */
export function addAlias(target: Entry, asked: string, services: Services): Entry {
  const { directory } = services;
  const name = unicodeAddress(asked);
  checkAddress(name);
  const domain = usableDomain(name, services);
  const id = randomUUID();
  const alias: Entry = {
    kind: "alias",
    id,
    name,
    parent: domain.id,
    target: target.id,
    serial: directory.nextSerial(),
    attributes: {
      objectClass: ["zimbraAlias"],
      zimbraId: [id],
      zimbraCreateTimestamp: [generalizedTime(services.now())],
      uid: [splitAddress(name).local],
    },
  };
  if (directory.byAddress(name) || directory.byName("alias", name)) throw accountExists(name, dnOf(alias));
  directory.put(alias);
  return directory.put(
    withAttributes(target, {
      mail: [...values(target, "mail"), asciiAddress(name)],
      zimbraMailAlias: [...values(target, "zimbraMailAlias"), name],
    }),
  );
}

/** With an unknown account, or none, nothing happens and the answer is a success: Zimbra's own surprise. */
function removeAccountAlias({ request, services }: Call): void {
  const asked = required(request, "alias");
  const id = request.attribute("id");
  const account = id === null ? null : services.directory.byId("account", id);
  const { domain } = splitAddress(unicodeAddress(asked));
  if (services.directory.byName("domain", domain) === null) throw noSuch("DOMAIN", domain);
  if (account !== null) removeAlias(account, asked, services);
}

function removeAlias(target: Entry, asked: string, services: Services): void {
  const { directory } = services;
  const name = unicodeAddress(asked);
  const { domain } = splitAddress(name);
  if (directory.byName("domain", domain) === null) throw noSuch("DOMAIN", domain);
  const alias = directory.byName("alias", name);
  if (alias === null || alias.target !== target.id) throw noSuch("ALIAS", name);
  directory.remove(alias);
  const mail = asciiAddress(name);
  directory.put(
    withAttributes(target, {
      mail: values(target, "mail").filter((address) => address !== mail),
      zimbraMailAlias: values(target, "zimbraMailAlias").filter((address) => address !== name),
    }),
  );
  leaveLists([name], services);
}
