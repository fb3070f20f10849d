import { join } from "node:path";
import type { z } from "zod";
import { type Diagnostic, type Finding, sortDiagnostics } from "./diagnostics.ts";
import { parseDomain, wholeAddress } from "./fields/addresses.ts";
import { readText } from "./files.ts";
import { type MailProviders, mailProviders } from "./providers.ts";
import { relayHostFindings } from "./relay-hosts.ts";
import { relayFindings } from "./relays.ts";
import { cdgSchema, forfaitsSchema, pricesSchema, servicesSchema } from "./schema/catalogue.ts";
import { providersSchema } from "./schema/providers.ts";
import { parseBytes } from "./units.ts";
import { readYaml } from "./yaml/read.ts";
import { Locator } from "./yaml/source.ts";

/** The CDG and its systems, as `catalogue/cdg.yaml` (or a lab's) says; the domain in ASCII. */
export type Cdg = z.infer<typeof cdgSchema>;

/** A service of the convention. Sizes in bytes. */
export interface Service {
  readonly key: string;
  readonly label: string;
  readonly article: string;
  readonly mode: "automated" | "tracked";
  readonly unit: string;
  /** Once every so many years; 1 = each year. */
  readonly everyYears: number;
  /** Largest size of one unit, `null` = none is known. */
  readonly quotaBytes: number | null;
  /** Size of one unit when the file does not say, `null` = none is known. */
  readonly defaultQuotaBytes: number | null;
  /** What one complement adds to the collectivité's total. */
  readonly addsBytes: number;
  /** Units that the CDG bought for everybody, `null` = without a limit. */
  readonly pool: number | null;
  /** What a person must do, `null` = the label says it. */
  readonly obligation: string | null;
}

/** What a forfait holds of a service. Sizes in bytes; `null` = the service's own. */
export interface Inclusion {
  /** `null` = without a count. */
  readonly quantity: number | null;
  readonly quotaBytes: number | null;
  readonly defaultQuotaBytes: number | null;
  readonly totalBytes: number | null;
}

export interface Forfait {
  readonly key: string;
  readonly label: string;
  readonly services: ReadonlyMap<string, Inclusion>;
}

/** Prices of a forfait in euro cents a year, by population. */
export interface ForfaitPrices {
  readonly withoutPopulationCents: number | null;
  /** Sorted; `upTo` = inclusive population, `null` = everybody else. */
  readonly bands: readonly { readonly upTo: number | null; readonly cents: number }[];
}

/** The convention as data. */
export interface Catalogue {
  readonly cdg: Cdg;
  readonly services: ReadonlyMap<string, Service>;
  readonly forfaits: ReadonlyMap<string, Forfait>;
  /** Where old mailboxes are collected from. */
  readonly providers: MailProviders;
  readonly prices: {
    readonly forfaits: ReadonlyMap<string, ForfaitPrices>;
    /** Euro cents a year for one unit. */
    readonly complements: ReadonlyMap<string, number>;
  };
}

export type CatalogueResult =
  | { readonly ok: true; readonly catalogue: Catalogue }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads the five files of a catalogue. `cdgPath` replaces `cdg.yaml` (a lab has its own).
 */
export function loadCatalogue(
  directory: string,
  options: { cdgPath?: string | undefined } = {},
): CatalogueResult {
  const cdg = load(options.cdgPath ?? join(directory, "cdg.yaml"), cdgSchema);
  const services = load(join(directory, "services.yaml"), servicesSchema);
  const forfaits = load(join(directory, "forfaits.yaml"), forfaitsSchema);
  const prices = load(join(directory, "prix.yaml"), pricesSchema);
  const providers = load(join(directory, "fournisseurs.yaml"), providersSchema);
  const diagnostics = [
    ...cdg.diagnostics,
    ...services.diagnostics,
    ...forfaits.diagnostics,
    ...prices.diagnostics,
    ...providers.diagnostics,
  ];
  const whole = cdg.data !== null && services.data !== null && forfaits.data !== null;
  if (!whole || prices.data === null || providers.data === null) {
    return { ok: false, diagnostics: sortDiagnostics(diagnostics) };
  }
  const contradictions = [
    ...(cdg.data === null ? [] : cdg.diagnose([...relayFindings(cdg.data), ...relayHostFindings(cdg.data)])),
    ...forfaits.diagnose(unknownServices(forfaits.data, services.data)),
    ...forfaits.diagnose(unpricedForfaits(forfaits.data, prices.data)),
    ...prices.diagnose(unknownComplements(prices.data, services.data)),
  ];
  if (contradictions.length > 0) return { ok: false, diagnostics: sortDiagnostics(contradictions) };
  return {
    ok: true,
    catalogue: {
      cdg: cdgOf(cdg.data),
      services: mapValues(services.data.services, serviceOf),
      forfaits: mapValues(forfaits.data.forfaits, forfaitOf),
      providers: mailProviders(providers.data.fournisseurs, cdg.data.fournisseurs ?? {}),
      prices: {
        forfaits: mapValues(prices.data.forfaits, (_key, value) => pricesOf(value)),
        complements: mapValues(prices.data.complements, (_key, value) => centsOf(value)),
      },
    },
  };
}

/** Domain and contact in the one spelling that every system is given. */
function cdgOf(data: Cdg): Cdg {
  return {
    ...data,
    domain: parseDomain(data.domain)?.ascii ?? data.domain,
    contact: wholeAddress(data.contact) ?? data.contact,
  };
}

interface Loaded<T> {
  readonly data: T | null;
  readonly diagnostics: readonly Diagnostic[];
  diagnose(findings: readonly Finding[]): Diagnostic[];
}

function load<T>(file: string, schema: z.ZodType<T>): Loaded<T> {
  const read = readText(file);
  if (!read.ok) {
    const locator = new Locator(file, read.text, null);
    return { data: null, diagnostics: [locator.diagnostic(read.finding)], diagnose: () => [] };
  }
  const { draft, findings, diagnose } = readYaml({ file, text: read.text }, schema);
  const result = findings.length === 0 ? schema.safeParse(draft) : null;
  return { data: result?.data ?? null, diagnostics: diagnose(findings), diagnose };
}

type Forfaits = z.infer<typeof forfaitsSchema>;
type Services = z.infer<typeof servicesSchema>;
type Prices = z.infer<typeof pricesSchema>;

function unknownServices({ forfaits }: Forfaits, { services }: Services): Finding[] {
  return Object.entries(forfaits).flatMap(([forfait, { services: included }]) =>
    Object.keys(included)
      .filter((key) => !Object.hasOwn(services, key))
      .map((key) => serviceUnknown(["forfaits", forfait, "services", key], key)),
  );
}

function unknownComplements({ complements }: Prices, { services }: Services): Finding[] {
  return Object.keys(complements)
    .filter((key) => !Object.hasOwn(services, key))
    .map((key) => serviceUnknown(["complements", key], key));
}

function serviceUnknown(path: readonly string[], key: string): Finding {
  const message = `expected a service of services.yaml, got ${key}`;
  return {
    code: "SERVICE_UNKNOWN",
    severity: "error",
    path,
    at: "key",
    message,
    hint: "Add it there first.",
  };
}

function unpricedForfaits({ forfaits }: Forfaits, { forfaits: priced }: Prices): Finding[] {
  return Object.keys(forfaits)
    .filter((key) => !Object.hasOwn(priced, key))
    .map((key) => ({
      code: "CATALOGUE_INCOMPLETE" as const,
      severity: "error" as const,
      path: ["forfaits", key],
      at: "key" as const,
      message: `expected prices for ${key} in prix.yaml, got none`,
      hint: "Add its tranches there.",
    }));
}

function serviceOf(key: string, value: Services["services"][string]): Service {
  return {
    key,
    label: value.nom,
    article: value.article,
    mode: value.mode,
    unit: value.unite,
    everyYears: value.tous_les_ans ?? 1,
    quotaBytes: bytesOf(value.quota),
    defaultQuotaBytes: bytesOf(value.defaut),
    addsBytes: bytesOf(value.apport) ?? 0,
    pool: value.parc ?? null,
    obligation: value.obligation ?? null,
  };
}

function forfaitOf(key: string, value: Forfaits["forfaits"][string]): Forfait {
  const services = mapValues(value.services, (_service, inclusion) => ({
    quantity: inclusion.quantite ?? null,
    quotaBytes: bytesOf(inclusion.quota),
    defaultQuotaBytes: bytesOf(inclusion.defaut),
    totalBytes: bytesOf(inclusion.total),
  }));
  return { key, label: value.nom, services };
}

function pricesOf(value: Prices["forfaits"][string]): ForfaitPrices {
  const bands = value.tranches.map((band) => ({ upTo: band.jusqua ?? null, cents: centsOf(band.prix) }));
  return {
    withoutPopulationCents: value.sans_population === undefined ? null : centsOf(value.sans_population),
    bands: bands.toSorted(
      (a, b) => (a.upTo ?? Number.POSITIVE_INFINITY) - (b.upTo ?? Number.POSITIVE_INFINITY),
    ),
  };
}

function bytesOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const parsed = parseBytes(text);
  return parsed.ok ? parsed.value : null;
}

function centsOf(euros: number): number {
  return Math.round(euros * 100);
}

function mapValues<In, Out>(
  record: Readonly<Record<string, In>>,
  convert: (key: string, value: In) => Out,
): Map<string, Out> {
  return new Map(Object.entries(record).map(([key, value]) => [key, convert(key, value)]));
}
