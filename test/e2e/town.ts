import { join } from "node:path";
import { type Catalogue, loadCatalogue, planTenant, type TenantPlan } from "../../plan/index.ts";
import { checkoutRoot } from "../../scripts/engine/checkout.mjs";
import type { Sandbox } from "./harness.ts";

/** A collectivité with four mailboxes, aliases and two lists, at `<slug>.example`. */
export function town(slug: string, more = ""): string {
  return `collectivite:
  nom: Commune de ${slug}
  siren: "${sirenOf(slug)}"
  type: commune
  population: 900
  contact: { nom: Secrétariat de mairie, courriel: mairie.${slug}@orange.example }
convention:
  forfait: technologie-plus
  deliberation: 2026-03-12
  effet: 2026-04-01
  etat: active
messagerie:
  domaine: ${slug}.example
  boites:
    - { adresse: accueil, nom: Accueil, quota: 5 Go, alias: [contact, mairie] }
    - { adresse: s.martin, nom: Sophie Martin }
    - { adresse: maire, nom: Le maire, alias: [m.le.maire] }
    - { adresse: urbanisme, nom: Urbanisme }
  listes:
    - { adresse: elus, nom: Élus, membres: [maire, s.martin, ailleurs@orange.example] }
    - { adresse: services, nom: Services, membres: [accueil, urbanisme] }
${more}`;
}

/** Nine digits that pass Luhn, different for different slugs of a test. */
export function sirenOf(slug: string): string {
  const hash = [...slug].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 90_000_000, 7);
  const digits = String(10_000_000 + hash);
  const sum = [...digits].reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** The plan of a tenant file, as the program would make it. */
export function planOf(sandbox: Sandbox, slug: string, text: string): TenantPlan {
  const result = planTenant({ file: `${slug}.yaml`, text }, catalogueOf(sandbox));
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.plan;
}

const catalogues = new WeakMap<Sandbox, Catalogue>();

function catalogueOf(sandbox: Sandbox): Catalogue {
  const known = catalogues.get(sandbox);
  if (known !== undefined) return known;
  const loaded = loadCatalogue(join(checkoutRoot, "catalogue"), { cdgPath: sandbox.lab.cdgFile });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  catalogues.set(sandbox, loaded.catalogue);
  return loaded.catalogue;
}

/** What Zimbra has for a plan's domain, in the plan's own words: the two must be equal once a run converged. */
export async function mailOf(sandbox: Sandbox, { mail }: TenantPlan): Promise<MailPicture> {
  if (mail === null) return { mailboxes: {}, lists: {} };
  const { name } = mail.domain;
  const [mailboxes, lists] = [await sandbox.zimbra.mailboxes(name), await sandbox.zimbra.lists(name)];
  return {
    mailboxes: Object.fromEntries(
      [...mailboxes.values()].map((entry) => [
        entry.name,
        (entry.attributes.get("zimbraMailAlias") ?? []).toSorted(),
      ]),
    ),
    lists: Object.fromEntries(
      [...lists.values()].map((entry) => [
        entry.name,
        (entry.attributes.get("zimbraMailForwardingAddress") ?? []).toSorted(),
      ]),
    ),
  };
}

export interface MailPicture {
  /** Aliases by address. */
  readonly mailboxes: Readonly<Record<string, readonly string[]>>;
  /** Members by address. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

/** What a plan asks for. */
export function pictureOf({ mail }: TenantPlan): MailPicture {
  return {
    mailboxes: Object.fromEntries((mail?.mailboxes ?? []).map(({ address, aliases }) => [address, aliases])),
    lists: Object.fromEntries((mail?.lists ?? []).map(({ address, members }) => [address, members])),
  };
}
