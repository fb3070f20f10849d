import { compareText } from "./diagnostics.ts";
import { SERVICE } from "./entitlements.ts";
import { parseAddress } from "./fields/addresses.ts";
import type { Draft } from "./schema/draft.ts";
import type { TenantFile } from "./schema/tenant.ts";

/**
 * What the file asks of services that a person still sets up, in French, by service: whoever does it finds
 * the details in the obligation, and a change of them changes the plan.
 */
export function wishesOf(draft: Draft<TenantFile>): ReadonlyMap<string, string> {
  const wishes = new Map<string, string>();
  const add = (service: string, parts: readonly string[]) => {
    const said = parts.filter((part) => part !== "");
    if (said.length > 0) wishes.set(service, said.join(" ; "));
  };
  const { antispam } = draft.messagerie ?? {};
  if (antispam !== undefined) {
    add(SERVICE.antispam, [
      `seuil ${antispam.seuil ?? "normal"}`,
      listed("autorisés", antispam.autorises),
      listed("bloqués", antispam.bloques),
      antispam.liste_grise === false ? "sans liste grise" : "",
    ]);
  }
  const { postes = 0, serveurs = 0 } = draft.antivirus ?? {};
  if (postes > 0) add(SERVICE.antivirusClient, [`${postes} à installer`]);
  if (serveurs > 0) add(SERVICE.antivirusServer, [`${serveurs} à installer`]);
  if (draft.sauvegarde !== undefined) {
    const { sources, retention = "30 jours" } = draft.sauvegarde;
    add(SERVICE.backup, [listed("sources", sources), `conservation ${retention}`]);
  }
  add(SERVICE.share, [listed("utilisateurs", draft.partage?.utilisateurs?.map(localOf))]);
  add(SERVICE.transfer, [listed("utilisateurs", draft.transfert?.utilisateurs?.map(localOf))]);
  return wishes;
}

function listed(what: string, items: readonly (string | undefined)[] | undefined): string {
  const known = new Set((items ?? []).flatMap((item) => (item === undefined ? [] : [item.toLowerCase()])));
  return known.size === 0 ? "" : `${what} : ${[...known].toSorted(compareText).join(", ")}`;
}

/** One spelling for `accueil` and `Accueil@mairie-nerac.fr`. */
function localOf(user: string | undefined): string | undefined {
  return user === undefined ? undefined : parseAddress(user)?.local;
}
