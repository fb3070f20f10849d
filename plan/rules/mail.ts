import { formatPath, quoted } from "../diagnostics.ts";
import { mailTotalBytes, SERVICE } from "../entitlements.ts";
import type { MailDraft, Placed } from "../mail.ts";
import { suggestion } from "../schema/nearest.ts";
import { isTechnical } from "../technical-lists.ts";
import { formatBytes } from "../units.ts";
import type { Rule } from "./context.ts";
import { severityOfExcess } from "./services.ts";

/** Domains of providers: a collectivité cannot own them, nor the CDG provide them. */
const PROVIDERS: ReadonlySet<string> = new Set([
  "orange.fr",
  "wanadoo.fr",
  "free.fr",
  "sfr.fr",
  "neuf.fr",
  "laposte.net",
  "bbox.fr",
  "numericable.fr",
  "gmail.com",
  "googlemail.com",
  "outlook.com",
  "outlook.fr",
  "hotmail.com",
  "hotmail.fr",
  "live.fr",
  "yahoo.com",
  "yahoo.fr",
  "icloud.com",
  "gmx.fr",
  "proton.me",
  "protonmail.com",
  "gouv.fr",
  "asso.fr",
  "com.fr",
]);

/** The domain is the collectivité's own, or the one that the CDG provides to it (articles 6a and 6b). */
export const domainIsOwnedOrProvided: Rule = ({ slug, mail, catalogue, report }) => {
  if (mail === null || mail.domain.origin === "cdg") return;
  const { name } = mail.domain;
  const path = ["messagerie", "domaine"];
  const cdg = catalogue.cdg.domain;
  if (name === cdg || name.endsWith(`.${cdg}`)) {
    const message = `expected ${slug}.${cdg}, which the CDG provides, got ${name}`;
    report.add("DOMAIN_NOT_OWNED", path, message, "Leave the key out to get it (article 6a).");
  } else if (PROVIDERS.has(name)) {
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
};

/** A renamed mailbox had another address, and collects from another domain. */
export const formerAddressesAreOthers: Rule = ({ mail, report }) => {
  for (const { address, former, collectedFrom, path } of mail?.mailboxes ?? []) {
    const box = path.slice(0, -1);
    if (former?.address === address) {
      const message = `expected the mailbox's former address, got ${address}, which it has now`;
      report.add("ADDRESS_RENAMED_TO_ITSELF", former.path, message, "Delete avant.");
    }
    if (collectedFrom?.endsWith(`@${mail?.domain.name}`)) {
      const message = `expected a mailbox of another domain, got ${collectedFrom}`;
      report.add(
        "COLLECTED_FROM_ITSELF",
        [...box, "ancienne"],
        message,
        "Use alias, or avant after a renaming.",
      );
    }
  }
};

/** Each mailbox fits the forfait; larger ones are covered by as many extensions. */
export const quotasFitTheForfait: Rule = (context) => {
  const { mail, entitlements, report } = context;
  const { forfait, rights } = entitlements;
  const usual = rights.get(SERVICE.mailbox)?.quotaBytes ?? null;
  if (mail === null || forfait === null || usual === null) return;
  const large = rights.get(SERVICE.largeMailbox);
  const severity = severityOfExcess(context);
  let extensions = large === undefined ? 0 : (large.quantity ?? Number.POSITIVE_INFINITY);
  for (const { quotaBytes, path } of mail.mailboxes) {
    if (quotaBytes === null || quotaBytes <= usual) continue;
    const fits = large !== undefined && quotaBytes <= (large.quotaBytes ?? Number.POSITIVE_INFINITY);
    if (fits && extensions > 0) {
      extensions--;
      continue;
    }
    const allowed = large !== undefined && !fits ? (large.quotaBytes ?? usual) : usual;
    const message = `expected at most ${formatBytes(allowed)} (forfait ${forfait.key}), got ${formatBytes(quotaBytes)}`;
    const quota = [...path.slice(0, -1), "quota"];
    report.add("QUOTA_OVER_FORFAIT", quota, message, "Lower it or add a complement.", { severity });
  }
};

/** All mailboxes together fit the collectivité's total: a warning, since they are seldom all full. */
export const quotasFitTheTotal: Rule = ({ mail, entitlements, report }) => {
  const total = mailTotalBytes(entitlements);
  const fallback = entitlements.rights.get(SERVICE.mailbox)?.defaultQuotaBytes ?? 0;
  if (mail === null || entitlements.forfait === null || total === null) return;
  const sum = mail.mailboxes.reduce((bytes, mailbox) => bytes + (mailbox.quotaBytes ?? fallback), 0);
  if (sum <= total) return;
  const message = `expected mailboxes of at most ${formatBytes(total)} together, got ${formatBytes(sum)}`;
  const hint = "Mail is refused once the total is used up: lower quotas or add a complement.";
  report.add("QUOTAS_OVER_TOTAL", ["messagerie", "boites"], message, hint, {
    at: "key",
    severity: "warning",
  });
};

export const mailboxesAreHeld: Rule = (context) => {
  const { mail, entitlements, report } = context;
  const held = entitlements.rights.get(SERVICE.mailbox)?.quantity;
  if (mail === null || entitlements.forfait === null || held === undefined || held === null) return;
  const { length } = mail.mailboxes;
  if (length <= held) return;
  const message = `expected at most ${held} mailboxes (forfait ${entitlements.forfait.key} and complements), got ${length}`;
  const hint = `Delete some or add a complement of ${length - held}.`;
  const more = { at: "key" as const, severity: severityOfExcess(context) };
  report.add("MAILBOXES_OVER_ENTITLEMENT", ["messagerie", "boites"], message, hint, more);
};

/** Members in the tenant's domain exist; the others are somebody else's. */
export const membersExist: Rule = ({ mail, state, report }) => {
  if (mail === null) return;
  const existing = existingAddresses(mail);
  for (const list of mail.lists) {
    const seen = new Set<string>();
    for (const member of list.members) {
      if (seen.has(member.address)) {
        const message = `expected each member once, got ${member.address} again`;
        report.add("MEMBER_DUPLICATE", member.path, message, "Delete it.", { severity: "warning" });
      }
      seen.add(member.address);
      const inDomain = member.address.endsWith(`@${mail.domain.name}`);
      if (!inDomain || existing.has(member.address)) continue;
      if (isTechnical(member.local) && state !== "reprise") continue;
      const message = `expected an address of the collectivité or an external one, got ${quoted(member.address)}`;
      const locals = [...existing].map((address) => address.slice(0, address.lastIndexOf("@")));
      report.add("MEMBER_UNKNOWN", member.path, message, suggestion(member.local, locals));
    }
  }
};

function existingAddresses(mail: MailDraft): Set<string> {
  const boxes = mail.mailboxes.flatMap(({ address, aliases, former }) => [
    address,
    ...aliases.map((alias) => alias.address),
    ...(former === null ? [] : [former.address]),
  ]);
  return new Set([...boxes, ...mail.lists.map((list) => list.address)]);
}

/** No list reaches itself, directly or through others: its mail would go round. */
export const listsDoNotLoop: Rule = ({ mail, report }) => {
  const lists = new Map(mail?.lists.map((list) => [list.address, list]));
  for (const list of lists.values()) {
    for (const member of list.members) {
      if (!lists.has(member.address) || !reaches(member.address, list.address, lists)) continue;
      const message = `expected members other than the list itself, got ${member.address}, which leads back to it`;
      report.add("LIST_LOOP", member.path, message, "Delete the member.");
    }
  }
};

function reaches(
  from: string,
  target: string,
  lists: ReadonlyMap<string, MailDraft["lists"][number]>,
): boolean {
  const seen = new Set<string>();
  const pending = [from];
  for (let address = pending.pop(); address !== undefined; address = pending.pop()) {
    if (address === target) return true;
    if (seen.has(address)) continue;
    seen.add(address);
    for (const member of lists.get(address)?.members ?? []) pending.push(member.address);
  }
  return false;
}
