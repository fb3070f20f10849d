import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deliver, subjects } from "./mail-lab/clients.ts";
import { MailTown } from "./mail-town.ts";
import { town as townText } from "./town.ts";

const boxes = ["accueil", "s.martin", "maire", "urbanisme"] as const;
const aliasesOf: Readonly<Record<string, readonly string[]>> = {
  accueil: ["contact", "mairie"],
  maire: ["m.le.maire"],
};
const password = (of: string) => `choisi-par-moi-${of}-1`;

/** The mailbox of commune A keeps its name, that of commune B gets another one. */
function boxLine(giver: string, name: string): string {
  const address = giver === "rive-a" ? name : `${name}.b`;
  const aliases = (aliasesOf[name] ?? []).map((alias) => `"${alias}@${giver}.example"`);
  return `    - { adresse: ${address}, nom: ${name} de ${giver}, avant: "${name}@${giver}.example", alias: [${aliases.join(", ")}] }\n`;
}

function listLine(giver: string, name: string, members: readonly string[]): string {
  const end = giver === "rive-a" ? "" : ".b";
  const inside = members.map((member) => `${member}${end}`).join(", ");
  return `    - { adresse: ${name}${end}, avant: "${name}@${giver}.example", membres: [${inside}] }\n`;
}

const communes = ["rive-a", "rive-b"] as const;
const nouvelle = townText("deux-rives")
  .replace(
    "  boites:\n",
    "  anciens_domaines:\n" +
      communes.map((one) => `    - { domaine: ${one}.example, de: ${one}, jusqua: 2029-12-31 }\n`).join("") +
      "  boites:\n",
  )
  .replace(
    /( {2}boites:\n)[\s\S]*?( {2}listes:\n)[\s\S]*$/,
    (_all, before: string, between: string) =>
      before +
      communes.flatMap((one) => boxes.map((name) => boxLine(one, name))).join("") +
      between +
      communes
        .flatMap((one) => [
          listLine(one, "elus", ["maire", "s.martin"]),
          listLine(one, "services", ["accueil", "urbanisme"]),
        ])
        .join(""),
  );
const merged = (slug: string) =>
  townText(slug).replace(
    "  etat: active\n",
    "  etat: fusionnee\n  fusion: { dans: deux-rives, effet: 2027-01-01 }\n",
  );

describe("two communes that become one", () => {
  let town: MailTown;

  beforeAll(async () => {
    town = await MailTown.open({ "rive-a": townText("rive-a"), "rive-b": townText("rive-b") });
    for (const one of communes) {
      expect(await town.bastide("up", one, "--yes")).toMatchObject({ exitCode: 0 });
      await town.firstLogin(one, `accueil@${one}.example`, password(one));
      await town.firstLogin(one, `maire@${one}.example`, password(one));
      expect(await deliver(town.lab, `accueil@${one}.example`, `avant la fusion, ${one}`)).toMatch(/^250 /);
    }
  });
  afterAll(async () => {
    await town?.[Symbol.asyncDispose]();
  });

  it("is refused before anything is called while one of them says nothing of it", async () => {
    await town.write("deux-rives", nouvelle);
    await town.write("rive-a", merged("rive-a"));
    const { exitCode, stdout, stderr } = await town.bastide("up", "deux-rives", "--yes");
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toContain(
      "expected rive-b to say that it merges, got no fusion: { dans: deux-rives } in its file",
    );
  });

  it("tells what is taken over, from whom, and that the mail is kept", async () => {
    await town.write("rive-b", merged("rive-b"));
    const { stdout } = await town.bastide("preview", "deux-rives");
    expect(stdout).toContain(
      "+ boîte accueil@deux-rives.example : reprise de accueil@rive-a.example (rive-a), courrier conservé",
    );
    expect(stdout).toContain(
      "+ boîte accueil.b@deux-rives.example : reprise de accueil@rive-b.example (rive-b), courrier conservé",
    );
  });

  it("loses nobody's mailbox for a minute when a giver is deployed before the taker", async () => {
    const { exitCode } = await town.bastide("up", "rive-b", "--yes");
    expect(exitCode).toBe(0);
    expect(await subjects(town.lab, "accueil@rive-b.example", password("rive-b"))).toContain(
      "avant la fusion, rive-b",
    );
  });

  it("converges when the engine is killed in the middle, and then nothing is left to do", async () => {
    await town.killedAt("accueil.b@deux-rives.example", "up", "deux-rives", "--yes");
    const up = await town.bastide("up", "deux-rives", "--yes");
    expect([up.exitCode, up.stdout, up.stderr]).toEqual([0, expect.any(String), expect.any(String)]);
    expect(await town.bastide("up", "rive-a", "--yes")).toMatchObject({ exitCode: 0 });
    for (const slug of ["deux-rives", ...communes]) {
      expect(await town.bastide("preview", slug, "--refresh", "--exit-code")).toMatchObject({ exitCode: 0 });
    }
  });

  it.each(communes)("keeps the mail and password of %s, whose every old address arrives", async (one) => {
    const end = one === "rive-a" ? "" : ".b";
    const accueil = `accueil${end}@deux-rives.example`;
    await expect.poll(() => subjects(town.lab, accueil, password(one))).toContain(`avant la fusion, ${one}`);
    for (const to of [
      `accueil@${one}.example`,
      `contact@${one}.example`,
      `services@${one}.example`,
      accueil,
    ]) {
      expect(await town.reaches(to, accueil, password(one))).toBe(true);
    }
    const maire = `maire${end}@deux-rives.example`;
    for (const to of [`elus@${one}.example`, `m.le.maire@${one}.example`]) {
      expect(await town.reaches(to, maire, password(one))).toBe(true);
    }
  });
});
