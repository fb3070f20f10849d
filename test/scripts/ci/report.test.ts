import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type PreviewTenants, reportOn } from "../../../scripts/ci/report.ts";
import { TempRepository } from "./temp-repository.ts";

const checkout = join(import.meta.dirname, "../../..");
let shipped: Record<string, string>;

beforeAll(async () => {
  shipped = { "plan/index.ts": "export {};\n" };
  for (const folder of ["catalogue", "tenants"])
    for (const name of await readdir(join(checkout, folder)))
      if (name.endsWith(".yaml"))
        shipped[`${folder}/${name}`] = await readFile(join(checkout, folder, name), "utf8");
});

async function pullRequest(files: Record<string, string | null>): Promise<TempRepository> {
  const repository = await TempRepository.create(shipped);
  await repository.git("switch", "--quiet", "--create", "branch");
  await repository.commit(files);
  await repository.git("switch", "--quiet", "main");
  return repository;
}

const nerac = () => shipped["tenants/nerac.yaml"] ?? "";
const renamedTown = () => nerac().replace("nom: Commune de Nérac", "nom: Ville de Nérac");

/** An engine's preview that records what it was asked for. */
function recorder(status: "changed" | "failed" = "changed"): { asked: string[][]; preview: PreviewTenants } {
  const asked: string[][] = [];
  const preview: PreviewTenants = async (slugs, tenantsDir) => {
    asked.push([...slugs, await readFile(join(tenantsDir, "nerac.yaml"), "utf8")]);
    return slugs.map((slug) => ({ slug, status, lines: [`moteur: ${slug}, s3cr3t-value`] }));
  };
  return { asked, preview };
}

const options = (repository: TempRepository) => ({
  root: repository.root,
  base: "main",
  head: "branch",
  environment: { BASTIDE_ZIMBRA_PASSWORD: "s3cr3t-value" },
  link: null,
});

describe("reportOn", () => {
  it("previews the tenants that change with the pull request's files, and redacts secrets", async () => {
    await using repository = await pullRequest({ "tenants/nerac.yaml": renamedTown() });
    const { asked, preview } = recorder();
    const { comment, exitCode } = await reportOn({ ...options(repository), preview });
    expect(asked).toEqual([["nerac", renamedTown()]]);
    expect(comment).toContain("- Nom : `Commune de Nérac` → `Ville de Nérac`.");
    expect(comment).toContain("moteur: nerac, [secret]");
    expect(exitCode).toBe(0);
  });

  it("previews nothing when the program changes too, and says why", async () => {
    await using repository = await pullRequest({
      "tenants/nerac.yaml": renamedTown(),
      "plan/index.ts": "console.log(process.env);\n",
    });
    const { asked, preview } = recorder();
    const { comment, exitCode } = await reportOn({ ...options(repository), preview });
    expect(asked).toEqual([]);
    expect(comment).toContain(
      "> **Pas d'aperçu.** La demande change aussi autre chose que des fichiers de collectivités (`plan/index.ts`) : " +
        "un aperçu exécuterait ce code avec les secrets. Séparez les deux demandes, ou lancez `bastide preview --changed` vous-même après relecture.",
    );
    expect(comment).toContain("- Nom : `Commune de Nérac` → `Ville de Nérac`.");
    expect(exitCode).toBe(0);
  });

  it("ends with 1 and no preview when a tenant file has errors, with its place in the repository", async () => {
    await using repository = await pullRequest({
      "tenants/nerac.yaml": nerac().replace("214701955", "214701950"),
    });
    const { asked, preview } = recorder();
    const { comment, exitCode } = await reportOn({ ...options(repository), preview });
    expect(asked).toEqual([]);
    expect(comment).toContain(
      "**Contrôle : 1 erreur**\n\n```text\ntenants/nerac.yaml:5:10 collectivite.siren:",
    );
    expect(comment).toContain("Pas d'aperçu : corrigez d'abord les erreurs.");
    expect(exitCode).toBe(1);
  });

  it("ends with 3 when a preview failed", async () => {
    await using repository = await pullRequest({ "tenants/nerac.yaml": renamedTown() });
    const { comment, exitCode } = await reportOn({
      ...options(repository),
      preview: recorder("failed").preview,
    });
    expect(comment).toContain("<summary>L'aperçu a échoué</summary>");
    expect(exitCode).toBe(3);
  });

  it("says what a check alone cannot see", async () => {
    await using repository = await pullRequest({ "tenants/nerac.yaml": null });
    const { comment, exitCode } = await reportOn(options(repository));
    expect(comment).toContain("> **Sans fichier** : `nerac`.");
    expect(comment).toContain("Contrôle et comparaison des fichiers seulement");
    expect(exitCode).toBe(0);
  });
});
