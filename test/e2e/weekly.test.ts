import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deliver, submit } from "./mail-lab/clients.ts";
import { type ZimbraAdmin, zimbraAdmin } from "./mail-lab/zimbra-admin.ts";
import { town } from "./town.ts";
import { WeeklyLab } from "./weekly-lab.ts";

const dayIn = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const [lastWeek, until] = [dayIn(-7), dayIn(150)];

/** The tasks of `docs/weekly.md`, one after the other on one collectivité, with mail read after each. */
describe("the weekly work on mailboxes", () => {
  let lab: WeeklyLab;
  let admin: ZimbraAdmin;
  let file = town("semaine");
  const patient = { timeout: 20_000, interval: 500 };

  beforeAll(async () => {
    lab = await WeeklyLab.start("semaine");
    admin = await zimbraAdmin(lab.lab);
    await lab.up(file);
    for (const local of ["accueil", "s.martin", "maire", "urbanisme"]) {
      await lab.firstLogin(local);
      await deliver(lab.lab, lab.address(local), `à ${local}`);
    }
  });
  afterAll(async () => {
    await admin?.close();
    await lab?.[Symbol.asyncDispose]();
  });

  const arrives = (local: string, subject: string) =>
    expect.poll(() => lab.inbox(local), patient).toContain(subject);
  const unchanged = async () =>
    expect((await lab.bastide("preview", "semaine", "--refresh", "--exit-code")).exitCode).toBe(0);
  const change = (from: string | RegExp, to: string) => {
    const next = file.replace(from, to);
    expect(next).not.toBe(file);
    return next;
  };

  it("a forgotten password: the old one is refused, the new one is chosen, the mail is there", async () => {
    const before = lab.login("maire");
    const reset = await lab.bastide("password", "semaine", "maire", "--reset");
    expect(reset.stderr).toContain(
      "New first password of maire@semaine.example, to be changed at the first login.",
    );
    await expect.poll(() => lab.inbox("maire"), patient).toBeNull();
    await lab.firstLogin("maire", "--reset");
    expect(lab.login("maire")).not.toEqual(before);
    await arrives("maire", "à maire");
  });

  it("a rename: same mail under the new name and the old one, and lists that had the old address follow", async () => {
    const id = await lab.zimbraId(lab.address("s.martin"));
    file = change("adresse: s.martin,", "adresse: s.durand, avant: s.martin,");
    expect(file).toContain("membres: [maire, s.martin,");
    expect(await lab.up(file)).toContain(
      "~ boîte s.martin@semaine.example → s.durand@semaine.example renommée, même courrier",
    );
    expect(await lab.zimbraId(lab.address("s.durand"))).toBe(id);
    await deliver(lab.lab, lab.address("elus"), "aux élus");
    await deliver(lab.lab, lab.address("s.martin"), "à l’ancienne adresse");
    for (const subject of ["à s.martin", "aux élus", "à l’ancienne adresse"])
      await expect.poll(() => lab.inbox("s.martin", "s.durand"), patient).toContain(subject);
    await unchanged();
  });

  it("somebody leaves: locked out, mail forwarded, senders answered, and an obligation with its date", {
    timeout: 600_000,
  }, async () => {
    const open = file;
    const reponse = "Je suis partie. Écrivez à accueil@semaine.example.";
    const depart = `depart: { jusqua: ${until}, transfert: accueil, reponse: "${reponse}" }`;
    file = change("nom: Urbanisme }", `nom: Urbanisme, ${depart} }`);
    await lab.write(file);
    expect(await lab.preview()).toEqual([
      `  ~ boîte urbanisme@semaine.example sera verrouillée, courrier transféré à accueil@semaine.example, réponse automatique jusqu’au ${until}`,
    ]);
    await lab.up(file);
    await expect.poll(() => lab.inbox("urbanisme"), patient).toBeNull();
    const { user } = lab.login("urbanisme");
    expect(await submit(lab.lab, lab.login("urbanisme"), user, user, "non")).toMatch(/^535 /);

    const sender = lab.login("maire");
    expect(await submit(lab.lab, sender, sender.user, user, "permis")).toMatch(/^250 /);
    await arrives("accueil", "permis");
    await arrives("maire", "Re: permis");
    await deliver(lab.lab, user, "dehors");
    await arrives("accueil", "dehors");
    await expect
      .poll(async () => (await lab.outside()).find((text) => text.includes("Re: dehors")), patient)
      .toContain("X-Envelope-To: <quelqu-un@ailleurs.example>");
    await unchanged();
    const { stdout } = await lab.bastide("outputs", "semaine", "obligations", "--json");
    expect(JSON.parse(stdout)).toContainEqual({
      key: "fermeture:urbanisme@semaine.example",
      label:
        "Fermer la boîte urbanisme@semaine.example, dont la personne est partie : retirer ses lignes de la fiche",
      article: null,
      due: until,
    });

    await lab.up(file.replace(until, lastWeek));
    const check = await lab.bastide("check", "semaine");
    expect(check.exitCode).toBe(0);
    expect(check.stdout).toContain("[DEPARTURE_PAST]");
    const past = `échéance du ${lastWeek} passée : Fermer la boîte urbanisme@semaine.example, dont la personne est partie : retirer ses lignes de la fiche`;
    expect((await lab.bastide("preview", "semaine")).stdout).toContain(`warning: ${past}`);
    expect((await lab.bastide("outputs", "semaine")).stderr).toContain(`semaine: ${past}`);
    const late = lab.login("accueil");
    await submit(lab.lab, late, late.user, user, "trop tard");
    await arrives("accueil", "trop tard");

    await lab.write(open);
    expect(await lab.preview()).toEqual([
      "  ~ boîte urbanisme@semaine.example sera rouverte, transfert à accueil@semaine.example arrêté, réponse automatique arrêtée",
    ]);
    file = open;
    await lab.up(file);
    for (const subject of ["à urbanisme", "permis", "dehors", "trop tard"])
      await arrives("urbanisme", subject);
    await deliver(lab.lab, user, "de retour");
    await arrives("urbanisme", "de retour");
    const kept = await lab.inbox("accueil");
    expect(kept).not.toContain("de retour");
    expect(kept).not.toContain("Re: trop tard");
    await unchanged();
  });

  it("an alias moves to somebody else, in one commit, and lists that have it go on reaching it", async () => {
    file = file.replace("membres: [accueil, urbanisme]", "membres: [contact, urbanisme]");
    await lab.up(file);
    file = change("alias: [contact, mairie]", "alias: [mairie]").replace(
      "alias: [m.le.maire]",
      "alias: [m.le.maire, contact]",
    );
    await lab.up(file);
    await deliver(lab.lab, lab.address("contact"), "au contact");
    await deliver(lab.lab, lab.address("services"), "aux services");
    await arrives("maire", "au contact");
    await arrives("maire", "aux services");
    expect(await lab.inbox("accueil")).not.toContain("au contact");
    await unchanged();
  });

  it("a list becomes an alias and a list again, each in one commit, with its members", async () => {
    const before = file;
    const id = await lab.zimbraId(lab.address("elus"));
    file = change(/ {4}- \{ adresse: elus,.*\n/, "").replace(
      "[m.le.maire, contact]",
      "[m.le.maire, contact, elus]",
    );
    const printed = await lab.up(file);
    expect(printed).toContain("- liste elus@semaine.example fermée, membres conservés");
    expect(printed).toContain("~ boîte maire@semaine.example modifiée : alias +elus@semaine.example");
    await deliver(lab.lab, lab.address("elus"), "à l’alias");
    await arrives("maire", "à l’alias");
    expect(await lab.inbox("s.martin", "s.durand")).not.toContain("à l’alias");
    await unchanged();

    file = before;
    await lab.up(file);
    expect(await lab.zimbraId(lab.address("elus"))).toBe(id);
    await deliver(lab.lab, lab.address("elus"), "de nouveau une liste");
    await arrives("maire", "de nouveau une liste");
    await expect.poll(() => lab.inbox("s.martin", "s.durand"), patient).toContain("de nouveau une liste");
    await unchanged();
  });

  it("a mailbox closed by mistake is opened again: the same one, with its mail and its password", async () => {
    const id = await lab.zimbraId(lab.address("urbanisme"));
    const open = file;
    file = change(/ {4}- \{ adresse: urbanisme,.*\n/, "").replace("[contact, urbanisme]", "[contact]");
    expect(await lab.up(file)).toContain("- boîte urbanisme@semaine.example fermée, courrier conservé");
    await expect.poll(() => lab.inbox("urbanisme"), patient).toBeNull();
    expect(await deliver(lab.lab, lab.address("urbanisme"), "pendant la fermeture")).toMatch(/^250 /);
    file = open;
    await lab.up(file);
    expect(await lab.zimbraId(lab.address("urbanisme"))).toBe(id);
    for (const subject of ["à urbanisme", "de retour", "pendant la fermeture"])
      await arrives("urbanisme", subject);
    await unchanged();
  });

  it("a lockout that the system set is no drift, and etat locks without it", async () => {
    const id = await lab.zimbraId(lab.address("accueil"));
    await admin.modifyAccount(id, { zimbraAccountStatus: "lockout" });
    await unchanged();
    await admin.modifyAccount(id, { zimbraAccountStatus: "active" });
    const locked = change("nom: Le maire,", "nom: Le maire, etat: verrouillee,");
    expect(await lab.up(locked)).toContain("~ boîte maire@semaine.example verrouillée");
    await expect.poll(() => lab.inbox("maire"), patient).toBeNull();
    expect(await lab.up(file)).toContain("~ boîte maire@semaine.example rouverte");
    await arrives("maire", "à maire");
    await lab.write(change("nom: Le maire,", "nom: Le maire, etat: closed,"));
    const { exitCode, stdout } = await lab.bastide("check", "semaine");
    expect(exitCode).toBe(1);
    expect(stdout).toContain('expected ouverte or verrouillee, got "closed"');
    await lab.write(file);
  });
});
