import type { SoapElement } from "../element.ts";
import type { Call, Operation } from "../engine.ts";
import { type Entry, values, withAttributes } from "../entry.ts";
import { invalidRequest, noSuch, SoapFault } from "../faults.ts";
import { configEntry, type Services } from "../services.ts";
import { accountByName, domainBy } from "./find.ts";
import { adminOperation, required, requiredChild, requiredText, selector } from "./operation.ts";

/** Rights of accounts and lists on others, kept as `zimbraACE` values `<grantee id> <type> <right>`. */
export const grantOperations: readonly Operation[] = [
  adminOperation("GrantRight", (call) => change(call, true)),
  adminOperation("RevokeRight", (call) => change(call, false)),
  adminOperation("GetGrants", getGrants),
];

const rights: ReadonlySet<string> = new Set([
  "sendAs",
  "sendOnBehalfOf",
  "sendAsDistList",
  "sendOnBehalfOfDistList",
  "sendToDistList",
  "viewDistList",
  "ownDistList",
  "viewFreeBusy",
  "invite",
  "loginAs",
  "domainAdminRights",
  "adminConsoleAccountRights",
]);

function change({ request, services }: Call, add: boolean): void {
  const target = grantTarget(requiredChild(request, "target"), services);
  const grantee = grantGrantee(requiredChild(request, "grantee"), services);
  const right = requiredText(request, "right").trim();
  if (!rights.has(right))
    throw new SoapFault("account.NO_SUCH_RIGHT", `no such right: invalid right ${right}`);
  const ace = `${grantee.entry.id} ${grantee.type} ${right}`;
  const before = values(target.entry, "zimbraACE");
  if (!add && !before.includes(ace)) throw new SoapFault("account.NO_SUCH_GRANT", `no such grant: ${ace}`);
  const after = add ? [...new Set([...before, ace])] : before.filter((text) => text !== ace);
  services.directory.put(withAttributes(target.entry, { zimbraACE: after }));
}

function getGrants({ request, services }: Call, response: SoapElement): void {
  const element = request.child("target");
  if (element === null) throw invalidRequest("target or grantee must be specified");
  const target = grantTarget(element, services);
  for (const ace of values(target.entry, "zimbraACE")) {
    const [id = "", type = "", right = ""] = ace.split(" ");
    const grantee = services.directory.byId("account", id) ?? services.directory.byId("list", id);
    const grant = response.add("grant");
    grant.add("target").set("type", target.type).set("id", target.entry.id).set("name", target.entry.name);
    grant
      .add("grantee")
      .set("type", type)
      .set("id", id)
      .set("name", grantee?.name ?? "");
    grant
      .add("right", right)
      .set("deny", false)
      .set("canDelegate", false)
      .set("disinheritSubGroups", false)
      .set("subDomain", false);
  }
}

function grantTarget(element: SoapElement, services: Services): { entry: Entry; type: string } {
  const type = required(element, "type");
  if (type === "config" || type === "global") return { entry: configEntry(services.directory), type };
  if (type === "domain") return { entry: domainBy(element, services), type };
  if (type !== "dl" && type !== "account") throw invalidRequest(`unknown target type: ${type}`);
  return { entry: principal(element, type === "dl" ? "list" : "account", services), type };
}

function grantGrantee(element: SoapElement, services: Services): { entry: Entry; type: string } {
  const type = required(element, "type");
  if (type !== "usr" && type !== "grp") throw invalidRequest(`invalid grantee type: ${type}`);
  return { entry: principal(element, type === "grp" ? "list" : "account", services), type };
}

function principal(element: SoapElement, kind: "account" | "list", { directory }: Services): Entry {
  const { by, key } = selector(element, ["name", "id"]);
  const named = kind === "account" ? accountByName(key, directory) : directory.byAddress(key);
  const found = by === "id" ? (directory.byId(kind, key) ?? directory.byId("group", key)) : named;
  if (found === null) throw noSuch(kind === "account" ? "ACCOUNT" : "DISTRIBUTION_LIST", key);
  return found;
}
