import { quoted, type Severity } from "../diagnostics.ts";
import type { MailDraft } from "../mail.ts";
import { suggestion } from "../schema/nearest.ts";
import { isTechnical } from "../technical-lists.ts";
import type { TenantState } from "../types.ts";
import type { Rule } from "./context.ts";
import { reaches } from "./reach.ts";

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

/** Every address of the file: mailboxes, aliases, former addresses, lists. */
export function existingAddresses(mail: MailDraft): Set<string> {
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
  const membersOf = (address: string) => (lists.get(address)?.members ?? []).map((member) => member.address);
  for (const list of lists.values()) {
    for (const member of list.members) {
      if (!lists.has(member.address) || !reaches(member.address, list.address, membersOf)) continue;
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
