import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../cli/progress.ts";
import { docker } from "../lab/docker.ts";
import type { LabPaths } from "../lab/index.ts";
import { relayContainer } from "../lab/relays.ts";
import { inBenchLab, servicesOf } from "./bench-lab.ts";
import { byHand } from "./by-hand.ts";
import { type Figure, median, timedBastide } from "./measure.ts";
import { communeHead } from "./tenant-file.ts";

/**
 * Collectivités with all six services, on a lab of their own with its images ready: how long a new one takes, what
 * it touches of the others, and what a preview with nothing to change costs beside one by hand.
 */
export async function benchServices(runs: number, progress: Progress): Promise<readonly Figure[]> {
  return await inBenchLab(progress, async ({ lab, tenantsDir, env }) => {
    const times: number[] = [];
    let touched = 0;
    // The first one fills caches, and is not counted.
    for (let index = 0; index <= runs; index += 1) {
      const slug = `mesure${index}`;
      await writeFile(join(tenantsDir, `${slug}.yaml`), tenantFile(slug, index));
      const before = await ofOthers(lab, slug);
      const ms = await timedBastide(["up", slug, "--yes"], env);
      if (index > 0) times.push(ms);
      const after = await ofOthers(lab, slug);
      touched += [...before].filter(([name, version]) => after.get(name) !== version).length;
    }
    const plain: number[] = [];
    const ours: number[] = [];
    const pulumi = await byHand("mesure0", env, progress);
    for (let run = 0; run <= runs; run += 1) {
      const turn = [await pulumi(), await timedBastide(["preview", "mesure0"], env)] as const;
      if (run === 0) continue;
      plain.push(turn[0]);
      ours.push(turn[1]);
    }
    return [
      {
        name: "new collectivité with all six services, images ready",
        value: median(times) / 1000,
        unit: "s",
        bar: { atMost: 30 },
        samples: { "bastide up (ms)": times },
      },
      {
        name: `services and documents of others touched by ${runs + 1} new collectivités`,
        value: touched,
        unit: "touched",
        bar: { atMost: 0 },
        samples: {},
      },
      {
        name: "pulumi preview by hand ÷ bastide preview, all six services",
        value: median(plain.map((ms, run) => ms / (ours[run] ?? Number.NaN))),
        unit: "×",
        bar: { atLeast: 1.5 },
        samples: { "pulumi preview (ms)": plain, "bastide preview (ms)": ours },
      },
    ];
  });
}

/** Versions of what others have on the Swarm, and when a relay's documents were written. */
async function ofOthers(lab: LabPaths, slug: string): Promise<ReadonlyMap<string, string>> {
  const versions = (await servicesOf(lab)).map(
    ({ Spec: spec, Version: version }) => [spec.Name, String(version.Index)] as const,
  );
  const list = [
    "find",
    "/var/lib/bastide-relay/tenants",
    "-type",
    "f",
    "-name",
    "*.json",
    "-printf",
    "%p %T@\\n",
  ];
  const documents = (await docker(lab, ["exec", await relayContainer(lab, "mx1"), ...list]))
    .split("\n")
    .filter(Boolean)
    .map((line) => [line.split(" ")[0] ?? "", line.split(" ")[1] ?? ""] as const);
  return new Map([...versions, ...documents].filter(([name]) => !name.includes(slug)));
}

function tenantFile(slug: string, index: number): string {
  return `${communeHead(slug, 100 + index)}messagerie:
  domaine: ${slug}.example
  boites:
    - { adresse: accueil, nom: Accueil, alias: [contact] }
    - { adresse: maire, nom: Le maire }
    - { adresse: s.martin, nom: Sophie Martin }
    - { adresse: p.lafitte, nom: Pierre Lafitte, alias: [urbanisme] }
  listes:
    - { adresse: elus, nom: Élus, membres: [maire, s.martin] }
  antispam: { seuil: normal, autorises: ["@dgfip.finances.gouv.fr"], bloques: [] }
antivirus: { postes: 2, serveurs: 1 }
sauvegarde: { sources: [bureautique], retention: 30 jours }
partage: { utilisateurs: [accueil, s.martin] }
transfert: { utilisateurs: [accueil] }
`;
}
