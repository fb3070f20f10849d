import type { Catalogue, MailPlan } from "../../plan/index.ts";
import type { Session } from "../stack/session.ts";
import { readExisting, withExistingMail } from "./existing.ts";
import { fitDomain } from "./fit.ts";
import { itemText } from "./tenant-text.ts";

export interface AskedEntry {
  readonly slug: string;
  /** `null` when the file has no `messagerie`. */
  readonly mail: MailPlan | null;
  /** An address, or what stands before the @. */
  readonly asked: string;
}

/** What to do about an object that a file does not name: the line to add, when Zimbra has the object. */
export async function entryInZimbra(
  session: Session,
  catalogue: Catalogue,
  { slug, mail, asked }: AskedEntry,
): Promise<string> {
  if (mail === null) return "It has no messagerie: add it first.";
  const existing = await withExistingMail(session, catalogue, (found) =>
    readExisting(found, mail.domain.name),
  );
  const { boxes, lists, leftOut } = fitDomain(existing, slug);
  const local = (asked.split("@")[0] ?? asked).toLowerCase();
  for (const [key, entries] of [
    ["boites", boxes],
    ["listes", lists],
  ] as const) {
    const found = entries.find(({ entry }) => entry.adresse === local);
    if (found !== undefined)
      return [`Add to messagerie.${key}, then ask again:`, ...itemText(found)].join("\n");
  }
  const outside = leftOut.find((line) => line.includes(` ${local}@`));
  return outside === undefined
    ? `There is none in Zimbra either. npx bastide up ${slug} makes what the file names.`
    : `Zimbra has it, but no file can name it: ${outside}`;
}
