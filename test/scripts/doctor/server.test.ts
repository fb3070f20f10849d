import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { examineZimbra } from "../../../providers/cdg/examine-zimbra.ts";
import { certificateFinding } from "../../../scripts/doctor/certificate.ts";
import { type Simulator, startSimulator } from "../../../scripts/lab/zimbra/index.ts";

const admin = { name: "admin@cdg.test", password: "canary-Adm1n-password" };
const day = 86_400_000;

let folder: string;
let simulator: Simulator;
let server: Server;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bastide-doctor-"));
  simulator = await startSimulator({
    dataDir: join(folder, "z"),
    listen: { host: "127.0.0.1", port: 0 },
    admin,
  });
  await writeFile(join(folder, "password"), admin.password);
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90"];
  const names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync("openssl", ["req", "-x509", ...curve, ...names, "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
  server = createServer({ key: readFileSync(key), cert: readFileSync(cert) });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.close();
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

describe("examineZimbra", () => {
  it("reads version, account, limits and class of service, and sends no call that writes", async () => {
    simulator.clearCalls();
    const config = {
      url: simulator.url,
      account: admin.name,
      credential: `file:${join(folder, "password")}`,
      requestsPerSecond: 100,
    };
    const facts = await examineZimbra(config, new AbortController().signal);
    expect(facts).toMatchObject({ version: "10.1.0_GA_0000.FOSS", administrator: "global" });
    expect(facts.calls.filter(({ refused }) => refused !== null)).toEqual([]);
    expect(facts.settings.get("zimbraHttpDosFilterMaxRequestsPerSec")).toEqual(["30"]);
    expect(facts.settings.get("zimbraDomainAggregateQuotaPolicy")).toEqual(["ALLOWSENDRECEIVE"]);
    expect(facts.defaultCos?.get("zimbraPasswordMinLength")).toEqual(["6"]);
    const operations = simulator.calls.map(({ operation }) => operation);
    expect(operations.filter((name) => !/^(?:Auth|Get|Search)/.test(name))).toEqual([]);
    expect(operations.length).toBe(9);
  });

  it("fails when the account is refused", async () => {
    await writeFile(join(folder, "wrong"), "wrong-password");
    const config = {
      url: simulator.url,
      account: admin.name,
      credential: `file:${join(folder, "wrong")}`,
      requestsPerSecond: 100,
    };
    await expect(examineZimbra(config, new AbortController().signal)).rejects.toMatchObject({
      code: "account.AUTH_FAILED",
    });
  });
});

describe("certificateFinding", () => {
  it("is content with a certificate that lasts, of an authority that is named", async () => {
    const found = await certificateFinding("certificate", { url, caFile: join(folder, "cert.pem") });
    expect(found).toMatchObject({
      state: "ok",
      found: expect.stringMatching(/^valid until \d{4}-\d\d-\d\d$/),
    });
  });

  it("warns a month before it ends", async () => {
    const later = Date.now() + 70 * day;
    const found = await certificateFinding("certificate", { url, caFile: join(folder, "cert.pem") }, later);
    expect(found).toMatchObject({
      state: "wrong",
      needed: false,
      found: expect.stringMatching(/^expires in \d+ days, on /),
    });
  });

  it("refuses an authority that nobody named, and never turns verification off", async () => {
    expect(await certificateFinding("certificate", { url })).toEqual({
      name: "certificate",
      state: "wrong",
      found: "127.0.0.1: self-signed certificate",
      mend: "name its authority's PEM file in connections.zimbra.caFile of cdg.yaml; verification is never turned off",
    });
    expect(process.env.NODE_TLS_REJECT_UNAUTHORIZED).toBeUndefined();
  });

  it("refuses a certificate of another name", async () => {
    const named = url.replace("127.0.0.1", "localhost");
    const found = await certificateFinding("certificate", { url: named, caFile: join(folder, "cert.pem") });
    expect(found).toMatchObject({
      state: "wrong",
      mend: "use the name that the certificate has, in connections.zimbra.url of cdg.yaml",
    });
  });

  it("tells a server that is not there", async () => {
    const found = await certificateFinding("certificate", { url: "https://127.0.0.1:1/" });
    expect(found).toMatchObject({ state: "wrong", mend: "look at connections.zimbra.url of cdg.yaml" });
  });
});
