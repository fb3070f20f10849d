import { formatPath } from "../diagnostics.ts";
import type { Placed } from "../mail.ts";
import type { Rule } from "./context.ts";
import { isProviderDomain } from "./providers.ts";

/** The domain is the collectivité's own, or the one that the CDG provides to it (articles 6a and 6b). */
export const domainIsOwnedOrProvided: Rule = ({ slug, mail, catalogue, report }) => {
  if (mail === null || mail.domain.origin === "cdg") return;
  const { name } = mail.domain;
  const path = ["messagerie", "domaine"];
  const cdg = catalogue.cdg.domain;
  if (name === cdg || name.endsWith(`.${cdg}`)) {
    const message = `expected ${slug}.${cdg}, which the CDG provides, got ${name}`;
    report.add("DOMAIN_NOT_OWNED", path, message, "Leave the key out to get it (article 6a).");
  } else if (isProviderDomain(name)) {
    const message = `expected a domain that the collectivité owns (article 6b), got ${name}`;
    report.add("DOMAIN_NOT_OWNED", path, message, `Leave the key out to get ${slug}.${cdg} (article 6a).`);
  }
};

/** An address is one mailbox, one alias or one list. */
export const addressesAreUnique: Rule = ({ mail, report }) => {
  if (mail === null) return;
  const taken = new Map<string, Placed>();
  const claim = (placed: Placed): void => {
    const holder = taken.get(placed.address);
    if (holder === undefined) {
      taken.set(placed.address, placed);
      return;
    }
    const message = `expected an address of its own, got ${placed.address}, which is ${formatPath(holder.path)} too`;
    report.add("ADDRESS_DUPLICATE", placed.path, message, "Change or delete one of them.");
  };
  for (const mailbox of mail.mailboxes) claim(mailbox);
  for (const list of mail.lists) claim(list);
  for (const mailbox of mail.mailboxes) {
    for (const alias of mailbox.aliases) claim(alias);
    const { former } = mailbox;
    const own = [mailbox, ...mailbox.aliases].some((placed) => placed.address === former?.address);
    if (former !== null && !own) claim(former);
  }
  for (const { former } of mail.lists) if (former !== null) claim(former);
};

/** Correspondents see a name; only a mailbox that is being taken over may have none. */
export const mailboxesAreNamed: Rule = ({ mail, state, report }) => {
  if (state === "reprise") return;
  for (const { name, path } of mail?.mailboxes ?? []) {
    const key = [...path.slice(0, -1), "nom"];
    if (name !== null || report.isBroken(key)) continue;
    report.add("KEY_MISSING", key, "expected this key, got nothing", "Add nom.", { at: "key" });
  }
};

/** A renamed mailbox had another address. */
export const formerAddressesAreOthers: Rule = ({ mail, report }) => {
  for (const { address, former } of mail?.mailboxes ?? []) {
    if (former?.address === address) {
      const message = `expected the mailbox's former address, got ${address}, which it has now`;
      report.add("ADDRESS_RENAMED_TO_ITSELF", former.path, message, "Delete avant.");
    }
  }
};
