import { stringify } from "yaml";
import {
  type Catalogue,
  type Diagnostic,
  loadCatalogue,
  planTenant,
  type TenantPlan,
} from "../../plan/index.ts";

/** The shipped catalogue. */
export const catalogue: Catalogue = load();

function load(): Catalogue {
  const result = loadCatalogue("catalogue");
  if (!result.ok) throw new Error(`the shipped catalogue has ${result.diagnostics.length} problems`);
  return result.catalogue;
}

/** A right tenant file as data; tests change parts of it. */
export const right = {
  collectivite: {
    nom: "Commune de Nérac",
    siren: "214701955",
    type: "commune",
    population: 6800,
    contact: { nom: "Secrétariat de mairie", courriel: "mairie.nerac@orange.fr" },
  },
  convention: { forfait: "technologie", deliberation: "2026-03-12", effet: "2026-04-01" },
  messagerie: {
    domaine: "mairie-nerac.fr",
    boites: [
      { adresse: "accueil", nom: "Accueil" },
      { adresse: "s.martin", nom: "Sophie Martin" },
    ],
  },
};

type Change = { readonly [key: string]: unknown };

/** `base` with `change` laid over it: maps are merged, `undefined` takes a key away, the rest replaces. */
export function changed(change: Change, base: Change = right): Change {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(change)) {
    const below = merged[key];
    if (value === undefined) delete merged[key];
    else merged[key] = isMap(value) && isMap(below) ? changed(value, below) : value;
  }
  return merged;
}

function isMap(value: unknown): value is Change {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Diagnostics of a text or of data, without the positions. */
export function diagnose(content: string | Change, slug = "nerac"): Diagnostic[] {
  const text = typeof content === "string" ? content : stringify(content);
  return [...planTenant({ file: `tenants/${slug}.yaml`, text }, catalogue).diagnostics];
}

/** `CODE path`, and `(warning)` where it is one. */
export function summary(content: string | Change, slug?: string): string[] {
  return diagnose(content, slug).map(({ code, path, severity }) =>
    `${code} ${path}${severity === "warning" ? " (warning)" : ""}`.trim(),
  );
}

/** The plan of a file that must be right. */
export function planOf(
  content: string | Change = right,
  slug = "nerac",
  from: Catalogue = catalogue,
): TenantPlan {
  const text = typeof content === "string" ? content : stringify(content);
  const result = planTenant({ file: `tenants/${slug}.yaml`, text }, from);
  if (result.ok) return result.plan;
  throw new Error(
    result.diagnostics.map(({ code, path, message }) => `${code} ${path}: ${message}`).join("\n"),
  );
}
