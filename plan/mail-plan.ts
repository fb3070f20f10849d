import type { Catalogue } from "./catalogue.ts";
import { currentAddresses, planDeparture } from "./departure.ts";
import { compareText } from "./diagnostics.ts";
import { type Entitlements, mailTotalBytes, SERVICE } from "./entitlements.ts";
import { planFormerDomains } from "./former-domains.ts";
import { statusIn } from "./life.ts";
import type { FormerAddress, ListDraft, MailboxDraft, MailDraft } from "./mail.ts";
import { planOldMailbox } from "./old-mailbox.ts";
import { isTechnical, TECHNICAL_LISTS } from "./technical-lists.ts";
import type { DomainPlan, ListPlan, MailboxPlan, MailPlan, TakeOver, TenantState } from "./types.ts";

/** The mail of a tenant with every default filled in; sorted by address. */
export function planMail(
  mail: MailDraft,
  state: TenantState,
  entitlements: Entitlements,
  { cdg }: Catalogue,
): MailPlan {
  const right = entitlements.rights.get(SERVICE.mailbox);
  const status = statusIn(state);
  const current = currentAddresses(mail);
  const mailboxes = mail.mailboxes.map((box) => ({
    ...planMailbox(box, right?.defaultQuotaBytes ?? null, state),
    ...planDeparture(box.departure, current),
  }));
  const lists = [
    ...mail.lists.map((list) => planList(list, state, current)),
    ...(state === "reprise" ? [] : technicalLists(mail, cdg.contact)),
  ];
  // Without a count there is no limit to set but the number that is there.
  const maxMailboxes = Math.max(right?.quantity ?? 0, mailboxes.length);
  const totalBytes = right === undefined ? null : mailTotalBytes(entitlements);
  return {
    domain: {
      logicalName: "domain",
      ...mail.domain,
      maxMailboxes,
      aggregateQuotaBytes: totalBytes,
      ...(totalBytes === null || state === "reprise" ? {} : aggregateOf(cdg)),
      limitsManaged: state !== "reprise",
      status,
    },
    ...(mail.formerDomains.length === 0 ? {} : { formerDomains: planFormerDomains(mail.formerDomains) }),
    mailboxes: mailboxes.toSorted(byAddress),
    lists: lists.toSorted(byAddress),
    limits: { mailboxes: maxMailboxes, totalBytes },
  };
}

/** Only what is chosen: a plan without it is the plan of before. */
function aggregateOf({ mail }: Catalogue["cdg"]): Pick<DomainPlan, "aggregate"> {
  const { exceeded, warnPercent, warnRecipient } = mail?.quota ?? {};
  const aggregate = {
    ...(exceeded === undefined ? {} : { exceeded }),
    ...(warnPercent === undefined ? {} : { warnPercent }),
    ...(warnRecipient === undefined ? {} : { warnRecipient }),
  };
  return Object.keys(aggregate).length === 0 ? {} : { aggregate };
}

function planMailbox(box: MailboxDraft, defaultQuotaBytes: number | null, state: TenantState): MailboxPlan {
  const aliases = [...box.aliases, ...(box.former === null ? [] : [box.former])].map(
    (placed) => placed.address,
  );
  return {
    logicalName: box.local,
    formerLogicalNames: box.former === null || box.former.giver !== null ? [] : [box.former.local],
    address: box.address,
    formerAddress: box.former?.address ?? null,
    displayName: box.name ?? unnamed(box, state),
    quotaBytes: box.quotaBytes ?? defaultQuotaBytes,
    aliases: [...new Set(aliases)].toSorted(compareText),
    status: isLocked(box) ? "locked" : statusIn(state),
    ...(state === "reprise" ? { asFound: asFoundOf(box) } : {}),
    ...takeOverOf(box.former),
    ...(box.oldMailbox === null ? {} : { oldMailbox: planOldMailbox(box.oldMailbox) }),
  };
}

/** A former address of another tenant is an object that is taken over from it. */
function takeOverOf(former: FormerAddress | null): { readonly takeOver?: TakeOver } {
  if (former === null || former.giver === null) return {};
  return { takeOver: { address: former.address, tenant: former.giver } };
}

function isLocked({ state, departure }: MailboxDraft): boolean {
  return state === "verrouillee" || departure !== null;
}

function asFoundOf(box: MailboxDraft): NonNullable<MailboxPlan["asFound"]> {
  const { quotaBytes, state, departure } = box;
  const status = state === null && departure === null ? (["status"] as const) : [];
  return quotaBytes === null ? ["quotaBytes", ...status] : status;
}

/** A tenant that is being taken over has mailboxes and lists without a name, and keeps them so. */
function unnamed({ local }: MailboxDraft | ListDraft, state: TenantState): string {
  return state === "reprise" ? "" : local;
}

function planList(list: ListDraft, state: TenantState, current: (address: string) => string): ListPlan {
  const members = new Set(list.members.map((member) => current(member.address)));
  return {
    logicalName: list.local,
    address: list.address,
    displayName: list.name ?? unnamed(list, state),
    members: [...members].toSorted(compareText),
    technical: isTechnical(list.local),
    ...takeOverOf(list.former),
  };
}

/** postmaster and abuse reach the CDG unless the file gives the address to something else. */
function technicalLists(mail: MailDraft, contact: string): ListPlan[] {
  const taken = new Set([
    ...mail.lists.map((list) => list.address),
    ...mail.mailboxes.flatMap(({ address, aliases, former }) => [
      address,
      ...aliases.map((alias) => alias.address),
      ...(former === null ? [] : [former.address]),
    ]),
  ]);
  const free = TECHNICAL_LISTS.filter(({ local }) => !taken.has(`${local}@${mail.domain.name}`));
  return free.map(({ local, displayName }) => ({
    logicalName: local,
    address: `${local}@${mail.domain.name}`,
    displayName,
    members: [contact],
    technical: true,
  }));
}

function byAddress(a: { readonly address: string }, b: { readonly address: string }): number {
  return compareText(a.address, b.address);
}
