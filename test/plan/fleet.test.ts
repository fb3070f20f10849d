import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { checkFleet, loadFleet, loadTenant } from "../../plan/index.ts";
import { catalogue, changed } from "./tenant-yaml.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bastide-fleet-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sirens = ["214701955", "213105554", "356000000", "212000046", "219740115"];

function write(slug: string, change: Parameters<typeof changed>[0] = {}, ending = "yaml"): void {
  writeFileSync(join(folder, `${slug}.${ending}`), stringify(changed(change)));
}

function found(): string[] {
  return checkFleet(folder, catalogue).map(({ file, line, column, code, path, message }) =>
    [`${file.slice(folder.length + 1)}:${line}:${column}`, code, path, message].join(" | "),
  );
}

describe("rules across tenants", () => {
  it("name both tenants of one SIREN, at the SIREN", () => {
    write("nerac");
    write("agen", { messagerie: { domaine: "agen.fr" } });
    expect(found()).toEqual([
      `agen.yaml:3:10 | SIREN_TAKEN | collectivite.siren | expected a SIREN of its own, got 214701955, which ${folder}/nerac.yaml has too`,
      `nerac.yaml:3:10 | SIREN_TAKEN | collectivite.siren | expected a SIREN of its own, got 214701955, which ${folder}/agen.yaml has too`,
    ]);
  });

  it("name both tenants of one domain in two spellings", () => {
    write("a", { messagerie: { domaine: "MAIRIE-LÉZAN.fr." } });
    write("b", { collectivite: { siren: "213105554" }, messagerie: { domaine: "xn--mairie-lzan-ibb.fr" } });
    expect(found().map((line) => line.split(" | ").slice(0, 3).join(" | "))).toEqual([
      "a.yaml:14:12 | DOMAIN_TAKEN | messagerie.domaine",
      "b.yaml:14:12 | DOMAIN_TAKEN | messagerie.domaine",
    ]);
  });

  it("name two files of one slug, and nothing else about them", () => {
    write("nerac");
    write("nerac", {}, "yml");
    expect(found().map((line) => line.split(" | ").slice(0, 2).join(" "))).toEqual([
      "nerac.yaml:1:1 SLUG_TAKEN",
      "nerac.yml:1:1 FILE_EXTENSION",
      "nerac.yml:1:1 SLUG_TAKEN",
    ]);
  });

  it("see the claims of a file that has another mistake", () => {
    write("nerac", { convention: { forfait: "rien" } });
    write("agen", { messagerie: { domaine: "agen.fr" } });
    expect(checkFleet(folder, catalogue).map(({ code }) => code)).toEqual([
      "SIREN_TAKEN",
      "SIREN_TAKEN",
      "FORFAIT_UNKNOWN",
    ]);
  });

  it("count at most three of the others by name", () => {
    for (let index = 0; index < 6; index++) write(`t${index}`, { messagerie: { domaine: `t${index}.fr` } });
    expect(checkFleet(folder, catalogue)[5]?.message).toBe(
      `expected a SIREN of its own, got 214701955, which ${folder}/t0.yaml, ${folder}/t1.yaml, ${folder}/t2.yaml and 2 more has too`,
    );
  });

  it("refuse more licences than the CDG bought, once", () => {
    for (const [index, siren] of sirens.entries()) {
      const convention = { forfait: "integral" };
      const antivirus = { postes: 900 + index };
      const complements = [{ service: "antivirus-poste", quantite: 1000 }];
      write(`t${index}`, {
        collectivite: { siren },
        convention,
        messagerie: { domaine: `t${index}.fr` },
        antivirus,
        complements,
      });
    }
    expect(checkFleet(folder, catalogue)).toMatchObject([
      {
        file: join(folder, "t4.yaml"),
        code: "SEATS_OVER_POOL",
        path: "antivirus.postes",
        message: "expected at most 4000 for all collectivités (parc in services.yaml), got 4510",
        hint: "Asked for: t4 904, t3 903, t2 902, t1 901, t0 900. Buy more licences and raise parc, or lower a collectivité's.",
      },
    ]);
  });
});

describe("loadFleet", () => {
  it("gives the plan of every right file, and the diagnostics that checkFleet gives", () => {
    write("nerac");
    write("agen", { collectivite: { siren: "213105554" }, messagerie: { domaine: "agen.fr" } });
    write("wrong", { collectivite: { siren: "1" } });
    const { plans, diagnostics } = loadFleet(folder, catalogue);
    expect([...plans.keys()]).toEqual(["agen", "nerac"]);
    expect(diagnostics).toEqual(checkFleet(folder, catalogue));
    const alone = loadTenant(join(folder, "nerac.yaml"), catalogue);
    expect(alone.ok && alone.plan).toEqual(plans.get("nerac"));
  });
});
