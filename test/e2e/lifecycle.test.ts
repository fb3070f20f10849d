import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkoutRoot } from "../../scripts/engine/checkout.mjs";
import type { StackReport } from "../../scripts/stack/report.ts";
import { type CommandResult, Sandbox } from "./harness.ts";
import { town } from "./town.ts";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await Sandbox.start({ name: "life", tenants: { vie: town("vie") } });
  expect(await sandbox.bastide(["up", "vie", "--yes"])).toMatchObject({ exitCode: 0 });
});
afterAll(async () => await sandbox[Symbol.asyncDispose]());
beforeEach(async () => {
  await sandbox.writeTenant("vie", town("vie"));
  expect(await sandbox.bastide(["up", "vie", "--yes", "--refresh"])).toMatchObject({ exitCode: 0 });
  sandbox.simulator.clearCalls();
});

const newMailbox = "\n    - { adresse: etat-civil, nom: État civil }\n  listes:";

function report({ stdout, stderr }: CommandResult): StackReport {
  const { stacks } = JSON.parse(stdout);
  if (!Array.isArray(stacks) || stacks.length !== 1) throw new Error(`no report: ${stdout}${stderr}`);
  return stacks[0];
}

function inShort({ changes }: StackReport): readonly string[] {
  return changes.map(({ kind, subject, properties }) =>
    [kind, subject, ...properties.map(({ property, after }) => `${property}=${JSON.stringify(after)}`)].join(
      " ",
    ),
  );
}

/** Requests that change something in Zimbra. */
function writes(): readonly string[] {
  return sandbox.simulator.calls
    .map(({ operation }) => operation)
    .filter((operation) => /^(?:Create|Modify|Delete|Add|Remove|Rename|Set)/.test(operation));
}

async function attribute(address: string, name: string): Promise<readonly string[]> {
  const boxes = await sandbox.zimbra.mailboxes("vie.example");
  return boxes.get(address)?.attributes.get(name) ?? [];
}

describe("a mailbox in the YAML file", () => {
  it("that is added is all that the preview names; the deployment makes it, and nothing is left to do", async () => {
    await sandbox.writeTenant("vie", town("vie").replace("\n  listes:", newMailbox));
    const preview = await sandbox.bastide(["preview", "vie", "--json", "--exit-code"]);
    expect(preview.exitCode).toBe(2);
    expect(report(preview).changes).toMatchObject([
      { kind: "create", type: "cdg:zimbra:Mailbox", name: "etat-civil", subject: "etat-civil@vie.example" },
    ]);
    expect(writes()).toEqual([]);

    const text = await sandbox.bastide(["preview", "vie"]);
    expect(text.stdout.trim().split("\n")).toEqual([
      "vie: 1 changement à faire",
      "  + boîte etat-civil@vie.example sera créée",
    ]);

    expect(await sandbox.bastide(["up", "vie", "--yes"])).toMatchObject({ exitCode: 0 });
    expect((await sandbox.zimbra.mailboxes("vie.example")).has("etat-civil@vie.example")).toBe(true);
    sandbox.simulator.clearCalls();
    const again = await sandbox.bastide(["preview", "vie", "--json", "--exit-code"]);
    expect([again.exitCode, report(again).status]).toEqual([0, "unchanged"]);
    expect(sandbox.simulator.calls).toEqual([]);
  });

  it("that is removed is closed with its mail, and put back it is the same one", async () => {
    const before = (await sandbox.zimbra.mailboxes("vie.example")).get("urbanisme@vie.example")?.id;
    const without = town("vie")
      .replace("    - { adresse: urbanisme, nom: Urbanisme }\n", "")
      .replace("[accueil, urbanisme]", "[accueil]");
    await sandbox.writeTenant("vie", without);
    expect(inShort(report(await sandbox.bastide(["preview", "vie", "--json"])))).toContain(
      "close urbanisme@vie.example",
    );
    const up = await sandbox.bastide(["up", "vie", "--yes"]);
    expect(up.stdout).toContain("- boîte urbanisme@vie.example fermée, courrier conservé");
    expect(await attribute("urbanisme@vie.example", "zimbraAccountStatus")).toEqual(["locked"]);
    expect(sandbox.simulator.calls.map(({ operation }) => operation)).not.toContain("DeleteAccountRequest");

    await sandbox.writeTenant("vie", town("vie"));
    await sandbox.bastide(["up", "vie", "--yes"]);
    const after = (await sandbox.zimbra.mailboxes("vie.example")).get("urbanisme@vie.example")?.id;
    expect(after).toBe(before);
    expect(await attribute("urbanisme@vie.example", "zimbraAccountStatus")).toEqual(["active"]);
  });

  it("that gets another address stays the same mailbox", async () => {
    const before = (await sandbox.zimbra.mailboxes("vie.example")).get("s.martin@vie.example")?.id;
    const renamed = town("vie")
      .replace("adresse: s.martin,", "adresse: s.durand, avant: s.martin,")
      .replace("[maire, s.martin,", "[maire, s.durand,");
    await sandbox.writeTenant("vie", renamed);
    const { stdout } = await sandbox.bastide(["up", "vie", "--yes"]);
    expect(stdout).toContain("~ boîte s.martin@vie.example → s.durand@vie.example renommée, même courrier");
    const boxes = await sandbox.zimbra.mailboxes("vie.example");
    expect(boxes.get("s.durand@vie.example")?.id).toBe(before);
    expect(await attribute("s.durand@vie.example", "zimbraMailAlias")).toEqual(["s.martin@vie.example"]);
  });
});

describe("a quota changed by hand", () => {
  it("is drift that a refresh shows and up --refresh mends", async () => {
    const id = (await sandbox.zimbra.mailboxes("vie.example")).get("accueil@vie.example")?.id;
    await sandbox.zimbra.call("ModifyAccountRequest", {
      id,
      a: [{ n: "zimbraMailQuota", _content: "7000000000" }],
    });
    expect(report(await sandbox.bastide(["preview", "vie", "--json"])).status).toBe("unchanged");
    const preview = await sandbox.bastide(["preview", "vie", "--refresh"]);
    expect(preview.stdout.trim().split("\n")).toEqual([
      "vie: 2 changements à faire",
      "  ! dérive constatée, boîte accueil@vie.example : quota 5 Go → 7 Go",
      "  ~ boîte accueil@vie.example sera modifiée : quota 7 Go → 5 Go",
    ]);
    expect(await attribute("accueil@vie.example", "zimbraMailQuota")).toEqual(["7000000000"]);
    expect(await sandbox.bastide(["up", "vie", "--yes", "--refresh"])).toMatchObject({ exitCode: 0 });
    expect(await attribute("accueil@vie.example", "zimbraMailQuota")).toEqual(["5000000000"]);
    expect(report(await sandbox.bastide(["preview", "vie", "--refresh", "--json"])).status).toBe("unchanged");
  });
});

describe("what would destroy data", () => {
  it("is refused before any writing call: another domain would replace the domain", async () => {
    await sandbox.writeTenant("vie", town("vie").replace("domaine: vie.example", "domaine: autre.example"));
    const { exitCode, stdout } = await sandbox.bastide(["up", "vie", "--yes"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("vie: autre.example would be replaced (name): its mail would be left behind");
    expect(writes()).toEqual([]);
  });

  it("is never a file that was removed: an error names the way out, and nothing is called", async () => {
    await sandbox.removeTenant("vie");
    for (const args of [["up", "vie", "--yes"], ["up", "--yes"], ["preview"]]) {
      const { exitCode, stderr } = await sandbox.bastide(args);
      expect(exitCode).toBe(1);
      expect(stderr).toContain("The stack of vie exists, but its file is gone. Nothing was changed.");
      expect(stderr).toContain("git restore tenants/vie.yaml");
      expect(stderr).toContain("convention.etat");
    }
    expect(sandbox.simulator.calls).toEqual([]);
  });
});

describe("a change that Zimbra refuses", () => {
  it("is told as an error that names tenant, operation and code, not as done", async () => {
    await sandbox.writeTenant("vie", town("vie").replace("quota: 5 Go", "quota: 6 Go"));
    sandbox.simulator.setFaults([{ operation: "ModifyAccountRequest", call: "every", kind: "500" }]);
    const { exitCode, stdout } = await sandbox.bastide(["up", "vie", "--yes"]);
    sandbox.simulator.setFaults([]);
    expect(exitCode).toBe(3);
    const [title, error] = stdout.split("\n");
    expect(title).toBe("vie: échec");
    expect(error).toMatch(
      /^ {2}error: vie: up: Mailbox accueil: ModifyAccount accueil@vie\.example: .*\[[\w.]+\]$/,
    );
    expect(stdout).not.toContain("modifiée");
  });
});

describe("a preview", () => {
  it("of a collectivité that was never deployed leaves nothing behind", async () => {
    await sandbox.writeTenant("neuve", town("neuve"));
    const preview = report(await sandbox.bastide(["preview", "neuve", "--json"]));
    expect([preview.status, preview.isNew]).toEqual(["pending", true]);
    await expect(sandbox.state("neuve")).rejects.toThrow("ENOENT");
    expect(existsSync(join(checkoutRoot, "stacks/config/Pulumi.neuve.yaml"))).toBe(false);
    expect(sandbox.simulator.calls).toEqual([]);
    await sandbox.removeTenant("neuve");
  });

  it("with another passphrase is refused, and nothing is called", async () => {
    const { passphraseFile } = sandbox.lab;
    const passphrase = await readFile(passphraseFile, "utf8");
    await writeFile(passphraseFile, "another");
    try {
      const { exitCode, stdout } = await sandbox.bastide(["preview", "vie"]);
      expect(exitCode).toBe(1);
      expect(stdout).toContain("The passphrase is not the one that vie was made with. [PASSPHRASE_WRONG]");
      expect(sandbox.simulator.calls).toEqual([]);
    } finally {
      await writeFile(passphraseFile, passphrase);
    }
  });
});

describe("outputs", () => {
  it("hold what stacks/outputs.ts promises, secrets masked", async () => {
    const { stdout } = await sandbox.bastide(["outputs", "vie", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      slug: "vie",
      name: "Commune de vie",
      forfait: { key: "technologie-plus" },
      state: "active",
      passwords: "[secret]",
      usage: {
        mail: {
          mailboxes: { used: 4, unit: "mailboxes", measuredAt: expect.stringMatching(/^\d{4}-/) },
          storage: { used: 0, unit: "bytes" },
        },
      },
      planHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    const all = await sandbox.bastide(["outputs", "--all", "--json"]);
    expect(Object.keys(JSON.parse(all.stdout))).toEqual(["vie"]);
  });
});
