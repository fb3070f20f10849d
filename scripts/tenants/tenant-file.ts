import { stringify } from "yaml";

/** What a new file says; everything else keeps its default. */
export interface NewTenant {
  readonly nom: string;
  readonly siren?: string | undefined;
  readonly insee?: string | undefined;
  readonly type: string;
  readonly population?: number | undefined;
  readonly contact?: {
    readonly nom: string;
    readonly courriel: string;
    readonly telephone?: string | undefined;
  };
  readonly forfait?: string | undefined;
  readonly deliberation?: string | undefined;
  readonly effet?: string | undefined;
  readonly etat: string;
  /** Left out: the CDG's domain. */
  readonly domaine?: string | undefined;
  /** Local parts of the first mailboxes; none = no `messagerie`. */
  readonly boites: readonly string[];
  /** Licences; none of a kind is left out. */
  readonly antivirus?: { readonly postes?: number; readonly serveurs?: number };
}

/** The text of a tenant file, in the order of the template. Quotes are put where YAML needs them. */
export function tenantFileText(tenant: NewTenant): string {
  const {
    nom,
    siren,
    insee,
    type,
    population,
    contact,
    forfait,
    deliberation,
    effet,
    etat,
    domaine,
    boites,
    antivirus = {},
  } = tenant;
  const content = {
    collectivite: { nom, siren, insee, type, population, contact },
    convention: { forfait, deliberation, effet, etat },
    ...(boites.length === 0 ? {} : { messagerie: { domaine, boites: boites.map(mailbox) } }),
    ...(Object.keys(antivirus).length === 0 ? {} : { antivirus }),
  };
  const yaml = stringify(content, { lineWidth: 0, keepUndefined: false });
  return `# yaml-language-server: $schema=./tenant.schema.json\n${yaml}`;
}

function mailbox(local: string): { adresse: string; nom: string } {
  const words = local.replaceAll(/[._-]+/g, " ");
  return { adresse: local, nom: words.charAt(0).toUpperCase() + words.slice(1) };
}
