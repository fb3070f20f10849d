import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProgress } from "../../scripts/cli/index.ts";
import { docker } from "../../scripts/lab/docker.ts";
import {
  choosePassword,
  labDown,
  labPaths,
  labReset,
  labStatus,
  labUp,
  type PresentLab,
} from "../../scripts/lab/index.ts";
import { mailContainer } from "../../scripts/lab/mail-server.ts";
import { arrives, deliver, subjects, submit } from "./mail-lab/clients.ts";
import { hostState, processesOf } from "./mail-lab/host-state.ts";
import { type ZimbraAdmin, zimbraAdmin } from "./mail-lab/zimbra-admin.ts";
import { killHard } from "./processes.ts";

const paths = labPaths("mail-a");
const otherPaths = labPaths("mail-b");
const progress = createProgress();

async function present(which = paths): Promise<PresentLab> {
  const status = await labStatus(which);
  if (status.state === "absent") throw new Error(`lab ${status.lab} is absent`);
  return status;
}

describe("the lab's mail", () => {
  const before = hostState();
  let lab: PresentLab;
  let admin: ZimbraAdmin;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    await before;
    for (const one of [paths, otherPaths]) await labReset(one, progress);
    await labUp(paths, progress);
    lab = await present();
    admin = await zimbraAdmin(lab);
    await admin.createDomain("mairie.example");
    for (const name of ["accueil", "pleine", "verrou", "ferme", "nouveau", "double"]) {
      const quota = name === "pleine" ? { zimbraMailQuota: "20000" } : {};
      ids.set(name, await admin.createAccount(`${name}@mairie.example`, `secret-${name}`, quota));
    }
    await admin.addAlias(ids.get("accueil") ?? "", "contact@mairie.example");
    await admin.addAlias(ids.get("pleine") ?? "", "bondee@mairie.example");
    await admin.createList("elus@mairie.example", [
      "accueil@mairie.example",
      "verrou@mairie.example",
      "maire@orange.example",
    ]);
    await admin.modifyAccount(ids.get("verrou") ?? "", { zimbraAccountStatus: "locked" });
    await admin.modifyAccount(ids.get("ferme") ?? "", { zimbraAccountStatus: "closed" });
    await admin.modifyAccount(ids.get("nouveau") ?? "", { zimbraPasswordMustChange: "TRUE" });
    // Dovecot looks at its file of users once a second.
    await sleep(1_100);
  });

  afterAll(async () => {
    await admin?.close();
    for (const one of [paths, otherPaths]) await labReset(one, progress);
  });

  it.each([
    ["her own address", "accueil@mairie.example"],
    ["an alias", "contact@mairie.example"],
    ["a list she is on", "elus@mairie.example"],
  ])("is read over IMAP by the owner of a mailbox, sent to %s", async (_what, to) => {
    const subject = `à ${to}`;
    expect(await deliver(lab, to, subject)).toMatch(/^250 2\.0\.0 Ok: queued/);
    expect(await arrives(lab, "accueil@mairie.example", "secret-accueil", subject)).toBe(true);
  });

  it("is in the mailbox once when copies of it come at the same moment", async () => {
    const copies = Array.from({ length: 60 }, (_, index) => `copie ${index % 12}`);
    const to = "double@mairie.example";
    const sent = copies.map(async (subject) => {
      const messageId = `<${subject.replace(" ", "-")}@ailleurs.example>`;
      expect(await deliver(lab, to, subject, 0, messageId)).toMatch(/^250 /);
    });
    await Promise.all(sent);
    const queue = () => docker(paths, ["exec", mailContainer(paths), "postqueue", "-p"]);
    await expect.poll(queue).toBe("Mail queue is empty");
    const there = await subjects(lab, to, "secret-double");
    expect(there.toSorted()).toEqual([...new Set(copies)].toSorted());
  });

  it("is read with an alias as the login name, as in Zimbra", async () => {
    expect(await subjects(lab, "contact@mairie.example", "secret-accueil")).toContain(
      "à contact@mairie.example",
    );
  });

  it("goes no further than the lab when a list has an outside member", async () => {
    const files = await readdir(lab.outside);
    const texts = await Promise.all(files.map((file) => readFile(join(lab.outside, file), "utf8")));
    expect(texts.filter((text) => text.includes("X-Envelope-To: <maire@orange.example>"))).toHaveLength(1);
  });

  it.each([
    ["an unknown address", "personne@mairie.example", /^550 5\.1\.1 .*User unknown/],
    ["a closed account", "ferme@mairie.example", /^550 5\.1\.1 .*User unknown/],
    ["a foreign domain", "x@orange.example", /^554 5\.7\.1 .*Relay access denied/],
  ])("is refused for %s", async (_what, to, answer) => {
    expect(await deliver(lab, to, "refusé")).toMatch(answer);
  });

  it("is refused with 552 when the mailbox is full, also by its alias, and accepted again with more room", async () => {
    const id = ids.get("pleine") ?? "";
    expect(await deliver(lab, "pleine@mairie.example", "premier", 15_000)).toMatch(/^250 /);
    expect(await arrives(lab, "pleine@mairie.example", "secret-pleine", "premier")).toBe(true);
    for (const to of ["pleine@mairie.example", "bondee@mairie.example"]) {
      expect(await deliver(lab, to, "de trop", 15_000)).toMatch(/^552 5\.2\.2 .*Mailbox is full/);
    }
    await admin.modifyAccount(id, { zimbraMailQuota: "60000" });
    await expect.poll(() => deliver(lab, "pleine@mairie.example", "encore", 15_000)).toMatch(/^250 /);
  });

  it("is delivered to a locked account, whose owner can neither read nor send", async () => {
    const id = ids.get("verrou") ?? "";
    const login = { user: "verrou@mairie.example", pass: "secret-verrou" };
    expect(await deliver(lab, login.user, "attend")).toMatch(/^250 /);
    await expect(subjects(lab, login.user, login.pass)).rejects.toThrow();
    expect(await submit(lab, login, login.user, "accueil@mairie.example", "non")).toMatch(/^535 /);
    await admin.modifyAccount(id, { zimbraAccountStatus: "active" });
    await expect.poll(() => arrives(lab, login.user, login.pass, "attend").catch(() => false)).toBe(true);
  });

  it("is closed to who must first choose a new password, and open as soon as that is done", async () => {
    const address = "nouveau@mairie.example";
    await expect(subjects(lab, address, "secret-nouveau")).rejects.toThrow();
    await expect(choosePassword(paths, address, "faux", "choisi-par-moi")).rejects.toThrow(
      `Zimbra refuses the new password of ${address}: authentication failed for [${address}] (account.AUTH_FAILED).`,
    );
    await choosePassword(paths, address, "secret-nouveau", "choisi-par-moi");
    const read = (): Promise<string[] | null> => subjects(lab, address, "choisi-par-moi").catch(() => null);
    await expect.poll(read).toEqual([]);
  });

  it("is sent only under addresses of one's own", async () => {
    const login = { user: "accueil@mairie.example", pass: "secret-accueil" };
    const to = "pleine@mairie.example";
    expect(await submit(lab, login, "contact@mairie.example", to, "de contact")).toMatch(/^250 /);
    expect(await submit(lab, login, to, login.user, "usurpé")).toMatch(/^553 5\.7\.1 .*not owned by user/);
  });

  it("follows a renamed account", async () => {
    const id = await admin.createAccount("s.dupont@mairie.example", "secret-sophie");
    await sleep(1_100);
    await deliver(lab, "s.dupont@mairie.example", "avant");
    expect(await arrives(lab, "s.dupont@mairie.example", "secret-sophie", "avant")).toBe(true);
    await admin.renameAccount(id, "s.martin@mairie.example");
    const read = (): Promise<string[]> =>
      subjects(lab, "s.martin@mairie.example", "secret-sophie").catch(() => []);
    await expect.poll(read).toContain("avant");
  });

  it("is there after a restart, at the same addresses, and after everything was killed", async () => {
    const bySeconds = async (work: () => Promise<void>): Promise<number> => {
      const started = performance.now();
      await work();
      return (performance.now() - started) / 1000;
    };
    await labDown(paths, progress);
    expect((await present()).state).toBe("down");
    expect(await processesOf(paths)).toEqual([]);
    expect(await bySeconds(() => labUp(paths, progress))).toBeLessThan(60);
    expect(await present()).toEqual(lab);
    expect(await subjects(lab, "accueil@mairie.example", "secret-accueil")).toHaveLength(3);

    const running = await processesOf(paths);
    expect(running.length).toBeGreaterThan(3);
    for (const { pid } of running) killHard(pid);
    await labUp(paths, progress);
    expect(await present()).toEqual(lab);
    expect(await subjects(lab, "accueil@mairie.example", "secret-accueil")).toHaveLength(3);
    const again: number[] = [];
    for (let round = 0; round < 3; round += 1) again.push(await bySeconds(() => labUp(paths, progress)));
    // The best of three, since another file of tests keeps the processors busy beside it.
    expect(Math.min(...again)).toBeLessThan(5);
  });

  it("is each lab's own when two run side by side", async () => {
    await labUp(otherPaths, progress);
    const other = await present(otherPaths);
    expect(other.state).toBe("up");
    expect((await present()).state).toBe("up");
    expect([other.imap.host, other.zimbra.admin.password]).not.toContain(lab.imap.host);
    expect(await deliver(other, "accueil@mairie.example", "ailleurs")).toMatch(/^554 5\.7\.1/);
    await expect(subjects(other, "accueil@mairie.example", "secret-accueil")).rejects.toThrow();
  });

  it("leaves nothing of the host changed, running or stopped", async () => {
    expect(await hostState()).toEqual(await before);
    for (const one of [paths, otherPaths]) await labDown(one, progress);
    expect(await hostState()).toEqual(await before);
    for (const one of [paths, otherPaths]) expect(await processesOf(one)).toEqual([]);
  });
});
