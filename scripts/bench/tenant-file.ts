/**
 * A tenant file with these mailboxes at `bench.example`, each with two aliases.
 *
 * @param entitled - mailboxes bought beside the forfait; a change of it changes the domain as well
 */
export function benchTenant(localParts: readonly string[], entitled: number): string {
  const mailboxes = localParts.map(
    (name) => `    - { adresse: ${name}, nom: Boîte ${name}, alias: [${name}.un, ${name}.deux] }\n`,
  );
  return `collectivite:
  nom: Commune de mesure
  siren: "214701955"
  type: commune
  population: 1000
  contact: { nom: Mairie, courriel: mairie@commune.example }
convention:
  forfait: technologie-plus
  deliberation: 2026-03-12
  effet: 2026-04-01
  etat: active
messagerie:
  domaine: bench.example
  boites:
${mailboxes.join("")}complements:
  - { service: boite, quantite: ${entitled}, depuis: 2026-09-01 }
`;
}
