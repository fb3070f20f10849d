export interface BenchTenant {
  /** Mailboxes bought beside the forfait; a change of it changes the domain as well. */
  readonly entitled: number;
  /** Its SIREN and domain (`bench.example`, `bench1.example`) are made of it. @default 0 */
  readonly index?: number;
}

export function mailboxNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `b${index}`);
}

/** A tenant file with these mailboxes, each with two aliases. */
export function benchTenant(localParts: readonly string[], { entitled, index = 0 }: BenchTenant): string {
  const mailboxes = localParts.map(
    (name) => `    - { adresse: ${name}, nom: Boîte ${name}, alias: [${name}.un, ${name}.deux] }\n`,
  );
  return `collectivite:
  nom: Commune de mesure
  siren: "${sirenOf(index)}"
  type: commune
  population: 1000
  contact: { nom: Mairie, courriel: mairie@commune.example }
convention:
  forfait: technologie-plus
  deliberation: 2026-03-12
  effet: 2026-04-01
  etat: active
messagerie:
  domaine: bench${index === 0 ? "" : index}.example
  boites:
${mailboxes.join("")}complements:
  - { service: boite, quantite: ${entitled}, depuis: 2026-09-01 }
`;
}

/** The head of a tenant file whose services follow; its SIREN is made of the index. */
export function communeHead(slug: string, index: number): string {
  return `collectivite:
  nom: Commune de ${slug}
  siren: "${sirenOf(index)}"
  type: commune
  population: 1000
  contact: { nom: Mairie, courriel: ${slug}@orange.example }
convention: { forfait: technologie-plus, deliberation: 2026-03-12, effet: 2026-04-01, etat: active }
`;
}

/** Eight digits and the key that Luhn asks for. */
export function sirenOf(index: number): string {
  const digits = String(21_470_000 + index);
  const weighted = [...digits].map((digit, place) => {
    const value = Number(digit) * (place % 2 === 1 ? 2 : 1);
    return value > 9 ? value - 9 : value;
  });
  const sum = weighted.reduce((total, value) => total + value, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
