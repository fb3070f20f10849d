import { fieldProblems, formatBytes, parseBytes } from "../../plan/index.ts";
import type { FoundAccount } from "../../providers/cdg/existing-mail.ts";
import type { Existing } from "./existing.ts";
import { fitList, type ListEntry } from "./fit-list.ts";
import { ownershipProblem, type Remarked, shown } from "./words.ts";

/** A mailbox as the file says it; absent keys stay as they are found. */
export interface BoxEntry {
  readonly adresse: string;
  readonly nom?: string;
  readonly quota?: string;
  readonly alias?: readonly string[];
  readonly etat?: "verrouillee";
}

/** What a domain looks like as a tenant file. */
export interface Fit {
  readonly boxes: readonly Remarked<BoxEntry>[];
  readonly lists: readonly Remarked<ListEntry>[];
  /** About the domain as a whole, in French. */
  readonly remarks: readonly string[];
  /** Objects that no file can hold: they stay in Zimbra as they are. In French, with the reason. */
  readonly leftOut: readonly string[];
}

/** Fits what was found into a file, leaving nothing unsaid. Pure. */
export function fitDomain(existing: Existing, slug: string): Fit {
  const { domain, accounts, lists, resources } = existing;
  const boxes: Remarked<BoxEntry>[] = [];
  const leftOut: string[] = [];
  for (const account of accounts.toSorted(byAddress)) {
    const problem = ownershipProblem(account.mark, slug) ?? accountProblem(account, domain.name);
    if (problem === null) boxes.push(fitBox(account, domain.name));
    else leftOut.push(`boîte ${shown(account.address)} : ${problem}`);
  }
  const known = new Set(
    boxes.flatMap(({ entry }) => [entry.adresse, ...(entry.alias ?? [])]).concat(lists.map(localOf)),
  );
  const fittedLists: Remarked<ListEntry>[] = [];
  for (const list of lists.toSorted(byAddress)) {
    const fitted = fitList(list, { domain: domain.name, slug, known });
    if (typeof fitted === "string") leftOut.push(`liste ${shown(list.address)} : ${fitted}`);
    else fittedLists.push(fitted);
  }
  leftOut.push(...resources.map((name) => `ressource ${shown(name)} : salle ou équipement, sans équivalent`));
  return { boxes, lists: fittedLists, remarks: domainRemarks(existing), leftOut };
}

/** As people sort: agent2 before agent10. */
const collator = new Intl.Collator("fr", { numeric: true });

function byAddress(a: { readonly address: string }, b: { readonly address: string }): number {
  return collator.compare(localOf(a), localOf(b));
}

function localOf({ address }: { readonly address: string }): string {
  return address.slice(0, address.lastIndexOf("@"));
}

function accountProblem({ address, displayName, aliases }: FoundAccount, domain: string): string | null {
  if (fieldProblems.ownAddress(address) !== null) return "adresse qu’une fiche ne peut pas porter";
  if (displayName !== "" && fieldProblems.name(displayName) !== null)
    return `nom qu’une fiche ne peut pas porter (${shown(displayName)})`;
  const odd = aliases.find(
    (alias) => alias.endsWith(`@${domain}`) && fieldProblems.ownAddress(alias) !== null,
  );
  return odd === undefined ? null : `alias qu’une fiche ne peut pas porter (${shown(odd)})`;
}

function fitBox(account: FoundAccount, domain: string): Remarked<BoxEntry> {
  const { displayName, status, aliases, catchAll } = account;
  const own = aliases.filter((alias) => alias.endsWith(`@${domain}`)).map((address) => localOf({ address }));
  const foreign = aliases.filter((alias) => !alias.endsWith(`@${domain}`));
  const quota = exactQuota(account);
  const remarks = [
    ...(displayName === "" ? ["sans nom affiché dans Zimbra : à donner avant etat: active"] : []),
    ...quotaRemarks(account, quota),
    ...statusRemarks(status),
    ...(foreign.length === 0 ? [] : [`alias d’autres domaines, laissés tels quels : ${foreign.join(", ")}`]),
    ...catchAll.map((at) => `reçoit tout le courrier des adresses inconnues de ${at} : laissé tel quel`),
  ];
  return {
    entry: {
      adresse: localOf(account),
      ...(displayName === "" ? {} : { nom: displayName }),
      ...(quota === null ? {} : { quota }),
      ...(own.length === 0 ? {} : { alias: own }),
      ...(isLocked(status) ? { etat: "verrouillee" as const } : {}),
    },
    remarks,
  };
}

/** The account's own quota, where a file can say it to the byte. */
function exactQuota({ quotaBytes, inherited }: FoundAccount): string | null {
  if (inherited || quotaBytes === null) return null;
  const text = formatBytes(quotaBytes);
  const parsed = parseBytes(text);
  return parsed.ok && parsed.value === quotaBytes ? text : null;
}

function quotaRemarks({ quotaBytes, inherited }: FoundAccount, written: string | null): readonly string[] {
  if (inherited || written !== null) return [];
  if (quotaBytes === null) return ["À DÉCIDER : quota illimité dans Zimbra, laissé tel quel sans clé quota"];
  return [`À DÉCIDER : quota de ${quotaBytes} octets, laissé tel quel tant qu’il n’y a pas de clé quota`];
}

/** By the administration, for good: what `etat: verrouillee` keeps, and its absence would open one day. */
function isLocked(status: string): boolean {
  return status === "locked" || status === "closed";
}

function statusRemarks(status: string): readonly string[] {
  if (status === "active" || status === "locked") return [];
  if (status === "closed")
    return [
      "À DÉCIDER : compte « closed » dans Zimbra, qui refuse aussi son courrier : laissé tel quel ; " +
        "sans la clé etat il serait rouvert par etat: active",
    ];
  if (status === "lockout" || status === "maintenance")
    return [`compte « ${shown(status)} » : état passager de Zimbra, laissé tel quel`];
  return [
    `À DÉCIDER : compte « ${shown(status)} » dans Zimbra, laissé tel quel en reprise ; etat: active le rouvrirait`,
  ];
}

function domainRemarks({ domain, accounts, aliasDomains, systemAccounts }: Existing): readonly string[] {
  const inherited = accounts.filter((account) => account.inherited);
  const sizes = [
    ...new Set(
      inherited.map(({ quotaBytes }) => (quotaBytes === null ? "illimité" : formatBytes(quotaBytes))),
    ),
  ];
  const { maxAccounts, aggregateQuotaBytes, status, catchAll } = domain;
  return [
    ...aliasDomains.map(({ name }) => `domaine alias ${shown(name)} : laissé tel quel`),
    ...(catchAll === null
      ? []
      : [`le courrier des adresses inconnues va à ${shown(catchAll)} : laissé tel quel`]),
    ...(status === "active" ? [] : [`le domaine est « ${shown(status)} » dans Zimbra : laissé tel quel`]),
    ...(maxAccounts === null ? [] : [`limite de ${maxAccounts} comptes dans Zimbra : laissée telle quelle`]),
    ...(aggregateQuotaBytes === null
      ? []
      : [`quota total de ${formatBytes(aggregateQuotaBytes)} dans Zimbra : laissé tel quel`]),
    ...(inherited.length === 0
      ? []
      : [
          `${inherited.length} boîtes sans quota propre héritent de leur classe de service (${sizes.join(", ")}) : laissées telles quelles sans clé quota`,
        ]),
    ...(systemAccounts === 0 ? [] : [`${systemAccounts} comptes techniques de Zimbra non repris`]),
  ];
}
