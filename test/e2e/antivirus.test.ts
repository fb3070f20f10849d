import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { checkoutRoot } from "../../scripts/engine/checkout.mjs";
import { Api } from "../scripts/lab/gravityzone/api.ts";
import { Sandbox } from "./harness.ts";
import { mailOf, pictureOf, planOf, town } from "./town.ts";
import { Traces } from "./traces.ts";

/** Also the key of `Api`, which looks in from outside. */
const apiKey = "canary-gz-Zq7&<api>key";
const seats = "antivirus: { postes: 12, serveurs: 1 }\n";
const usage = z.object({
  usage: z.object({
    antivirus: z.record(z.string(), z.looseObject({ used: z.number(), limit: z.number().nullable() })),
  }),
  services: z.object({
    antivirus: z.object({
      state: z.string(),
      addresses: z.array(z.string()),
      installers: z.object({ windows: z.string() }),
    }),
  }),
});

let sandbox: Sandbox;
let api: Api;

beforeAll(async () => {
  sandbox = await Sandbox.start({ name: "antivirus", seats: 60, apiKey });
  api = new Api(sandbox.gravityzone.url);
});
afterEach(() => sandbox.gravityzone.setFaults([]));
afterAll(async () => await sandbox[Symbol.asyncDispose]());

async function run(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await sandbox.bastide(args);
  expect(stdout + stderr).not.toContain(apiKey);
  expect(exitCode, stdout + stderr).toBe(0);
  return stdout;
}

async function outputs(slug: string): Promise<z.infer<typeof usage>> {
  return usage.parse(JSON.parse(await run("outputs", slug, "--json")));
}

async function company(slug: string): Promise<Record<string, unknown>> {
  const found = await api.list("companies.findCompaniesByName", { nameFilter: `Commune de ${slug}` });
  expect(found).toHaveLength(1);
  const params = { companyId: found[0]?.id };
  return {
    ...(await api.object("companies.getCompanyDetails", params)),
    ...(await api.object("licensing.getLicenseInfo", params)),
  };
}

describe("antivirus licences of a collectivité", () => {
  it("are a company, 12 workstations and a server reserved, a package link and a delegated account", async () => {
    await sandbox.writeTenant("agen", town("agen", seats));
    expect(await run("preview", "agen")).toContain("société antivirus Commune de agen sera créée");
    await run("up", "agen", "--yes");
    expect(await company("agen")).toMatchObject({ isSuspended: false, totalSlots: 13, usedSlots: 0 });
    const { services } = await outputs("agen");
    expect(services.antivirus).toMatchObject({ state: "active", addresses: ["mairie.agen@orange.example"] });
    const password = (await run("password", "agen", "mairie.agen@orange.example")).trim().split("\n")[0];
    const login = await fetch(`${sandbox.gravityzone.controlUrl}/logins`, {
      method: "POST",
      body: JSON.stringify({ email: "mairie.agen@orange.example", password }),
    });
    expect(await login.json()).toEqual({ allowed: true });
    expect(await run("preview", "agen")).toContain("rien à changer");
  });

  it("are taken by machines that enrol and are counted; one over the reservation is refused", async () => {
    const { windows: link } = (await outputs("agen")).services.antivirus.installers;
    expect(sandbox.gravityzone.enrol({ link, workstations: 12, servers: 1 })).toMatchObject({ refused: [] });
    expect(sandbox.gravityzone.enrol({ link, workstations: 1 })).toMatchObject({
      enrolled: [],
      refused: [{ reason: "The maximum number of licence seats has been reached (13)." }],
    });
    expect((await outputs("agen")).usage.antivirus).toMatchObject({ seats: { used: 0 } });
    await run("up", "agen", "--yes", "--refresh");
    expect((await outputs("agen")).usage.antivirus).toMatchObject({
      workstations: { used: 12, limit: 12, unit: "workstations" },
      servers: { used: 1, limit: 1, unit: "servers" },
      seats: { used: 13, limit: 13, unit: "seats" },
    });
    expect(await run("outputs", "--all", "usage")).toMatch(/agen +antivirus +/);
  });

  it("below what is used are refused with both figures", async () => {
    await sandbox.writeTenant("agen", town("agen", "antivirus: { postes: 5 }\n"));
    const { exitCode, stdout, stderr } = await sandbox.bastide(["up", "agen", "--yes"]);
    expect(exitCode).toBe(3);
    expect(stdout + stderr).toContain("13 machines hold a seat, more than the 5 seats asked for.");
    expect(await company("agen")).toMatchObject({ totalSlots: 13 });
    await sandbox.writeTenant("agen", town("agen", seats));
  });

  it("over what the CDG bought are refused in the vendor's words, and the mail is made all the same", async () => {
    await sandbox.writeTenant("auch", town("auch", "antivirus: { postes: 25, serveurs: 2 }\n"));
    await run("up", "auch", "--yes");
    await sandbox.writeTenant("albi", town("albi", "antivirus: { postes: 25, serveurs: 2 }\n"));
    const { exitCode, stdout, stderr } = await sandbox.bastide(["up", "albi", "--yes"]);
    expect(exitCode).toBe(3);
    expect(stdout + stderr).toContain("the parent company has 20 seats available");
    const plan = planOf(sandbox, "albi", town("albi", "antivirus: { postes: 25, serveurs: 2 }\n"));
    expect(await mailOf(sandbox, plan)).toEqual(pictureOf(plan));
  });

  it("of a suspended tenant are reported; its return restores them", async () => {
    const suspended = town("agen", seats).replace("etat: active", "etat: suspendue");
    await sandbox.writeTenant("agen", suspended);
    expect(await run("preview", "agen")).toMatch(/société antivirus .* : état ouverte → suspendue/);
    await run("up", "agen", "--yes");
    await run("up", "agen", "--yes", "--refresh");
    expect((await outputs("agen")).services.antivirus.state).toBe("suspended");
    expect(await company("agen")).toMatchObject({ isSuspended: true, totalSlots: 13 });
    await sandbox.writeTenant("agen", town("agen", seats));
    await run("up", "agen", "--yes");
    expect(await company("agen")).toMatchObject({ isSuspended: false, totalSlots: 13, usedSlots: 13 });
  });

  it("that leave the file: the plan says that the reservation is removed, the company is suspended", async () => {
    await sandbox.writeTenant("auch", town("auch"));
    expect(await run("preview", "auch")).toContain(
      "société antivirus Commune de auch sera suspendue, réservation de licences retirée",
    );
    await run("up", "auch", "--yes");
    expect(await company("auch")).toMatchObject({ isSuspended: true, totalSlots: 0 });
    await run("up", "albi", "--yes");
    expect(await company("albi")).toMatchObject({ totalSlots: 27 });
  });
});

describe("one answer that goes wrong", () => {
  it.each([
    ["createCompany", "500-after-commit"],
    ["createCompany", "close-after-commit"],
    ["createCompany", "503"],
    ["createPackage", "half-body"],
    ["createPackage", "html"],
    ["createAccount", "invalid-json"],
    ["createAccount", "429"],
    ["getLicenseInfo", "rpc-error"],
  ] as const)(
    "%s, %s: converges, at the latest by the next run, nothing made twice",
    async (operation, kind) => {
      const slug = `g${operation}${kind}`.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
      await sandbox.writeTenant(slug, town(slug, "antivirus: { postes: 1 }\n"));
      sandbox.gravityzone.clearCalls();
      sandbox.gravityzone.setFaults([{ operation, call: 1, kind }]);
      const first = await sandbox.bastide(["up", slug, "--yes"]);
      expect([0, 3], first.stderr + first.stdout).toContain(first.exitCode);
      if (first.exitCode === 3) await run("up", slug, "--yes");
      expect(await company(slug)).toMatchObject({ totalSlots: 1 });
      expect(await run("preview", slug)).toContain("rien à changer");
      const made = sandbox.gravityzone.calls.filter(
        ({ operation: name, code }) => /\.create/.test(name) && code === "ok",
      );
      expect(made).toHaveLength(3);
    },
  );
});

describe("secrets", () => {
  it("stand in clear nowhere: the key and the account's password", async () => {
    const password =
      (await run("password", "agen", "mairie.agen@orange.example")).trim().split("\n")[0] ?? "";
    expect(password).toMatch(/^.{19}$/);
    const traces = new Traces();
    const key = join(sandbox.lab.secretsDir, "gravityzone-key");
    await traces.addFiles(sandbox.lab.dir, [key]);
    await traces.addFiles(join(checkoutRoot, ".bastide/pulumi/logs"));
    expect(traces.has(".pulumi/stacks/")).toBe(true);
    const authorization = Buffer.from(`${apiKey}:`).toString("base64");
    expect(traces.hits({ apiKey, authorization, password })).toEqual([]);
  });
});
