import { quoted } from "../diagnostics.ts";
import type { MailDraft } from "../mail.ts";
import { suggestion } from "../schema/nearest.ts";
import type { Rule } from "./context.ts";
import { existingAddresses } from "./lists.ts";
import { reaches } from "./reach.ts";

/** A person who left does not log in any more. */
export const leaversAreLocked: Rule = ({ mail, report }) => {
  for (const { state, departure } of mail?.mailboxes ?? []) {
    if (state !== "ouverte" || departure === null) continue;
    const path = [...departure.path.slice(0, -1), "etat"];
    const message = "expected etat: verrouillee, since there is a depart, got ouverte";
    report.add("STATE_CONTRADICTS", path, message, "Delete etat, or delete depart to reopen the mailbox.");
  }
};

/** The last day of a departure is not before the convention. */
export const departuresAfterEffect: Rule = ({ draft, mail, report }) => {
  const effect = draft.convention?.effet;
  for (const { departure } of mail?.mailboxes ?? []) {
    const day = departure?.lastDay ?? null;
    if (departure === null || day === null || effect === undefined || effect <= day) continue;
    const message = `expected a day from ${effect} (convention.effet) on, got ${day}`;
    report.add("DATES_CONTRADICT", [...departure.path, "jusqua"], message, "Correct one of them.");
  }
};

/** Nothing closes by the calendar: who checks is told what is due. */
export const departuresAreClosedInTime: Rule = ({ mail, today, report }) => {
  for (const { address, departure } of mail?.mailboxes ?? []) {
    const day = departure?.lastDay ?? null;
    if (departure === null || day === null || today === null || day >= today) continue;
    const message = `expected a day to come, got ${day}: ${address} is not closed yet`;
    const hint = "Delete the lines of the mailbox to close it, or set a later day.";
    report.add("DEPARTURE_PAST", [...departure.path, "jusqua"], message, hint, { severity: "warning" });
  }
};

/** Mail of a person who left goes to an address that exists, and does not come back. */
export const forwardsArrive: Rule = ({ mail, report }) => {
  if (mail === null) return;
  const existing = existingAddresses(mail);
  const ways = waysOf(mail);
  for (const { address, departure } of mail.mailboxes) {
    const target = departure?.forwardTo ?? null;
    if (target === null) continue;
    if (target.address.endsWith(`@${mail.domain.name}`) && !existing.has(target.address)) {
      const message = `expected an address of the collectivité or an external one, got ${quoted(target.address)}`;
      const locals = [...existing].map((one) => one.slice(0, one.lastIndexOf("@")));
      report.add("FORWARD_UNKNOWN", target.path, message, suggestion(target.local, locals));
    } else if (reaches(target.address, address, (one) => ways.get(one) ?? [])) {
      const message = `expected an address other than the mailbox's own, got ${target.address}, which leads back to it`;
      report.add("FORWARD_LOOP", target.path, message, "Forward to somebody who is there.");
    }
  }
};

/** Where mail to an address goes on to: an alias to its mailbox, a list to its members, a leaver's as he asked. */
function waysOf({ mailboxes, lists }: MailDraft): ReadonlyMap<string, readonly string[]> {
  const ways = new Map<string, readonly string[]>();
  for (const { address, aliases, former, departure } of mailboxes) {
    const target = departure?.forwardTo ?? null;
    ways.set(address, target === null ? [] : [target.address]);
    for (const alias of [...aliases, ...(former === null ? [] : [former])])
      ways.set(alias.address, [address]);
  }
  for (const { address, members } of lists)
    ways.set(
      address,
      members.map((member) => member.address),
    );
  return ways;
}
