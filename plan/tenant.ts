import { planAntiSpam } from "./anti-spam.ts";
import { planAntivirus } from "./antivirus.ts";
import { planBackup } from "./backup.ts";
import type { Catalogue } from "./catalogue.ts";
import { costsOf } from "./costs.ts";
import { type Diagnostic, type Finding, type Path, sortDiagnostics } from "./diagnostics.ts";
import { type Entitlements, entitlementsOf, listEntitlements, SERVICE } from "./entitlements.ts";
import { automatedBy, planFiles } from "./files-plan.ts";
import { hashOf } from "./hash.ts";
import { type MailDraft, resolveMail } from "./mail.ts";
import { planMail } from "./mail-plan.ts";
import { obligationsOf } from "./obligations.ts";
import { RULES } from "./rules/index.ts";
import { Report } from "./rules/report.ts";
import type { Draft } from "./schema/draft.ts";
import { type TenantFile, tenantSchema } from "./schema/tenant.ts";
import { fileNameFinding, slugOf } from "./slug.ts";
import type { TenantPlan, TenantState } from "./types.ts";
import { readYaml, type SourceText } from "./yaml/read.ts";

/** `diagnostics` holds warnings when `ok`, at least one error when not. */
export type PlanResult =
  | { readonly ok: true; readonly plan: TenantPlan; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** What a tenant claims for itself alone among all tenants; kept even when the file has mistakes. */
export interface Claims {
  readonly slug: string;
  readonly siren: string | null;
  /** Its own domain first, then those that it keeps. */
  readonly domains: readonly DomainClaim[];
  /** `null` for a file that has no part in a merger. */
  readonly merger: MergerClaim | null;
  /** Antivirus licences asked for. */
  readonly seats: { readonly postes: number; readonly serveurs: number };
}

export interface DomainClaim {
  /** ASCII. */
  readonly name: string;
  readonly path: Path;
  /** The tenant that it is taken over from. */
  readonly giver: string | null;
}

/** What a merger needs to know of a file: what it has, and what it takes over. */
export interface MergerClaim {
  /** The tenant that takes this one over. */
  readonly into: string | null;
  readonly mail: MailDraft | null;
}

/** What checking one file gave. */
export interface Inspection {
  /** Sorted; at least one error when `plan` is `null`. */
  readonly diagnostics: readonly Diagnostic[];
  readonly claims: Claims;
  /** Builds the plan; `null` when there are errors. Apart, since a check needs none. */
  readonly plan: (() => TenantPlan) | null;
  diagnose(findings: readonly Finding[]): Diagnostic[];
}

/** One file, checked whole; pure. */
export function planTenant(source: SourceText, catalogue: Catalogue): PlanResult {
  return resultOf(inspectTenant(source, catalogue));
}

export function resultOf({ plan, diagnostics }: Inspection): PlanResult {
  return plan === null ? { ok: false, diagnostics } : { ok: true, plan: plan(), diagnostics };
}

/** @param today - ISO day, for warnings that follow the calendar; a plan is the same on any day. */
export function inspectTenant(
  source: SourceText,
  catalogue: Catalogue,
  today: string | null = null,
): Inspection {
  const slug = slugOf(source.file);
  const nameFinding = fileNameFinding(source.file);
  const { draft, findings: readings, diagnose } = readYaml<TenantFile>(source, tenantSchema);
  const report = new Report(readings);
  const earlier = nameFinding === null ? readings : [nameFinding, ...readings];
  if (draft === null) {
    return { diagnostics: sortDiagnostics(diagnose(earlier)), claims: noClaims(slug), plan: null, diagnose };
  }
  const state = draft.convention?.etat ?? "active";
  const entitlements = entitlementsOf(draft, catalogue);
  const mail = draft.messagerie === undefined ? null : resolveMail(draft.messagerie, slug, catalogue, report);
  for (const rule of RULES) rule({ slug, draft, state, catalogue, entitlements, mail, today, report });
  const findings = [...earlier, ...report.findings];
  const wrong = findings.some((finding) => finding.severity === "error");
  return {
    diagnostics: sortDiagnostics(diagnose(findings)),
    claims: claimsOf(slug, draft, mail),
    plan: wrong ? null : () => buildPlan(slug, draft, state, entitlements, mail, catalogue),
    diagnose,
  };
}

function buildPlan(
  slug: string,
  draft: Draft<TenantFile>,
  state: TenantState,
  entitlements: Entitlements,
  mail: MailDraft | null,
  catalogue: Catalogue,
): TenantPlan {
  const { nom, siren, siret, insee, type, population } = draft.collectivite ?? {};
  const { forfait } = entitlements;
  const antivirus = planAntivirus(draft, state, catalogue);
  const files = planFiles(slug, draft, state, entitlements, mail, catalogue);
  const planned = mail === null ? null : planMail(mail, state, entitlements, catalogue);
  // Of a tenant that merges as well: its addresses go on arriving, and the relays know them by its document.
  const antiSpam = planAntiSpam(slug, draft, state, planned, catalogue);
  const automated = new Set([...automatedBy(files), ...(antiSpam === null ? [] : [SERVICE.antispam])]);
  const backup = planBackup(slug, draft, entitlements, catalogue);
  const { dans } = draft.convention?.fusion ?? {};
  const plan: Omit<TenantPlan, "planHash"> = {
    slug,
    identity: {
      name: nom ?? slug,
      siren: siren ?? null,
      siret: siret ?? null,
      insee: insee ?? null,
      type: type ?? "autre",
      population: population ?? null,
    },
    forfait:
      forfait === null
        ? { key: "aucun", label: "Aucun forfait (reprise)" }
        : { key: forfait.key, label: forfait.label },
    state,
    ...(state === "fusionnee" && dans !== undefined ? { mergedInto: dans } : {}),
    mail: state === "fusionnee" ? null : planned,
    ...(antivirus === null ? {} : { antivirus }),
    ...(antiSpam === null ? {} : { antiSpam }),
    ...(files === null ? {} : { files }),
    ...(backup === null ? {} : { backup }),
    entitlements: listEntitlements(entitlements, automated),
    obligations: obligationsOf(draft, state, entitlements, mail, slug, automated),
    costs: costsOf(draft, entitlements, catalogue),
  };
  return { ...plan, planHash: hashOf(plan) };
}

/** Claims of a file that cannot be read: its name alone. */
export function noClaims(slug: string): Claims {
  return { slug, siren: null, domains: [], merger: null, seats: { postes: 0, serveurs: 0 } };
}

function claimsOf(slug: string, draft: Draft<TenantFile>, mail: MailDraft | null): Claims {
  return {
    slug,
    siren: draft.collectivite?.siren ?? null,
    domains: domainClaims(mail),
    merger: mergerClaim(draft, mail),
    seats: { postes: draft.antivirus?.postes ?? 0, serveurs: draft.antivirus?.serveurs ?? 0 },
  };
}

function domainClaims(mail: MailDraft | null): DomainClaim[] {
  if (mail === null) return [];
  const own = { name: mail.domain.name, path: ["messagerie", "domaine"], giver: null };
  return [own, ...mail.formerDomains.map(({ name, path, giver }) => ({ name, path, giver }))];
}

function mergerClaim(draft: Draft<TenantFile>, mail: MailDraft | null): MergerClaim | null {
  const into = draft.convention?.fusion?.dans ?? null;
  const takes = mail?.formerDomains.some(({ giver }) => giver !== null) ?? false;
  return into === null && !takes ? null : { into, mail };
}
