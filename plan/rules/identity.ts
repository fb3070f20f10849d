import { quoted } from "../diagnostics.ts";
import { parseAddress } from "../fields/addresses.ts";
import { suggestion } from "../schema/nearest.ts";
import type { Rule } from "./context.ts";
import { isProviderDomain } from "./providers.ts";

/** SIREN, forfait and dates may be missing only while a tenant is being taken over. */
export const keysOfTheState: Rule = ({ draft, state, report }) => {
  if (state === "reprise") return;
  const { collectivite, convention } = draft;
  const present = {
    "collectivite.siren": collectivite?.siren,
    "convention.forfait": convention?.forfait,
    "convention.deliberation": convention?.deliberation,
    "convention.effet": convention?.effet,
  };
  for (const [dotted, value] of Object.entries(present)) {
    const path = dotted.split(".");
    const parentIsThere = path[0] === "collectivite" ? collectivite !== undefined : convention !== undefined;
    if (value !== undefined || report.isBroken(path) || !parentIsThere) continue;
    const message = `expected this key (etat ${state}), got nothing`;
    report.add("KEY_MISSING", path, message, `Add ${path[1]}; only etat: reprise goes without.`, {
      at: "key",
    });
  }
};

export const siretOfTheSiren: Rule = ({ draft, report }) => {
  const { siren, siret } = draft.collectivite ?? {};
  if (siren === undefined || siret === undefined || siret.startsWith(siren)) return;
  const message = `expected a SIRET that starts with the SIREN ${siren}, got ${quoted(siret)}`;
  report.add(
    "SIRET_NOT_OF_SIREN",
    ["collectivite", "siret"],
    message,
    "Take both from the same notice of INSEE.",
  );
};

export const knownForfait: Rule = ({ draft, catalogue, report }) => {
  const key = draft.convention?.forfait;
  if (key === undefined || catalogue.forfaits.has(key)) return;
  const message = `expected a forfait of the catalogue (article 2), got ${quoted(key)}`;
  report.add(
    "FORFAIT_UNKNOWN",
    ["convention", "forfait"],
    message,
    suggestion(key, [...catalogue.forfaits.keys()]),
  );
};

export const pricedByPopulation: Rule = ({ draft, catalogue, state, report }) => {
  const prices = catalogue.prices.forfaits.get(draft.convention?.forfait ?? "");
  const path = ["collectivite", "population"];
  if (prices === undefined || state === "reprise" || draft.collectivite === undefined) return;
  if (draft.collectivite.population !== undefined || report.isBroken(path)) return;
  const byPopulation = draft.collectivite.type === "commune" || prices.withoutPopulationCents === null;
  if (!byPopulation) return;
  const message = "expected this key, since the forfait is priced by population, got nothing";
  report.add("POPULATION_MISSING", path, message, "Add the municipal population.", { at: "key" });
};

export const contactOutsideTheDomain: Rule = ({ draft, mail, state, report }) => {
  const contact = draft.collectivite?.contact;
  const path = ["collectivite", "contact"];
  if (contact === undefined) {
    if (state === "reprise" || draft.collectivite === undefined || report.isBroken(path)) return;
    const message = "expected somebody to reach when the mail is down, got nobody";
    report.add("CONTACT_MISSING", path, message, "Add nom and courriel.", { at: "key", severity: "warning" });
    return;
  }
  const domain = contact.courriel === undefined ? null : (parseAddress(contact.courriel)?.domain ?? null);
  if (mail === null || domain === null) return;
  const inside = [mail.domain, ...mail.formerDomains].find(
    ({ name }) => !isProviderDomain(name) && (domain === name || domain.endsWith(`.${name}`)),
  );
  if (inside === undefined) return;
  const message = `expected an address outside ${inside.displayName}, got ${quoted(contact.courriel ?? "")}`;
  report.add(
    "CONTACT_INSIDE_DOMAIN",
    [...path, "courriel"],
    message,
    "It has to work when this mail is down.",
  );
};
