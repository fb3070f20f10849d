import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deliver, subjects } from "./mail-lab/clients.ts";
import { MailTown } from "./mail-town.ts";
import { town as townText } from "./town.ts";

const until = `${new Date().getFullYear() + 1}-12-31`;
const before = townText("vieille");
const after = before.replace(
  "domaine: vieille.example",
  `domaine: neuve.example\n  anciens_domaines: [{ domaine: vieille.example, jusqua: ${until} }]`,
);
const password = "choisi-par-moi-1";

describe("a collectivité whose domain changes", () => {
  let town: MailTown;

  beforeAll(async () => {
    town = await MailTown.open({ vieille: before });
    expect(await town.bastide("up", "vieille", "--yes")).toMatchObject({ exitCode: 0 });
    await town.firstLogin("vieille", "accueil@vieille.example", password);
    await town.firstLogin("vieille", "maire@vieille.example", password);
    expect(await deliver(town.lab, "accueil@vieille.example", "avant le changement")).toMatch(/^250 /);
    expect(await town.reaches("elus@vieille.example", "maire@vieille.example", password)).toBe(true);
  });
  afterAll(async () => {
    await town?.[Symbol.asyncDispose]();
  });

  it("that says nothing of its former domain is refused before any writing call", async () => {
    await town.write("vieille", before.replace("domaine: vieille.example", "domaine: neuve.example"));
    const { exitCode, stdout } = await town.bastide("up", "vieille", "--yes");
    expect([exitCode, stdout]).toEqual([
      1,
      expect.stringContaining("neuve.example would be replaced (name)"),
    ]);
  });

  it("converges when the engine is killed in the middle, and then has nothing left to do", async () => {
    await town.write("vieille", after);
    const preview = await town.bastide("preview", "vieille");
    expect(preview.stdout).toContain(
      "~ boîte accueil@vieille.example → accueil@neuve.example sera renommée, même courrier",
    );
    await town.killedAt("accueil@neuve.example", "up", "vieille", "--yes");
    const up = await town.bastide("up", "vieille", "--yes");
    expect([up.exitCode, up.stdout, up.stderr]).toEqual([0, expect.any(String), expect.any(String)]);
    expect(await town.bastide("preview", "vieille", "--refresh", "--exit-code")).toMatchObject({
      exitCode: 0,
    });
  });

  it("keeps its mail, its passwords and its lists, and is reached under both domains", async () => {
    await expect
      .poll(() => subjects(town.lab, "accueil@neuve.example", password))
      .toContain("avant le changement");
    for (const to of [
      "accueil@neuve.example",
      "contact@neuve.example",
      "accueil@vieille.example",
      "contact@vieille.example",
    ]) {
      expect(await town.reaches(to, "accueil@neuve.example", password)).toBe(true);
    }
    for (const to of ["elus@neuve.example", "elus@vieille.example"]) {
      expect(await town.reaches(to, "maire@neuve.example", password)).toBe(true);
    }
  });

  it("has the former domain among its obligations and its DNS records", async () => {
    const { stdout } = await town.bastide("outputs", "vieille", "--json");
    const { obligations, dns } = JSON.parse(stdout);
    expect(obligations).toContainEqual({
      key: "ancien-domaine:vieille.example",
      label: "Ne plus garder l’ancien domaine vieille.example : retirer sa ligne de anciens_domaines",
      article: null,
      due: until,
    });
    expect(
      dns.filter(({ type }: { type: string }) => type === "MX").map(({ name }: { name: string }) => name),
    ).toEqual(["neuve.example", "neuve.example", "vieille.example", "vieille.example"]);
  });

  it("that drops the former domain later is reached under the new one alone, all mail kept", async () => {
    await town.write("vieille", before.replace("domaine: vieille.example", "domaine: neuve.example"));
    const { exitCode, stdout } = await town.bastide("up", "vieille", "--yes");
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringContaining("- réception de l’ancien domaine vieille.example retirée"),
    ]);
    expect(await deliver(town.lab, "accueil@vieille.example", "trop tard")).toMatch(/^5/);
    expect(await town.reaches("accueil@neuve.example", "accueil@neuve.example", password)).toBe(true);
    expect(await subjects(town.lab, "accueil@neuve.example", password)).toContain("avant le changement");
  });
});
