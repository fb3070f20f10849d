import { existsSync } from "node:fs";
import { symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { checkoutRoot } from "../../scripts/engine/checkout.mjs";
import { Sandbox } from "./harness.ts";
import { planOf, town } from "./town.ts";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await Sandbox.start({ name: "hostile", tenants: { fine: town("fine") } });
});
afterAll(async () => await sandbox[Symbol.asyncDispose]());

const canary = join(tmpdir(), `pwned-${process.pid}`);

describe("names in a tenant file", () => {
  it.each([
    ["quotes", `L'"Haÿ" -les- «Roses»`],
    ["a shell's substitutions", "$(touch CANARY) `touch CANARY` $HOME ; touch CANARY"],
    ["markup", "&<>\"' </a><script>alert(1)</script> <![CDATA[x]]>"],
    ["emoji", "Mairie 🏛️ de Nérac 👩‍💼"],
    ["templates", "{{7*7}} #{7*7} %s %n %{x}"],
    ["a backslash", "C:\\Users\\new\\table"],
  ])("arrive as they are: %s", async (_what, written) => {
    const name = written.replaceAll("CANARY", canary);
    const text = town("fine").replace("nom: Sophie Martin", `nom: ${JSON.stringify(name)}`);
    await sandbox.writeTenant("fine", text);
    const { exitCode, stdout, stderr } = await sandbox.bastide(["up", "fine", "--yes"]);
    expect(exitCode, stdout + stderr).toBe(0);
    const mailboxes = await sandbox.zimbra.mailboxes("fine.example");
    const displayName = mailboxes.get("s.martin@fine.example")?.attributes.get("displayName");
    const planned = planOf(sandbox, "fine", text).mail?.mailboxes.find(
      ({ logicalName }) => logicalName === "s.martin",
    );
    expect(displayName).toEqual([name]);
    expect(planned?.displayName).toBe(name);
    expect(existsSync(canary)).toBe(false);
    const again = await sandbox.bastide(["preview", "fine", "--json"]);
    expect(JSON.parse(again.stdout).stacks).toMatchObject([{ status: "unchanged" }]);
  });

  it.each([
    ["a line break", "Sophie\nMartin"],
    ["a NUL", "Sophie\u0000Martin"],
    ["a right-to-left mark", "Sophie\u202enitraM"],
    ["a bell", "Sophie\u0007"],
  ])("are refused with a reason: %s", async (_what, name) => {
    await sandbox.writeTenant(
      "fine",
      town("fine").replace("nom: Sophie Martin", `nom: ${JSON.stringify(name)}`),
    );
    sandbox.simulator.clearCalls();
    const { exitCode, stdout, stderr } = await sandbox.bastide(["up", "fine", "--yes"]);
    expect(exitCode, stdout + stderr).toBe(1);
    expect(stderr).toMatch(/fine\.yaml:16:\d+ .*expected/);
    expect(sandbox.simulator.calls).toEqual([]);
  });
});

describe("arguments of the command", () => {
  it.each([
    "../x",
    "../../etc/passwd",
    "a;touch pwned",
    "$(id)",
    "x".repeat(300),
    "fine/../fine",
    "FINE",
    "a\nb",
  ])("are no way out of the folder: %j", async (slug) => {
    await sandbox.writeTenant("fine", town("fine"));
    sandbox.simulator.clearCalls();
    const { exitCode, stdout, stderr } = await sandbox.bastide(["up", slug, "--yes"]);
    expect(exitCode, stdout + stderr).toBe(1);
    expect(stderr).toContain("[TENANT_UNKNOWN]");
    expect(sandbox.simulator.calls).toEqual([]);
    expect(existsSync(join(checkoutRoot, "pwned"))).toBe(false);
  });

  it("that look like options are refused as such", async () => {
    const { exitCode, stderr } = await sandbox.bastide(["up", "-flag", "--yes"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("unknown option");
  });
});

describe("files in the tenants' folder", () => {
  afterEach(async () => {
    for (const slug of hostileSlugs) await sandbox.removeTenant(slug).catch(() => undefined);
  });

  const hostileSlugs = ["bomb", "huge", "deep", "proto", "link", "twice", "binary"];

  it("are each refused with a position, in one run, and nothing is touched", async () => {
    await sandbox.writeTenant("fine", town("fine"));
    const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (let level = 98; level < 120; level += 1) {
      const [name, of] = [String.fromCharCode(level), String.fromCharCode(level - 1)];
      bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${of}`).join(",")}]`);
    }
    await sandbox.writeTenant("bomb", `${bomb.join("\n")}\n`);
    await sandbox.writeTenant("huge", `a: "${"x".repeat(10_000_000)}"\n`);
    await sandbox.writeTenant("deep", `${"[".repeat(20_000)}${"]".repeat(20_000)}\n`);
    await sandbox.writeTenant("proto", town("proto", '"__proto__": { polluted: true }\n'));
    await sandbox.writeTenant("twice", town("twice", "convention: {}\n"));
    await writeFile(
      join(sandbox.tenantsDir, "binary.yaml"),
      Buffer.from([0x63, 0x3a, 0x20, 0xff, 0xfe, 0x00]),
    );
    await symlink("/etc/passwd", join(sandbox.tenantsDir, "link.yaml"));
    sandbox.simulator.clearCalls();
    const times: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const { exitCode, stdout, stderr, seconds } = await sandbox.bastide(["up", "--yes"]);
      expect(exitCode, stdout + stderr).toBe(1);
      for (const slug of hostileSlugs)
        expect(stderr).toMatch(new RegExp(`${slug}\\.yaml:\\d+:\\d+ .*\\[[A-Z0-9_]+\\]`));
      expect(stderr).not.toContain("root:x:0:0");
      times.push(seconds);
    }
    // What it guards against takes minutes; the other file that runs beside this one takes its share.
    expect(Math.min(...times)).toBeLessThan(15);
    expect(sandbox.simulator.calls).toEqual([]);
  });
});
