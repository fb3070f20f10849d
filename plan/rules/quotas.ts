import { mailTotalBytes, SERVICE } from "../entitlements.ts";
import { formatBytes } from "../units.ts";
import type { Rule } from "./context.ts";
import { severityOfExcess } from "./services.ts";

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
