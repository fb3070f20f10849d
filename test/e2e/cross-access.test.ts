/** Two collectivités with every service: what belongs to one is tried with all that the other has, and no secret shows. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { checkoutRoot, node24 } from "../../scripts/engine/checkout.mjs";
import { docker } from "../../scripts/lab/docker.ts";
import { choosePassword, labStatus, type PresentLab } from "../../scripts/lab/index.ts";
import type { Person, Refusal } from "../providers/cdg/sftpgo/people.ts";
import { type BackupLogin, statusOf } from "./backup/client.ts";
import { FilesRig } from "./files/rig.ts";
import { testLab } from "./lab.setup.ts";
import { subjects, submit } from "./mail-lab/clients.ts";
import { credentialsOf, secretsInState, Traces } from "./traces.ts";

const all = `partage: { utilisateurs: [accueil] }
transfert: { utilisateurs: [accueil] }
sauvegarde: { sources: [bureautique] }
antivirus: { postes: 1 }
`;
const shown = z.object({ password: z.string() });
const services = z.object({ services: z.object({ backup: z.object({ url: z.string() }) }) });
const mailPassword = "Moulin-de-Lias-82";

let rig: FilesRig;
let lab: PresentLab;
let theirs: { readonly backup: BackupLogin; readonly link: string };
let ours: { readonly backup: BackupLogin; readonly person: Person; readonly mail: string };

beforeAll(async () => {
  const status = await labStatus(testLab);
  if (status.state === "absent") throw new Error("the test lab is not up");
  lab = status;
  rig = await FilesRig.start();
  for (const slug of ["sos", "lias"]) await rig.write(slug, all);
  await rig.run("up", "sos", "lias", "--yes");
  const owner = await rig.person("sos", "accueil");
  expect(await owner.upload("/partage/paie.ods", "secret")).toBeNull();
  expect(await owner.upload("/transfert/plan.pdf", "secret")).toBeNull();
  const link = await owner.link({
    name: "plan",
    scope: 1,
    paths: ["/transfert/plan.pdf"],
    password: "Gélise-12",
  });
  theirs = { backup: await backupOf("sos"), link };
  const mail = "accueil@lias.example";
  await choosePassword(testLab, mail, await passwordOf("lias", mail), mailPassword);
  expect(await subjects(lab, mail, mailPassword)).toEqual([]);
  ours = { backup: await backupOf("lias"), person: await rig.person("lias", "accueil"), mail };
  expect(await statusOf(ours.backup)).toBe(200);
}, 900_000);

afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

async function passwordOf(slug: string, name: string): Promise<string> {
  return shown.parse(JSON.parse(await rig.run("password", slug, name, "--json"))).password;
}

async function backupOf(slug: string): Promise<BackupLogin> {
  const { url } = services.parse(JSON.parse(await rig.run("outputs", slug, "--json"))).services.backup;
  const [password, key] = [await passwordOf(slug, "sauvegarde"), await passwordOf(slug, "sauvegarde-cle")];
  return { url, user: slug, password, key, caFile: testLab.caFile };
}

/** What somebody without an account is answered. */
async function anonymous(path: string, method = "GET"): Promise<number> {
  return (await fetch(new URL(path, rig.places.url), { method })).status;
}

const statusIn = (refusal: Refusal | null) => refusal?.status ?? "taken";
const failure = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What is tried, and what is answered. */
const tries: readonly (readonly [string, () => Promise<unknown>, unknown])[] = [
  ["backup, with the other's login", () => statusOf({ ...ours.backup, url: theirs.backup.url }), 401],
  [
    "backup, as its user with the other's password",
    () => statusOf({ ...theirs.backup, password: ours.backup.password }),
    401,
  ],
  [
    "share, web client: a path of the other's folder",
    () => ours.person.download("/partage/../../sos.partage/paie.ods").catch(failure),
    expect.stringMatching(/HTTP 40[034]/),
  ],
  [
    "share, WebDAV: the same",
    async () => statusIn(await ours.person.dav("GET", "/partage/../../sos.partage/paie.ods")),
    404,
  ],
  [
    "share, SFTP: the same",
    () => ours.person.sftpRead("/srv/sftpgo/folders/sos.partage/paie.ods").catch(failure),
    expect.stringMatching(/no such file|permission denied/i),
  ],
  ["share, WebDAV: nobody", () => anonymous("dav/partage/paie.ods"), 401],
  [
    "transfer, the other's links",
    async () => statusIn(await ours.person.http("GET", `/user/shares/${theirs.link}`)),
    404,
  ],
  [
    "transfer, the other's link taken away",
    async () => statusIn(await ours.person.http("DELETE", `/user/shares/${theirs.link}`)),
    404,
  ],
  ["transfer, the link without its password", () => anonymous(`api/v2/shares/${theirs.link}`), 401],
  [
    "mailbox, IMAP with the other's password",
    () => subjects(lab, "accueil@sos.example", mailPassword).catch(() => "refused"),
    "refused",
  ],
  [
    "mailbox, mail sent in the other's name",
    () => submit(lab, { user: ours.mail, pass: mailPassword }, "accueil@sos.example", ours.mail, "faux"),
    expect.stringMatching(/^553 5\.7\.1 .*not owned by user/),
  ],
];

/** `pulumi` by hand, as after `source <(npx bastide env)`. */
async function unchanged(stack: string): Promise<number | undefined> {
  const env = z.record(z.string(), z.string()).parse(JSON.parse(await rig.run("env", "--json")));
  const { exitCode } = await execa(
    "pulumi",
    ["preview", "--stack", stack, "--expect-no-changes", "--non-interactive"],
    { cwd: checkoutRoot, env: { ...env, BASTIDE_TENANTS: rig.tenants }, stdin: "ignore", reject: false },
  );
  return exitCode;
}

/** Of every service of the Swarm: its version, and the tasks that it wants to run. */
async function running(): Promise<readonly string[]> {
  const names = (await docker(testLab, ["service", "ls", "--format", "{{.Name}}"])).split("\n").toSorted();
  const wanted = ["--filter", "desired-state=running", "--quiet", "--no-trunc"];
  return await Promise.all(
    names.map(async (name) => {
      const version = await docker(testLab, ["service", "inspect", "--format", "{{.Version.Index}}", name]);
      return `${name} ${version} ${await docker(testLab, ["service", "ps", ...wanted, name])}`;
    }),
  );
}

describe("a collectivité with all six services, deployed again (pains A12)", () => {
  it("is unchanged for pulumi by hand, as the platform is, and no task of the Swarm is started anew", async () => {
    const before = await running();
    expect(before.map((line) => line.split(" ")[0])).toEqual(
      expect.arrayContaining(["backup-lias", "backup-sos", "edge", "postgres", "sftpgo"]),
    );
    for (const stack of ["platform", "sos"]) expect([stack, await unchanged(stack)]).toEqual([stack, 0]);
    const refreshed = await rig.run("up", "sos", "--yes", "--refresh");
    expect(refreshed.split("\n").filter((line) => line.includes("dérive"))).toEqual([]);
    for (const stack of ["platform", "sos"]) expect([stack, await unchanged(stack)]).toEqual([stack, 0]);
    expect(await running()).toEqual(before);
  });
});

describe("one collectivité against the other", () => {
  it.for(tries)("%s: refused", async ([what, attempt, answer]) => {
    const got = await attempt();
    console.log(`${what}: ${String(got)}`);
    expect(got).toEqual(answer);
  });

  it("a file that claims the other's domain for its mail and its relay document: refused before anything runs", async () => {
    await rig.write("voleur", "", "sos.example");
    const { exitCode, stdout, stderr } = await rig.bastide("up", "voleur", "--yes");
    expect(exitCode).toBe(1);
    expect(`${stdout}${stderr}`).toContain("[DOMAIN_TAKEN]");
  });
});

/** Runs `bastide` where no address but the machine's own answers, and the Docker engine's socket is not there. */
async function cutOff(...args: readonly string[]) {
  const cut = 'ip link set lo up && mount -t tmpfs none "$1" && shift && exec "$@"';
  const command = [node24(), join(checkoutRoot, "scripts/bastide.ts"), ...args];
  return await execa("unshare", ["--net", "--mount", "sh", "-c", cut, "sh", testLab.runDir, ...command], {
    cwd: checkoutRoot,
    env: { PULUMI_BACKEND_URL: testLab.backendUrl, BASTIDE_TENANTS: rig.tenants },
    reject: false,
    stdin: "ignore",
  });
}

describe("a collectivité with every service in which nothing changed", () => {
  it("is previewed without a call to any system", async () => {
    const { exitCode, stdout } = await cutOff("preview", "lias");
    expect(stdout).toMatch(/^lias: rien à changer$/m);
    expect(exitCode).toBe(0);
    const compared = await cutOff("preview", "lias", "--refresh");
    expect(compared.exitCode).toBe(3);
  });
});

describe("secrets of the platform and of its collectivités", () => {
  it("stand in clear nowhere: state, history, backups, outputs, arguments, logs, what the Swarm shows", async () => {
    const traces = new Traces();
    // Restic is handed no variable of ours, so all of the machine's processes are looked at.
    const watched = (...args: readonly string[]) => traces.watch(args.join(" "), null, rig.bastide(...args));
    await rig.write("sos", all.replace("[accueil]", "[accueil, s.martin]"));
    await watched("up", "platform", "--yes", "--refresh");
    await watched("up", "sos", "--yes", "--refresh", "--diff");
    await watched("outputs", "sos", "--json");
    for (const folder of [testLab.stateDir, testLab.logsDir, join(testLab.dir, "results")])
      await traces.addFiles(folder);
    for (const place of [".pulumi/stacks/", ".pulumi/history/", ".pulumi/backups/"])
      expect([place, traces.has(place)]).toEqual([place, true]);
    for (const kind of ["service", "config", "secret", "container"]) {
      const names = (await docker(testLab, [kind, "ls", "--quiet"])).split("\n").filter(Boolean);
      for (const name of names) traces.add(`${kind} ${name}`, await docker(testLab, [kind, "inspect", name]));
    }
    const secrets = await credentialsOf(testLab);
    expect(Object.keys(secrets)).toEqual(
      expect.arrayContaining(["zimbra-admin", "gravityzone-key", "sftpgo-admin", "backup-key", "relay-key"]),
    );
    // The connection of a remote command is a secret to its plugin; its host is none.
    const open = await readFile(testLab.cdgFile, "utf8");
    for (const slug of ["platform", "sos", "lias"])
      for (const [name, text] of Object.entries(await secretsInState(testLab, slug)))
        if (!open.includes(text)) secrets[name] = text;
    // PostgreSQL's password, a backup's login and key, first passwords of mailboxes and files.
    const known = Object.values(secrets);
    const database = known
      .find((text) => text.startsWith("*:*:*:sftpgo:"))
      ?.split(":")[4]
      ?.trim();
    if (database === undefined) throw new Error("the platform's state knows no password of its database");
    expect(known).toEqual(expect.arrayContaining([theirs.backup.password, theirs.backup.key]));
    expect(traces.hits({ ...secrets, database })).toEqual([]);
  });
});
