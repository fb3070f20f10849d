import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Sandbox } from "./harness.ts";
import { town } from "./town.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await Sandbox.start({ name: "history", tenants: { nerac: town("nerac") } });
});
afterAll(async () => await sandbox[Symbol.asyncDispose]());

async function up(text: string): Promise<void> {
  await sandbox.writeTenant("nerac", text);
  const { exitCode, stderr } = await sandbox.bastide(["up", "nerac", "--yes"]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
}

describe("bastide history", () => {
  it("tells what each run changed, who ran it and how it ended, without a passphrase or a system", async () => {
    await up(town("nerac"));
    const changed = town("nerac")
      .replace("quota: 5 Go", "quota: 8 Go")
      .replace(
        "{ adresse: s.martin, nom: Sophie Martin }",
        "{ adresse: s.durand, avant: s.martin, nom: Sophie Durand }",
      )
      .replace("    - { adresse: urbanisme, nom: Urbanisme }\n", "")
      .replace("membres: [accueil, urbanisme]", "membres: [accueil]")
      .replace("[maire, s.martin,", "[maire, s.durand,");
    await up(changed);

    sandbox.simulator.clearCalls();
    const env = { PULUMI_CONFIG_PASSPHRASE: "", PULUMI_CONFIG_PASSPHRASE_FILE: "/nonexistent" };
    const { exitCode, stdout } = await sandbox.bastide(["history", "nerac"], { env });
    expect(exitCode).toBe(0);
    expect(sandbox.simulator.calls).toEqual([]);
    const [second = "", first = ""] = stdout.trim().split("\n\n");
    expect(second.split("\n").slice(1)).toEqual([
      expect.stringMatching(/^ {2}par \S+ sur \S+ : bastide up nerac --yes, commit [0-9a-f]{10} \(.+\)/),
      "  - boîte urbanisme@nerac.example fermée, courrier conservé",
      "  ~ boîte accueil@nerac.example modifiée : quota 5 Go → 8 Go",
      "  ~ boîte s.martin@nerac.example → s.durand@nerac.example renommée, même courrier ; alias +s.martin@nerac.example ; nom affiché « Sophie Martin » → « Sophie Durand »",
      "  ~ liste elus@nerac.example modifiée : membres -s.martin@nerac.example +s.durand@nerac.example",
      "  ~ liste services@nerac.example modifiée : membres -urbanisme@nerac.example",
    ]);
    expect(first).toContain("  + boîte accueil@nerac.example créée");
    expect(stdout).not.toMatch(/ciphertext|v1:/);
  });

  it("gives programs the same, with --limit and --since", async () => {
    const { stdout } = await sandbox.bastide(["history", "nerac", "--limit", "1", "--since", "1h", "--json"]);
    const { slug, runs } = JSON.parse(stdout);
    expect(slug).toBe("nerac");
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({
      kind: "update",
      result: "succeeded",
      by: { command: "bastide up nerac --yes" },
      counts: { delete: 1, update: 4 },
      planned: expect.arrayContaining(["~ boîte accueil@nerac.example modifiée : quota 5 Go → 8 Go"]),
    });
    const none = await sandbox.bastide(["history", "nerac", "--since", "2099-01-01"]);
    expect(none.stdout).toBe("nerac : aucune opération dans cette période.");
  });

  it("refuses a stack that was never made", async () => {
    const { exitCode, stderr } = await sandbox.bastide(["history", "ailleurs"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("ailleurs is not deployed: there is no such stack. [STACK_UNKNOWN]");
  });
});
