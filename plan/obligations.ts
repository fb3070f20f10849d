import { compareText } from "./diagnostics.ts";
import { dkimCommand } from "./dkim.ts";
import type { Entitlements, Right } from "./entitlements.ts";
import { formerDomainObligations } from "./former-domains.ts";
import { endOfConvention } from "./life.ts";
import type { MailDraft } from "./mail.ts";
import { oldPasswordKey, oldPasswordObligation } from "./old-mailbox.ts";
import type { Draft } from "./schema/draft.ts";
import type { TenantFile } from "./schema/tenant.ts";
import type { Obligation, TenantState } from "./types.ts";
import { wishesOf } from "./wishes.ts";

/** What a person must do or remember, in French for the CDG's staff; sorted by key. */
export function obligationsOf(
  draft: Draft<TenantFile>,
  state: TenantState,
  entitlements: Entitlements,
  mail: MailDraft | null,
  slug: string,
  automated: ReadonlySet<string> = new Set(),
): Obligation[] {
  const effect = draft.convention?.effet ?? null;
  const tracked = [...entitlements.rights.values()].filter(
    ({ service }) => service.mode === "tracked" && !automated.has(service.key),
  );
  const wishes = wishesOf(draft);
  if (state === "fusionnee") return merged(draft);
  return [
    ...tracked.map((right) => serviceObligation(right, effect, wishes.get(right.service.key))),
    ...takeover(draft, state),
    ...departure(draft, state),
    ...collections(mail, slug),
    ...leavers(mail),
    ...signature(mail, state),
    ...formerDomainObligations(mail?.formerDomains ?? []),
  ].toSorted((a, b) => compareText(a.key, b.key));
}

function serviceObligation(
  { service, quantity }: Right,
  effect: string | null,
  wish: string | undefined,
): Obligation {
  const what = service.obligation ?? service.label;
  const every = service.everyYears === 1 ? "par an" : `tous les ${service.everyYears} ans`;
  const count = quantity === null ? "" : ` (${quantity} × ${service.unit}, ${every})`;
  // The first date only: later ones depend on today, which no plan holds.
  const due = service.everyYears > 1 && effect !== null ? yearsAfter(effect, service.everyYears) : null;
  return {
    key: `service:${service.key}`,
    label: `${what}${count}${wish === undefined ? "" : ` : ${wish}`}`,
    article: service.article,
    due,
  };
}

/** Same day so many years later; 29 February becomes the 28th. */
function yearsAfter(day: string, years: number): string {
  const year = Number(day.slice(0, 4)) + years;
  const leap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  return `${year}${day.endsWith("-02-29") && !leap ? "-02-28" : day.slice(4)}`;
}

function takeover(draft: Draft<TenantFile>, state: TenantState): Obligation[] {
  if (state !== "reprise") return [];
  const { collectivite, convention } = draft;
  const missing = Object.entries({
    SIREN: collectivite?.siren,
    forfait: convention?.forfait,
    délibération: convention?.deliberation,
    "date d’effet": convention?.effet,
  }).flatMap(([name, value]) => (value === undefined ? [name] : []));
  const detail = missing.length === 0 ? "" : ` (manque : ${missing.join(", ")})`;
  return [
    {
      key: "reprise",
      label: `Mettre la fiche en ordre puis passer à l’état active${detail}`,
      article: null,
      due: null,
    },
  ];
}

function departure(draft: Draft<TenantFile>, state: TenantState): Obligation[] {
  const { notifiee, par } = draft.convention?.denonciation ?? {};
  if (state !== "denoncee" || notifiee === undefined || par === undefined) return [];
  const end = endOfConvention({ notified: notifiee, by: par });
  const after = `${Number(end.slice(0, 4)) + 1}-01-01`;
  const step = (key: string, label: string, due: string): Obligation => ({
    key: `depart:${key}`,
    label,
    article: "24",
    due,
  });
  return [
    step("1-export", "Remettre à la collectivité l’export de ses données", end),
    step("2-domaine", "Accompagner le transfert du domaine et de ses enregistrements DNS", end),
    step("3-licences", "Retirer les licences et les certificats", end),
    step("4-memoire", "Établir le dernier mémoire", end),
    step("5-cloture", "Passer la fiche à l’état close", after),
  ];
}

/** All that goes on goes on in the other tenant's file. */
function merged(draft: Draft<TenantFile>): Obligation[] {
  const { dans, effet = null } = draft.convention?.fusion ?? {};
  const label = `Établir le dernier mémoire : la collectivité a fusionné dans ${dans ?? "une autre"}`;
  return [{ key: "fusion", label, article: null, due: effet }];
}

/** A plan holds no secret, so it asks for each password; who knows which are kept leaves those out. */
function collections(mail: MailDraft | null, slug: string): Obligation[] {
  return (mail?.mailboxes ?? []).flatMap(({ address, oldMailbox }) => {
    if (oldMailbox === null) return [];
    const { address: old, provider } = oldMailbox;
    const which =
      provider?.login === "application-password" ? "le mot de passe d’application" : "le mot de passe";
    const advice = provider?.advice ? `. ${provider.advice}` : "";
    const command = `npx bastide secret set ${slug} ${oldPasswordKey(old)}`;
    const label = `Donner ${which} de ${old}, à relever dans ${address} : ${command}${advice}`;
    return [{ key: oldPasswordObligation(address), label, article: "6b", due: null }];
  });
}

/** Key prefix of the obligations that a departure yields. */
export const CLOSING_KEY = "fermeture:";

/** Nothing closes by the calendar: who left keeps the mailbox locked until its lines are taken out. */
function leavers(mail: MailDraft | null): Obligation[] {
  return (mail?.mailboxes ?? []).flatMap(({ address, departure }) =>
    departure === null
      ? []
      : [
          {
            key: `${CLOSING_KEY}${address}`,
            label: `Fermer la boîte ${address}, dont la personne est partie : retirer ses lignes de la fiche`,
            article: null,
            due: departure.lastDay,
          },
        ],
  );
}

/** A domain that is being taken over may have a key already, and one that leaves needs none. */
function signature(mail: MailDraft | null, state: TenantState): Obligation[] {
  if (mail === null || (state !== "active" && state !== "suspendue")) return [];
  const { name, dkim } = mail.domain;
  if (dkim !== undefined) return [];
  const label = `Signer le courrier de ${name} (DKIM) : sur le serveur, ${dkimCommand(name)}, puis publier la clé`;
  return [{ key: "dkim", label, article: null, due: null }];
}
