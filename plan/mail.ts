import type { Catalogue } from "./catalogue.ts";
import { type DepartureDraft, resolveDeparture } from "./departure.ts";
import { type Path, quoted } from "./diagnostics.ts";
import { parseAddress, parseDomain } from "./fields/addresses.ts";
import { dkimKey } from "./fields/dkim.ts";
import { type FormerDomainDraft, resolveFormerDomains } from "./former-domains.ts";
import { type OldMailboxDraft, resolveOldMailbox } from "./old-mailbox.ts";
import type { Report } from "./rules/report.ts";
import type { Draft } from "./schema/draft.ts";
import type { TenantFile } from "./schema/tenant.ts";
import type { DomainPlan } from "./types.ts";
import { parseBytes } from "./units.ts";

/** An address with its place in the file. */
export interface Placed {
  readonly path: Path;
  readonly local: string;
  readonly address: string;
}

/** A mailbox of the file with full addresses; what is absent or was refused is `null`. */
export interface MailboxDraft extends Placed {
  readonly name: string | null;
  readonly quotaBytes: number | null;
  readonly aliases: readonly Placed[];
  /** Former address of the mailbox (`avant`). */
  readonly former: FormerAddress | null;
  /** Mailbox elsewhere whose mail is collected (`ancienne`). */
  readonly oldMailbox: OldMailboxDraft | null;
  readonly state: "ouverte" | "verrouillee" | null;
  /** The person left (`depart`). */
  readonly departure: DepartureDraft | null;
}

/** A former address; with a giver, the object of another tenant that is taken over. */
export interface FormerAddress extends Placed {
  readonly giver: string | null;
}

export interface ListDraft extends Placed {
  readonly name: string | null;
  /** Address of the list that is taken over in a merger (`avant`). */
  readonly former: FormerAddress | null;
  readonly members: readonly Placed[];
}

/** The `messagerie` of a file, every address whole, lower-case and with its domain in ASCII. */
export interface MailDraft {
  readonly domain: Pick<DomainPlan, "name" | "displayName" | "origin" | "dkim">;
  /** Domains that the file keeps beside its own (`anciens_domaines`), in its order. */
  readonly formerDomains: readonly FormerDomainDraft[];
  readonly mailboxes: readonly MailboxDraft[];
  readonly lists: readonly ListDraft[];
}

type MailSection = NonNullable<Draft<TenantFile>["messagerie"]>;

/** Resolves addresses against the tenant's domain. Reports addresses of other domains and leaves them out. */
export function resolveMail(
  section: MailSection,
  slug: string,
  catalogue: Catalogue,
  report: Report,
): MailDraft {
  const domain = domainOf(section, slug, catalogue);
  const formerDomains = resolveFormerDomains(section.anciens_domaines, slug, catalogue);
  const giverOf = new Map(formerDomains.map(({ name, giver }) => [name, giver]));
  // A domain that was refused says nothing about the addresses: they count as its own.
  const known = !report.isBroken(["messagerie", "domaine"]);
  const own = (text: string | undefined, path: Path): Placed | null => {
    const address = text === undefined ? null : parseAddress(text);
    if (address === null) return null;
    if (known && address.domain !== null && address.domain !== domain.name) {
      const message = `expected an address of ${domain.displayName}, got ${quoted(text ?? "")}`;
      report.add("ADDRESS_OUTSIDE_DOMAIN", path, message, "Write only what stands before the @.");
      return null;
    }
    return { path, local: address.local, address: `${address.local}@${domain.name}` };
  };
  /** Also an address of a domain that is taken over from another tenant. */
  const ownOrGiven = (text: string | undefined, path: Path): FormerAddress | null => {
    const address = text === undefined ? null : parseAddress(text);
    const giver = giverOf.get(address?.domain ?? "") ?? null;
    if (address === null || giver === null) {
      const placed = own(text, path);
      return placed === null ? null : { ...placed, giver };
    }
    return { path, local: address.local, address: `${address.local}@${address.domain}`, giver };
  };
  const oldContext = { ownDomain: domain.name, catalogue, report };
  const mailboxes = (section.boites ?? []).flatMap((box, index): MailboxDraft[] => {
    const path = ["messagerie", "boites", index];
    const placed = own(box?.adresse, [...path, "adresse"]);
    if (box === undefined || placed === null) return [];
    const quota = box.quota === undefined ? null : parseBytes(box.quota);
    return [
      {
        ...placed,
        name: box.nom ?? null,
        quotaBytes: quota?.ok ? quota.value : null,
        aliases: (box.alias ?? []).flatMap((alias, at) => ownOrGiven(alias, [...path, "alias", at]) ?? []),
        former: ownOrGiven(box.avant, [...path, "avant"]),
        oldMailbox: resolveOldMailbox(box.ancienne, [...path, "ancienne"], oldContext),
        state: box.etat ?? null,
        departure: resolveDeparture(box, path, domain.name),
      },
    ];
  });
  const lists = (section.listes ?? []).flatMap((list, index): ListDraft[] => {
    const path = ["messagerie", "listes", index];
    const placed = own(list?.adresse, [...path, "adresse"]);
    if (list === undefined || placed === null) return [];
    const members = (list.membres ?? []).flatMap((member, at) =>
      memberOf(member, [...path, "membres", at], domain.name),
    );
    const former = ownOrGiven(list.avant, [...path, "avant"]);
    return [{ ...placed, name: list.nom ?? null, former, members }];
  });
  return { domain, formerDomains, mailboxes, lists };
}

function domainOf(section: MailSection, slug: string, catalogue: Catalogue): MailDraft["domain"] {
  const provided = parseDomain(`${slug}.${catalogue.cdg.domain}`);
  const written = section.domaine === undefined ? provided : parseDomain(section.domaine);
  const name = written?.ascii ?? `${slug}.${catalogue.cdg.domain}`;
  const origin = name === provided?.ascii ? "cdg" : "owned";
  return { name, displayName: written?.unicode ?? name, origin, ...dkimOf(section) };
}

/** Only where both were given and are right: a plan without a key is the plan of before. */
function dkimOf({ dkim }: MailSection): Pick<DomainPlan, "dkim"> {
  const key = dkim?.cle === undefined ? null : dkimKey(dkim.cle);
  if (dkim?.selecteur === undefined || key === null) return {};
  return { dkim: { selector: dkim.selecteur.toLowerCase(), key } };
}

function memberOf(text: string | undefined, path: Path, domain: string): Placed[] {
  const address = text === undefined ? null : parseAddress(text);
  if (address === null) return [];
  return [{ path, local: address.local, address: `${address.local}@${address.domain ?? domain}` }];
}
