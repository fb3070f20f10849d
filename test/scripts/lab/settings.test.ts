import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadCatalogue } from "../../../plan/index.ts";
import type { LabFacts } from "../../../scripts/lab/facts.ts";
import type { LabPaths } from "../../../scripts/lab/paths.ts";
import { catalogueCdg, ensureSecrets, writeCdg, zimbraAdmin } from "../../../scripts/lab/settings.ts";
import { emptyCheckout } from "./checkout.ts";

const facts: LabFacts = {
  version: 1,
  addresses: { host: "10.200.0.1", node: "10.200.0.2" },
  ports: {
    zimbra: 7071,
    smtp: 2525,
    submission: 587,
    submissions: 465,
    imaps: 993,
    pop3s: 995,
    dns: 53,
    oldImaps: 1993,
  },
};

describe("ensureSecrets and writeCdg", () => {
  let lab: LabPaths;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ lab, remove } = await emptyCheckout());
  });
  afterEach(async () => await remove());

  const write = async (): Promise<void> => {
    await ensureSecrets(lab, catalogueCdg(lab));
    await writeCdg(lab, catalogueCdg(lab), facts, null);
  };

  it("writes a cdg.yaml that the catalogue's schema accepts, with the lab's connections", async () => {
    await write();
    const loaded = loadCatalogue(join(lab.root, "catalogue"), { cdgPath: lab.cdgFile });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
    const { cdg } = loaded.catalogue;
    expect(cdg.domain).toBe(catalogueCdg(lab).domain);
    expect(cdg.connections.zimbra).toEqual({
      url: "https://10.200.0.1:7071/service/admin/soap",
      account: `admin@${cdg.domain}`,
      credential: `file:${join(lab.secretsDir, "zimbra-admin")}`,
      caFile: lab.caFile,
      requestsPerSecond: 20,
    });
    expect(cdg.mail?.imap).toEqual({ host: "10.200.0.2", port: 993 });
  });

  it("tells where the platform's images and the storage node are, on an engine of the lab's own", async () => {
    const image = (digit: string) => `sha256:${digit.repeat(64)}`;
    const ofFiles = { sftpgo: image("a"), postgres: image("b") };
    const images = { edge: image("e"), restServer: image("f"), relay: image("c"), ...ofFiles };
    await writeCdg(lab, catalogueCdg(lab), facts, { images, certificates: "/srv/edge" });
    const loaded = loadCatalogue(join(lab.root, "catalogue"), { cdgPath: lab.cdgFile });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
    const { connections, platform, backup } = loaded.catalogue.cdg;
    expect(connections.docker).toEqual({ host: `unix://${lab.dockerSocket}` });
    expect(connections.restic).toMatchObject({ url: "https://10.200.0.2:443/backup/", caFile: lab.caFile });
    expect(connections.sftpgo).toEqual({
      url: "https://10.200.0.2:443/",
      account: "bastide",
      credential: `file:${join(lab.secretsDir, "sftpgo-admin")}`,
      caFile: lab.caFile,
    });
    expect(platform?.files).toEqual({
      image: images.sftpgo,
      database: images.postgres,
      stockage: { name: "lab-1" },
      administrators: ["10.200.0.1"],
    });
    expect(platform?.edge).toEqual({ image: images.edge, port: 443, certificates: "/srv/edge" });
    expect(platform?.relays).toEqual({
      image: images.relay,
      hosts: ["mx1", "mx2"].map((name) => ({
        name,
        stockage: "lab-1",
        settings: join(lab.dir, "relays", name),
      })),
      nameserver: "10.200.0.2",
      hyperscan: false,
    });
    expect(backup).toEqual({ image: images.restServer, stockage: [{ name: "lab-1" }] });
  });

  it("keeps what it generated, in files that only their owner reads", async () => {
    await write();
    const secrets = [lab.passphraseFile, zimbraAdmin(lab, catalogueCdg(lab)).passwordFile];
    const before = await Promise.all(secrets.map((file) => readFile(file, "utf8")));
    await write();
    expect(await Promise.all(secrets.map((file) => readFile(file, "utf8")))).toEqual(before);
    expect(new Set(before).size).toBe(2);
    for (const secret of before) expect(secret).toMatch(/^[\w-]{32}$/);
    for (const file of secrets) expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(lab.secretsDir)).mode & 0o777).toBe(0o700);
  });

  it("leaves the stack's configuration alone once it is there", async () => {
    await write();
    await writeFile(lab.stackFile, "encryptionsalt: v1:x\n");
    await write();
    expect(await readFile(lab.stackFile, "utf8")).toBe("encryptionsalt: v1:x\n");
  });

  it("fails rather than to generate a passphrase for a backend that has stacks", async () => {
    await write();
    await rm(lab.passphraseFile);
    const stacks = join(lab.stateDir, ".pulumi/stacks/bastide");
    await mkdir(stacks, { recursive: true });
    await writeFile(join(stacks, "nerac.json"), "{}");
    await expect(write()).rejects.toThrow(`${lab.passphraseFile} is gone, but the lab's backend has stacks.`);
  });
});
