import { quoted, type Severity } from "../diagnostics.ts";
import type { MailDraft } from "../mail.ts";
import { suggestion } from "../schema/nearest.ts";
import { isTechnical } from "../technical-lists.ts";
import type { TenantState } from "../types.ts";
import type { Rule } from "./context.ts";

/**
 * Members in the tenant's domain exist; the others are somebody else's. A list that is being taken over may
 * have members that are gone, or that a file cannot name.
 */
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
      const severity = severityInReprise(state);
      report.add("MEMBER_UNKNOWN", member.path, message, suggestion(member.local, locals), { severity });
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
export const listsDoNotLoop: Rule = ({ mail, state, report }) => {
  const lists = new Map(mail?.lists.map((list) => [list.address, list]));
  for (const list of lists.values()) {
    for (const member of list.members) {
      if (!lists.has(member.address) || !reaches(member.address, list.address, lists)) continue;
      const message = `expected members other than the list itself, got ${member.address}, which leads back to it`;
      report.add("LIST_LOOP", member.path, message, "Delete the member.", {
        severity: severityInReprise(state),
      });
    }
  }
};

function severityInReprise(state: TenantState): Severity {
  return state === "reprise" ? "warning" : "error";
}

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
