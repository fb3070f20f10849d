import type { Catalogue } from "./catalogue.ts";
import { compareText } from "./diagnostics.ts";
import { parseAddress, parseDomain } from "./fields/addresses.ts";
import { canonicalJson, hashOf } from "./hash.ts";
import { hostOf, relaysOf } from "./relays.ts";
import type { Draft } from "./schema/draft.ts";
import type { TenantFile } from "./schema/tenant.ts";
import type { AntiSpamDocument, AntiSpamPlan, MailPlan, TenantState } from "./types.ts";

/** rspamd's scores; `normal` are its own defaults (its actions.conf). */
const THRESHOLDS = {
  souple: { rejectScore: 20, markScore: 8, greylistScore: 6 },
  normal: { rejectScore: 15, markScore: 6, greylistScore: 4 },
  strict: { rejectScore: 10, markScore: 4, greylistScore: 2 },
} as const;

/**
 * What the relays know of a tenant; `null` where the CDG has no relays (its filtering is then a person's
 * obligation), without mail, and once the tenant is closed.
 *
 * Every domain with mail has one, whatever the file says of filtering: its MX records point to the relays, which
 * refuse what they know nothing of.
 */
export function planAntiSpam(
  slug: string,
  draft: Draft<TenantFile>,
  state: TenantState,
  mail: MailPlan | null,
  { cdg }: Pick<Catalogue, "cdg">,
): AntiSpamPlan | null {
  const relays = relaysOf(cdg);
  const nextHop = cdg.mail?.inbound;
  if (mail === null || state === "close" || relays.length === 0 || nextHop === undefined) return null;
  const {
    seuil = "normal",
    autorises,
    bloques,
    liste_grise: greylist = true,
  } = draft.messagerie?.antispam ?? {};
  const thresholds = THRESHOLDS[seuil];
  const domains = domainsOf(mail);
  const document: AntiSpamDocument = {
    version: 1,
    tenant: slug,
    domains,
    nextHop: { host: hostOf(nextHop.host), port: nextHop.port },
    recipients: recipientsOf(mail, domains),
    policy: greylist ? thresholds : { ...thresholds, greylistScore: null },
    allow: sendersOf(autorises),
    deny: sendersOf(bloques),
  };
  const digest = hashOf(document).slice("sha256:".length, "sha256:".length + 16);
  return { document, text: canonicalJson(document), digest, relays };
}

/** With the tenant's former domains. One that came by a merger is in the document of the tenant that had it. */
function domainsOf({ domain, formerDomains = [] }: MailPlan): string[] {
  const own = formerDomains.filter(({ giver }) => giver === null).map(({ name }) => name);
  return [domain.name, ...own].toSorted(compareText);
}

/** Every address, under each of the domains: all mail to a former one is sent on. */
function recipientsOf({ domain, mailboxes, lists }: MailPlan, domains: readonly string[]): string[] {
  const boxes = mailboxes.flatMap(({ address, aliases }) => [address, ...aliases]);
  const own = [...boxes, ...lists.map(({ address }) => address)].filter((at) =>
    at.endsWith(`@${domain.name}`),
  );
  const locals = own.map((address) => address.slice(0, address.lastIndexOf("@")));
  const everywhere = domains.flatMap((name) => locals.map((local) => `${local}@${name}`));
  return [...new Set(everywhere)].toSorted(compareText);
}

function sendersOf(entries: readonly (string | undefined)[] | undefined): string[] {
  const known = (entries ?? []).flatMap((entry) => (entry === undefined ? [] : (senderOf(entry) ?? [])));
  return [...new Set(known)].toSorted(compareText);
}

/** `address@domain` or `@domain`, lower-case and with the domain in ASCII; `null` when `entry` is neither. */
export function senderOf(entry: string): string | null {
  if (!entry.includes("@") || entry.startsWith("@")) {
    const domain = parseDomain(entry.replace(/^@/, ""));
    return domain === null ? null : `@${domain.ascii}`;
  }
  const address = parseAddress(entry);
  return address === null || address.domain === null ? null : `${address.local}@${address.domain}`;
}
