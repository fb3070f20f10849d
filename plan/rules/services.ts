import { type Path, quoted, type Severity } from "../diagnostics.ts";
import { SERVICE } from "../entitlements.ts";
import { parseAddress } from "../fields/addresses.ts";
import { suggestion } from "../schema/nearest.ts";
import type { Rule, RuleContext } from "./context.ts";

/** While a tenant is being taken over, what exceeds its forfait is named and tolerated. */
export function severityOfExcess({ state }: RuleContext): Severity {
  return state === "reprise" ? "warning" : "error";
}

/** Complements name services of the catalogue that have a price (article 19). */
export const complementsAreSold: Rule = ({ draft, catalogue, report }) => {
  for (const [index, complement] of (draft.complements ?? []).entries()) {
    const service = complement?.service;
    if (service === undefined) continue;
    const path = ["complements", index, "service"];
    if (!catalogue.services.has(service)) {
      const message = `expected a service of the catalogue, got ${quoted(service)}`;
      report.add(
        "SERVICE_UNKNOWN",
        path,
        message,
        suggestion(service, [...catalogue.prices.complements.keys()]),
      );
    } else if (!catalogue.prices.complements.has(service)) {
      const message = `expected a service with a price of its own (annexe 2), got ${service}`;
      report.add("COMPLEMENT_NOT_SOLD", path, message, "It comes with a forfait only.");
    }
  }
};

/** What the file uses, the forfait or a complement holds (articles 2 and 19). */
export const servicesAreHeld: Rule = (context) => {
  const { draft, mail } = context;
  if (mail !== null) {
    needs(context, SERVICE.mailbox, ["messagerie"]);
    if (mail.domain.origin === "cdg") needs(context, SERVICE.domain, ["messagerie", "domaine"]);
    if (draft.messagerie?.antispam !== undefined)
      needs(context, SERVICE.antispam, ["messagerie", "antispam"]);
  }
  if ((draft.antivirus?.postes ?? 0) > 0) needs(context, SERVICE.antivirusClient, ["antivirus", "postes"]);
  if ((draft.antivirus?.serveurs ?? 0) > 0)
    needs(context, SERVICE.antivirusServer, ["antivirus", "serveurs"]);
  if (draft.sauvegarde !== undefined) needs(context, SERVICE.backup, ["sauvegarde"]);
  if (draft.partage !== undefined) needs(context, SERVICE.share, ["partage"]);
  if (draft.transfert !== undefined) needs(context, SERVICE.transfer, ["transfert"]);
};

function needs(context: RuleContext, service: string, path: Path): void {
  const { entitlements, catalogue, report } = context;
  if (entitlements.forfait === null || entitlements.rights.has(service)) return;
  const holders = [...catalogue.forfaits.values()].filter((forfait) => forfait.services.has(service));
  const message = `expected a service of the forfait ${entitlements.forfait.key} (article 2), got ${service}`;
  const complement = catalogue.prices.complements.has(service) ? `Add a complement (article 19)` : "";
  const other = holders.length === 0 ? "" : `choose ${holders.map((forfait) => forfait.key).join(" or ")}`;
  const ways = [complement, other].filter((way) => way !== "").join(", or ");
  const hint = ways === "" ? "No forfait holds it." : `${ways.charAt(0).toUpperCase()}${ways.slice(1)}.`;
  report.add("SERVICE_NOT_IN_FORFAIT", path, message, hint, {
    at: "key",
    severity: severityOfExcess(context),
  });
}

/** Antivirus licences asked for are held. */
export const seatsAreHeld: Rule = (context) => {
  const { draft, entitlements, report } = context;
  if (entitlements.forfait === null) return;
  for (const [key, service] of [
    ["postes", SERVICE.antivirusClient],
    ["serveurs", SERVICE.antivirusServer],
  ] as const) {
    const asked = draft.antivirus?.[key] ?? 0;
    const held = entitlements.rights.get(service)?.quantity;
    if (held === undefined || held === null || asked <= held) continue;
    const message = `expected at most ${held} (forfait ${entitlements.forfait.key} and complements), got ${asked}`;
    const hint = `Lower it or add a complement of ${asked - held}.`;
    report.add("SEATS_OVER_ENTITLEMENT", ["antivirus", key], message, hint, {
      severity: severityOfExcess(context),
    });
  }
};

/** A storage node that is named is one of the CDG's. */
export const storageNodeExists: Rule = ({ draft, catalogue, report }) => {
  const node = draft.sauvegarde?.noeud;
  const { backup } = catalogue.cdg;
  if (node === undefined || backup === undefined) return;
  const names = backup.stockage.map(({ name }) => name);
  if (names.includes(node)) return;
  const message = `expected a storage node of cdg.yaml (${names.join(", ")}), got ${quoted(node)}`;
  report.add("STORAGE_NODE_UNKNOWN", ["sauvegarde", "noeud"], message, suggestion(node, names));
};

/** Users of share and transfer are mailboxes of the tenant. */
export const usersAreMailboxes: Rule = ({ draft, mail, report }) => {
  const boxes = new Set(mail?.mailboxes.map((mailbox) => mailbox.address));
  for (const section of ["partage", "transfert"] as const) {
    for (const [index, user] of (draft[section]?.utilisateurs ?? []).entries()) {
      const address = user === undefined ? null : parseAddress(user);
      if (user === undefined || address === null) continue;
      if (boxes.has(`${address.local}@${address.domain ?? mail?.domain.name ?? ""}`)) continue;
      const message = `expected a mailbox of the collectivité, got ${quoted(user)}`;
      const locals = mail?.mailboxes.map((mailbox) => mailbox.local) ?? [];
      report.add("USER_UNKNOWN", [section, "utilisateurs", index], message, suggestion(user, locals));
    }
  }
};
