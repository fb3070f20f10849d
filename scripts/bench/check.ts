import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { checkoutRoot, node24 } from "../engine/checkout.mjs";
import { sirenOf } from "./tenant-file.ts";

export interface CheckBench {
  readonly tenants: number;
  /** Median of whole processes: `bastide check` of all files. */
  readonly checkMs: number;
  /** Median of whole processes: reading and parsing the same files with `yaml` alone. */
  readonly parseMs: number;
  /** Median of the turns' ratios: what else the machine does weighs on both of a turn. */
  readonly ratio: number;
}

/** The ratio that `check` must stay below. */
export const CHECK_RATIO_LIMIT = 1.5;

/** Times `bastide check` against bare parsing, in turns so that a busy machine slows both. */
export async function benchCheck({ tenants = 1000, runs = 5 } = {}): Promise<CheckBench> {
  const folder = mkdtempSync(join(tmpdir(), "bastide-bench-"));
  try {
    for (let index = 0; index < tenants; index++)
      writeFileSync(join(folder, `commune-${index}.yaml`), tenantFile(index));
    const checks: number[] = [];
    const parses: number[] = [];
    // The first turn fills the file cache and Node's compile cache, and is not counted.
    for (let run = 0; run <= runs; run++) {
      const parse = await timed(["scripts/bench/parse-alone.mjs", folder]);
      const check = await timed(["scripts/bastide.mjs", "check", "--tenants", folder]);
      if (run > 0) parses.push(parse);
      if (run > 0) checks.push(check);
    }
    const ratio = median(checks.map((check, run) => check / (parses[run] ?? Number.NaN)));
    return { tenants, checkMs: median(checks), parseMs: median(parses), ratio };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timed(args: readonly string[]): Promise<number> {
  const start = performance.now();
  await execa(node24(), args, { cwd: checkoutRoot });
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A commune of the size of the worked example, with a SIREN and a domain of its own. */
function tenantFile(index: number): string {
  return `# yaml-language-server: $schema=./tenant.schema.json
collectivite:
  nom: Commune de Saint-Exemple-${index}
  siren: "${sirenOf(index)}"
  insee: "47${String(index % 1000).padStart(3, "0")}"
  type: commune
  population: ${1200 + index}
  contact: { nom: Secrétariat de mairie, courriel: mairie.${index}@orange.fr, telephone: "05 53 97 40 50" }
convention:
  forfait: technologie-plus
  deliberation: 2026-03-12
  effet: 2026-04-01
  etat: active
messagerie:
  domaine: mairie-exemple-${index}.fr
  boites:
    - { adresse: accueil, nom: Accueil, quota: 5 Go, alias: [contact], ancienne: mairie.${index}@wanadoo.fr }
    - { adresse: secretariat, nom: Secrétariat général }
    - { adresse: urbanisme, nom: Service urbanisme, alias: [permis] }
    - { adresse: maire, nom: Le maire, quota: 10 Go }
  listes:
    - { adresse: elus, nom: Élus, membres: [maire, secretariat, maire.${index}@orange.fr] }
    - { adresse: services, nom: Services municipaux, membres: [accueil, secretariat, urbanisme] }
  antispam: { seuil: normal, autorises: ["@dgfip.finances.gouv.fr"], bloques: [] }
antivirus: { postes: 3, serveurs: 0 }
sauvegarde: { sources: [bases-metier, bureautique], retention: 30 jours }
partage: { utilisateurs: [accueil, secretariat] }
transfert: { utilisateurs: [accueil] }
complements:
  - { service: boite, quantite: 3, depuis: 2026-09-01 }
`;
}

if (import.meta.main) {
  const { tenants, checkMs, parseMs, ratio } = await benchCheck();
  const verdict = ratio <= CHECK_RATIO_LIMIT ? "met" : "missed";
  process.stdout.write(
    `check of ${tenants} tenants: ${Math.round(checkMs)} ms, yaml alone: ${Math.round(parseMs)} ms, ` +
      `ratio ${ratio.toFixed(2)} (limit ${CHECK_RATIO_LIMIT}: ${verdict})\n`,
  );
  if (ratio > CHECK_RATIO_LIMIT) process.exitCode = 1;
}
