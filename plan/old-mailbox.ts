import type { Catalogue } from "./catalogue.ts";
import { type Path, quoted } from "./diagnostics.ts";
import { wholeAddress } from "./fields/addresses.ts";
import { type MailProvider, usualPort } from "./providers.ts";
import type { Report } from "./rules/report.ts";
import type { Draft } from "./schema/draft.ts";
import { suggestion } from "./schema/nearest.ts";
import type { TenantFile } from "./schema/tenant.ts";
import type { OldMailboxPlan } from "./types.ts";

/** An old mailbox with its place in the file. */
export interface OldMailboxDraft extends OldMailboxPlan {
  readonly path: Path;
  readonly provider: MailProvider | null;
}

type Written = NonNullable<
  NonNullable<NonNullable<NonNullable<Draft<TenantFile>["messagerie"]>["boites"]>[number]>["ancienne"]
>;

export interface OldMailboxContext {
  /** Domain of the tenant, in ASCII. */
  readonly ownDomain: string;
  readonly catalogue: Catalogue;
  readonly report: Report;
}

/**
 * Where `ancienne` is collected from: what the file says, else what the catalogue knows of the provider.
 * Reports a provider that is unknown, or that refuses; `null` then, and where the address was refused before.
 */
export function resolveOldMailbox(
  written: Written | undefined,
  path: Path,
  { ownDomain, catalogue: { providers }, report }: OldMailboxContext,
): OldMailboxDraft | null {
  if (written === undefined) return null;
  const said = typeof written === "string" ? { adresse: written } : written;
  const address = said.adresse === undefined ? null : wholeAddress(said.adresse);
  if (address === null) return null;
  const addressPath = typeof written === "string" ? path : [...path, "adresse"];
  const [local = "", domain = ""] = splitAddress(address);
  const placed = said.fournisseur !== undefined || said.serveur !== undefined;
  // A collectivité that owned its domain before has the same address at its former provider.
  if (domain === ownDomain && !placed) {
    const message = `expected a mailbox of another domain, got ${address}`;
    const hint = "Use alias, or avant after a renaming; where it is elsewhere, add fournisseur or serveur.";
    report.add("COLLECTED_FROM_ITSELF", addressPath, message, hint);
    return null;
  }
  const known =
    said.fournisseur === undefined ? providers.byDomain.get(domain) : providers.byKey.get(said.fournisseur);
  if (said.fournisseur !== undefined && known === undefined) {
    const message = `expected a provider of fournisseurs.yaml, got ${quoted(said.fournisseur)}`;
    const hint = suggestion(said.fournisseur, [...providers.byKey.keys()]);
    report.add("PROVIDER_UNKNOWN", [...path, "fournisseur"], message, hint);
    return null;
  }
  if (known === undefined && said.serveur === undefined) {
    const message = `expected an address of a known provider, got one of ${domain}`;
    const hint = `Say where it is: { adresse: ${address}, fournisseur: ovh }, or serveur: and its IMAP server.`;
    report.add("PROVIDER_UNKNOWN", addressPath, message, hint);
    return null;
  }
  if (known?.login === "refused" && said.serveur === undefined) {
    const message = `expected a provider that a server may collect from, got ${known.label}`;
    const at = said.fournisseur === undefined ? addressPath : [...path, "fournisseur"];
    report.add("PROVIDER_REFUSES", at, message, known.advice ?? "");
    return null;
  }
  const security = said.chiffrement ?? (said.serveur === undefined ? known?.security : undefined) ?? "tls";
  const usual = said.serveur === undefined && said.chiffrement === undefined ? known?.port : undefined;
  const caFile = said.serveur === undefined ? (known?.caFile ?? null) : null;
  return {
    path: addressPath,
    provider: known ?? null,
    address,
    host: said.serveur ?? known?.host ?? domain,
    port: said.port ?? usual ?? usualPort(security),
    security,
    username: said.identifiant ?? (known?.username === "local-part" ? local : address),
    ...(caFile === null ? {} : { caFile }),
  };
}

/** What the plan keeps of it. */
export function planOldMailbox(draft: OldMailboxDraft): OldMailboxPlan {
  const { path: _path, provider: _provider, ...plan } = draft;
  return plan;
}

/**
 * Key of the stack's configuration that holds the password of an old mailbox: `ancienne:` and its address, so
 * that it stays when the new mailbox is renamed.
 */
export function oldPasswordKey(address: string): string {
  return `ancienne:${address}`;
}

/** Key of the obligation to give that password. */
export function oldPasswordObligation(newAddress: string): string {
  return `collecte:${newAddress}`;
}

function splitAddress(address: string): readonly [local: string, domain: string] {
  const at = address.lastIndexOf("@");
  return [address.slice(0, at), address.slice(at + 1)];
}
