import { asciiDomain } from "../address.ts";
import { dnOf } from "../directory.ts";
import type { Call } from "../engine.ts";
import { type Entry, value, values, withAttributes } from "../entry.ts";
import { failure, SoapFault } from "../faults.ts";
import { configEntry, peopleGoneAttribute, type Services } from "../services.ts";
import { byText } from "./encode.ts";
import { domainById } from "./find.ts";

/** DeleteDomain: only of an empty domain, but its empty alias domains go first and stay gone. */
export function deleteDomain({ request, services }: Call): void {
  const { directory } = services;
  const domain = domainById(request, services);
  removeAliasDomains(domain, services);
  // Zimbra deletes the alias domains before it looks whether the domain itself is empty; they stay deleted.
  directory.commit();
  const left = contents(domain, services);
  if (left.length > 0) {
    loseEmptyPeople(domain, left, services);
    const shown = left.slice(0, 4).map((entry) => `[${dnOf(entry)}] `);
    throw new SoapFault(
      "account.DOMAIN_NOT_EMPTY",
      `domain not empty: ${domain.name} (remaining entries: ${shown.join("")}...)`,
    );
  }
  const config = configEntry(directory);
  if (value(config, "zimbraDefaultDomainName") === domain.name) {
    directory.put(withAttributes(config, { zimbraDefaultDomainName: [] }));
  }
  directory.remove(domain);
  leaveStub(domain, services);
}

/** With nothing but dynamic groups inside, the branch for people is gone before the deletion fails. */
function loseEmptyPeople(domain: Entry, left: readonly Entry[], { directory }: Services): void {
  if (left.some((entry) => entry.kind !== "group")) return;
  directory.put(withAttributes(domain, { [peopleGoneAttribute]: ["TRUE"] }));
  directory.commit();
}

/** A domain above another stays in the tree as a bare entry; created again, it has its old description. */
function leaveStub(domain: Entry, { directory }: Services): void {
  const name = asciiDomain(domain.name);
  const isParent = [...directory.all("domain")].some((other) => asciiDomain(other.name).endsWith(`.${name}`));
  const description = values(domain, "description");
  if (!isParent || description.length === 0) return;
  const serial = directory.nextSerial();
  directory.put({
    kind: "stub",
    id: `stub ${name}`,
    name,
    parent: null,
    target: null,
    serial,
    attributes: { description },
  });
}

function removeAliasDomains(domain: Entry, services: Services): void {
  const { directory } = services;
  const aliases = [...directory.all("domain")].filter((d) =>
    values(d, "zimbraDomainAliasTargetId").includes(domain.id),
  );
  for (const alias of aliases) {
    if (contents(alias, services).length > 0) {
      throw failure(`alias domain ${alias.name} of domain ${domain.name} is not empty`);
    }
    directory.remove(alias);
  }
}

function contents(domain: Entry, { directory }: Services): Entry[] {
  const kinds = ["account", "resource", "list", "alias", "group"] as const;
  return kinds.flatMap((kind) => [...directory.all(kind, domain.id)]).sort((a, b) => byText(a.name, b.name));
}
