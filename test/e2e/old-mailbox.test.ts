import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { ImapFlow } from "imapflow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createProgress } from "../../scripts/cli/index.ts";
import { checkoutRoot, node24 } from "../../scripts/engine/checkout.mjs";
import { docker } from "../../scripts/lab/docker.ts";
import {
  choosePassword,
  type EndpointStatus,
  labStatus,
  labUp,
  type PresentLab,
} from "../../scripts/lab/index.ts";
import { oldPasswordFile, oldProviderDir } from "../../scripts/lab/old-provider/mailboxes.ts";
import { oldProviderContainer } from "../../scripts/lab/old-provider/server.ts";
import { hashPassword } from "../../scripts/lab/zimbra/passwords.ts";
import type { StackReport } from "../../scripts/stack/report.ts";
import { testLab } from "./lab.setup.ts";
import { deployPlatform } from "./lab-command.ts";
import { type ZimbraAdmin, zimbraAdmin } from "./mail-lab/zimbra-admin.ts";
import { processesWith } from "./processes.ts";

const old = "mairie@ancien-fournisseur.example";
const accueil = "accueil@releve.example";
const mark = "old-mailbox";
const collected = [
  "INBOX.Envoyés: Réponse à la préfecture",
  "INBOX.INBOX: Bienvenue chez votre ancien fournisseur",
  "INBOX.INBOX: Convocation du conseil municipal",
  "INBOX.Marchés publics.École: Devis de la toiture",
];
const sourcesReply = z.object({ dataSource: z.array(z.object({ id: z.string() })).default([]) });

/** A collectivité whose `accueil` collects, or not, and that has one more mailbox. */
const file = (accueilMore: string, other = "maire") => `collectivite:
  nom: Commune de la Relève
  siren: "217500016"
  type: commune
  population: 900
  contact: { nom: Secrétariat, courriel: mairie.releve@orange.example }
convention: { forfait: technologie-plus, deliberation: 2026-03-12, effet: 2026-04-01 }
messagerie:
  domaine: releve.example
  boites:
    - { adresse: accueil, nom: Accueil, ${accueilMore} }
    - { adresse: ${other}, nom: Une autre }
`;
const collecting = `quota: 5 Go, ancienne: ${old}`;

describe("the collection of an old mailbox, on the lab", () => {
  let lab: PresentLab;
  let admin: ZimbraAdmin;
  let tenants: string;
  const passwords = {
    wrong: "canary-wr0ng-old",
    first: "",
    second: "canary-s3cond-old&<é",
    own: "Choisi-par-moi-1",
  };
  /** Everything that commands printed, and the arguments of all processes meanwhile. */
  const seen: string[] = [];

  beforeAll(async () => {
    const status = await labStatus(testLab);
    if (status.state === "absent") throw new Error("the lab is absent");
    lab = status;
    admin = await zimbraAdmin(lab);
    tenants = await mkdtemp(join(tmpdir(), "bastide-releve-"));
    await deployPlatform(tenants);
    passwords.first = await readFile(oldPasswordFile(testLab, old), "utf8");
  });
  afterAll(async () => {
    await admin.close();
    await rm(tenants, { recursive: true, force: true });
    await labUp(testLab, createProgress());
  });

  const declare = async (text: string) => await writeFile(join(tenants, "releve.yaml"), text);

  async function bastide(args: readonly string[], input?: string) {
    const lines = new Set<string>();
    const run = execa(node24(), [join(checkoutRoot, "scripts/bastide.ts"), ...args], {
      cwd: checkoutRoot,
      env: { PULUMI_BACKEND_URL: testLab.backendUrl, BASTIDE_TENANTS: tenants, BASTIDE_TEST_MARK: mark },
      ...(input === undefined ? { stdin: "ignore" } : { input }),
      reject: false,
    });
    let running = true;
    const watching = (async () => {
      for (; running; await sleep(300))
        for (const { command } of await processesWith(`BASTIDE_TEST_MARK=${mark}`)) lines.add(command);
    })();
    const result = await run;
    running = false;
    await watching;
    seen.push(result.stdout, result.stderr, ...lines);
    return result;
  }

  async function report(...args: string[]): Promise<StackReport & { readonly exitCode: number | undefined }> {
    const { stdout, stderr, exitCode } = await bastide([...args, "--json"]);
    const [only] = JSON.parse(stdout || "{}").stacks ?? [];
    if (only === undefined) throw new Error(`no report: ${stdout}${stderr}`);
    return { ...only, exitCode };
  }

  const up = async (...options: string[]) => await report("up", "releve", "--yes", ...options);
  const inShort = ({ changes }: StackReport) =>
    changes
      .filter(({ type }) => !type.startsWith("bastide:"))
      .map(({ kind, subject }) => `${kind} ${subject}`);
  const givePassword = async (password: string) =>
    await bastide(["secret", "set", "releve", `ancienne:${old}`], password);

  async function accountId(): Promise<string> {
    const answer = await admin.call("GetAccount", { account: { by: "name", _content: accueil } });
    return z.object({ account: z.tuple([z.object({ id: z.string() })]) }).parse(answer).account[0].id;
  }

  async function sources(): Promise<readonly string[]> {
    const { dataSource } = sourcesReply.parse(await admin.call("GetDataSources", { id: await accountId() }));
    return dataSource.map(({ id }) => id);
  }

  /** `folder: subject` of every message below the inbox. */
  async function mail(at: EndpointStatus, user: string, pass: string): Promise<readonly string[]> {
    return await withClient(at, user, pass, async (client) => {
      const found: string[] = [];
      for (const { path } of (await client.list()).filter(({ flags }) => !flags.has("\\Noselect"))) {
        const { exists } = await client.mailboxOpen(path, { readOnly: true });
        const messages = exists === 0 ? [] : await client.fetchAll("1:*", { envelope: true });
        found.push(...messages.map(({ envelope }) => `${path}: ${envelope?.subject ?? ""}`));
      }
      return found.toSorted();
    });
  }

  async function withClient<T>(
    { host, port, caFile }: EndpointStatus,
    user: string,
    pass: string,
    work: (client: ImapFlow) => Promise<T>,
  ): Promise<T> {
    const tls = { ca: await readFile(caFile, "utf8") };
    const client = new ImapFlow({ host, port, secure: true, auth: { user, pass }, tls, logger: false });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.logout();
    }
  }
  const mine = async () => await mail(lab.imap, accueil, passwords.own);

  it("waits for its password: everything else is made, and the obligation says how to give it", async () => {
    await declare(file(collecting));
    const done = await up();
    expect(done.exitCode).toBe(0);
    expect(done.warnings).toEqual([
      `Donner le mot de passe de ${old}, à relever dans ${accueil} : npx bastide secret set releve ancienne:${old}`,
    ]);
    expect(await sources()).toEqual([]);
    const { stdout } = await bastide(["outputs", "releve", "obligations"]);
    expect(stdout).toContain(`ancienne:${old}`);
    const first = (await bastide(["password", "releve", "accueil"])).stdout.split("\n")[0] ?? "";
    await choosePassword(testLab, accueil, first, passwords.own);
  });

  it("wrong old password: ends with 3 and says so, everything else of the run is done, closings too", async () => {
    await givePassword(passwords.wrong);
    await declare(file(collecting, "urbanisme"));
    const done = await up();
    expect([done.exitCode, done.status]).toEqual([3, "failed"]);
    expect(done.errors).toEqual([
      `releve: up: OldMailbox accueil: IMAP login ${old}: ${lab.oldProvider.host}:${lab.oldProvider.port} refuses the ` +
        `password of ${old} (Authentication failed.). Give the right one: npx bastide secret set releve ancienne:${old} ` +
        "[imap.AUTHENTICATIONFAILED]",
    ]);
    expect(inShort(done)).toEqual(
      expect.arrayContaining(["create urbanisme@releve.example", "close maire@releve.example"]),
    );
    expect(await sources()).toEqual([]);
  });

  it("old mailbox larger than the quota: refused before any copy, with both figures", async () => {
    await givePassword(passwords.first);
    await declare(file(`quota: "0,001 Mo", ancienne: ${old}`, "urbanisme"));
    const done = await up();
    expect(done.exitCode).toBe(3);
    expect(done.errors[0]).toMatch(
      /the old mailbox holds 1\.\d+ ko \(1\d{3} bytes\) in 4 messages, the quota of accueil@releve\.example is 1 ko \(1000 bytes\)\. Nothing was copied/,
    );
    expect(await sources()).toEqual([]);
    expect(await mine()).toEqual([]);
  });

  it("former provider down: ends with 3 and names it", async () => {
    await declare(file(collecting, "urbanisme"));
    await docker(testLab, ["stop", oldProviderContainer(testLab)]);
    const done = await up();
    await docker(testLab, ["start", oldProviderContainer(testLab)]);
    expect(done.exitCode).toBe(3);
    expect(done.errors[0]).toMatch(
      /OldMailbox accueil: IMAP connect .*no usable answer from .*\[imap\.ECONNREFUSED\]$/s,
    );
    expect(await sources()).toEqual([]);
  });

  it("brings the old messages, in their folders, to who reads the new mailbox over IMAP", async () => {
    await expect
      .poll(() => mail(lab.oldProvider, old, passwords.first).catch(() => []), {
        timeout: 60_000,
        interval: 1_000,
      })
      .toHaveLength(4);
    await givePassword(passwords.first);
    await declare(file(collecting, "urbanisme"));
    const done = await up();
    expect([done.exitCode, inShort(done)]).toEqual([0, expect.arrayContaining([`create ${old}`])]);
    await expect.poll(mine, { timeout: 60_000, interval: 1_000 }).toEqual(collected);
    expect(await mail(lab.oldProvider, old, passwords.first)).toHaveLength(4);
  });

  it("second up after completion: no data source recreated, nothing to change, no message twice", async () => {
    const before = await sources();
    const again = await up();
    expect([again.exitCode, again.status, again.changes]).toEqual([0, "unchanged", []]);
    expect((await report("preview", "releve", "--refresh")).status).toBe("unchanged");
    // Zimbra's ten minutes last ten seconds here.
    await sleep(12_000);
    expect(await sources()).toEqual(before);
    expect(await mine()).toEqual(collected);
  });

  it("takes the new password after a rotation, and goes on collecting with it", async () => {
    const users = join(oldProviderDir(testLab), "users");
    await writeFile(users, `${old}:${hashPassword(passwords.second)}\n`);
    await givePassword(passwords.second);
    const done = await up();
    expect([done.exitCode, inShort(done)]).toEqual([0, [`update ${old}`]]);
    const late = "Subject: Un courrier de plus\r\n\r\nEncore un.\r\n";
    await withClient(lab.oldProvider, old, passwords.second, (client) => client.append("INBOX", late));
    const wanted = [...collected, "INBOX.INBOX: Un courrier de plus"].toSorted();
    await expect.poll(mine, { timeout: 60_000, interval: 1_000 }).toEqual(wanted);
  });

  it("data source deleted by hand: shown as drift, made again by up --refresh", async () => {
    const [id] = await sources();
    await admin.call("DeleteDataSource", { id: await accountId(), dataSource: { id } });
    const drift = await report("preview", "releve", "--refresh");
    expect(inShort(drift)).toEqual(expect.arrayContaining([`create ${old}`]));
    const done = await up("--refresh");
    expect([done.errors, done.exitCode]).toEqual([[], 0]);
    expect(await sources()).toHaveLength(1);
  });

  it("ends when ancienne leaves the file: the data source goes, all mail stays", async () => {
    const before = await mine();
    await declare(file("quota: 5 Go", "urbanisme"));
    const { stdout } = await bastide(["preview", "releve"]);
    expect(stdout).toContain(`relève de l’ancienne messagerie ${old} sera retirée, courrier relevé conservé`);
    const done = await up();
    expect([done.exitCode, inShort(done)]).toEqual([0, [`delete ${old}`]]);
    expect(await sources()).toEqual([]);
    expect(await mine()).toEqual(expect.arrayContaining([...new Set(before)]));
    expect(await mail(lab.oldProvider, old, passwords.second)).toHaveLength(5);
  });

  it("shows the old passwords nowhere: state, history, logs, arguments, outputs, Zimbra's own files", async () => {
    const texts: { where: string; text: string }[] = seen.map((text) => ({ where: "commands", text }));
    const own = new Set([oldPasswordFile(testLab, old)]);
    for (const folder of ["state", "logs", "zimbra", "old-provider", "secrets"]) {
      const entries = await readdir(join(testLab.dir, folder), { recursive: true, withFileTypes: true });
      for (const entry of entries.filter((one) => one.isFile())) {
        const where = join(entry.parentPath, entry.name);
        if (!own.has(where)) texts.push({ where, text: await readFile(where, "utf8").catch(() => "") });
      }
    }
    texts.push({ where: "stack.yaml", text: await readFile(testLab.stackFile, "utf8") });
    expect(texts.some(({ where }) => where.includes("/history/"))).toBe(true);
    const secrets = [passwords.wrong, passwords.first, passwords.second];
    const forms = secrets.flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString("base64").replace(/=+$/, ""),
    ]);
    const hits = texts.filter(({ text }) => forms.some((form) => text.includes(form)));
    expect(hits.map(({ where }) => where)).toEqual([]);
  });
});
