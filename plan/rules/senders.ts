import { senderOf } from "../anti-spam.ts";
import { type Path, quoted } from "../diagnostics.ts";
import type { Rule } from "./context.ts";

/**
 * A sender stands on one of the two lists, and once. The collectivité's own domain on the list of those who are
 * never filtered opens it to everybody: a sender's address is what anybody writes.
 */
export const sendersAreClear: Rule = ({ draft, mail, report }) => {
  const { autorises, bloques } = draft.messagerie?.antispam ?? {};
  const seen = new Map<string, { readonly key: string; readonly path: Path }>();
  for (const [key, entries] of [
    ["autorises", autorises],
    ["bloques", bloques],
  ] as const) {
    for (const [index, entry] of (entries ?? []).entries()) {
      const sender = entry === undefined ? null : senderOf(entry);
      if (entry === undefined || sender === null) continue;
      const path = ["messagerie", "antispam", key, index];
      const earlier = seen.get(sender);
      if (earlier === undefined) seen.set(sender, { key, path });
      else if (earlier.key === key)
        report.add(
          "SENDER_DUPLICATE",
          path,
          `expected each sender once, got ${quoted(entry)} again`,
          "Delete it.",
          {
            severity: "warning",
          },
        );
      else {
        const message = `expected a sender that is not in autorises, got ${quoted(entry)}`;
        report.add("SENDER_CONTRADICTS", path, message, "Keep it on one of the two lists.");
      }
      if (key === "autorises" && mail !== null && sender.endsWith(`@${mail.domain.name}`)) {
        const message = `expected senders of other domains, got ${quoted(entry)}`;
        const hint = "Anybody can write that as their address, and would pass unfiltered: delete it.";
        report.add("SENDER_OWN_DOMAIN", path, message, hint, { severity: "warning" });
      }
    }
  }
};
