import { describe, expect, it } from "vitest";
import { stepsBetween } from "../../../scripts/history/steps.ts";
import { changesOf } from "../../../scripts/stack/changes.ts";
import type { StackState, StateResource } from "../../../scripts/stack/state.ts";
import { sentences } from "../../../scripts/stack/summary.ts";
import { mailbox } from "../stack/sample-steps.ts";

function box(name: string, more: Partial<StateResource> = {}, inputs = {}): StateResource {
  const properties = { ...mailbox, address: `${name}@mairie-nerac.fr`, aliases: [], ...inputs };
  return {
    urn: `urn:pulumi:nerac::bastide::cdg:zimbra:Mailbox::${name}`,
    type: "cdg:zimbra:Mailbox",
    id: properties.address,
    inputs: properties,
    outputs: { ...properties, zimbraId: `id-of-${name}` },
    ...more,
  };
}

function state(...resources: readonly StateResource[]): StackState {
  return { resources, pending: [], salt: null, writtenAt: "2026-11-17T09:00:00Z" };
}

function secret(ciphertext: string) {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext };
}

function told(before: StackState | null, after: StackState, kind: "update" | "refresh" = "update") {
  return sentences(changesOf(stepsBetween(before, after, kind)), "past").map(
    ({ mark, text }) => `${mark} ${text}`,
  );
}

describe("stepsBetween", () => {
  it.each([
    ["a first run", null, state(box("accueil")), ["+ boîte accueil@mairie-nerac.fr créée"]],
    ["nothing new", state(box("accueil")), state(box("accueil")), []],
    [
      "a new value",
      state(box("accueil")),
      state(box("accueil", {}, { quotaBytes: 10e9 })),
      ["~ boîte accueil@mairie-nerac.fr modifiée : quota 5 Go → 10 Go"],
    ],
    [
      "what was adopted",
      state(),
      state(box("accueil", { importID: "accueil@mairie-nerac.fr" })),
      ["+ boîte accueil@mairie-nerac.fr reprise telle quelle"],
    ],
    [
      "what left the file",
      state(box("accueil"), box("maire")),
      state(box("accueil")),
      ["- boîte maire@mairie-nerac.fr fermée, courrier conservé"],
    ],
    [
      "a rename, which changes the logical name as well",
      state(box("s.dupont")),
      state(
        box(
          "s.martin",
          { id: "s.dupont@mairie-nerac.fr", outputs: { zimbraId: "id-of-s.dupont" } },
          { aliases: ["s.dupont@mairie-nerac.fr"] },
        ),
      ),
      [
        "~ boîte s.dupont@mairie-nerac.fr → s.martin@mairie-nerac.fr renommée, même courrier ; alias +s.dupont@mairie-nerac.fr",
      ],
    ],
    [
      "a secret that changed",
      state(box("accueil", {}, { oldPassword: secret("v1:a") })),
      state(box("accueil", {}, { oldPassword: secret("v1:b") })),
      ["~ boîte accueil@mairie-nerac.fr modifiée : oldPassword changé"],
    ],
    [
      "a secret that stayed",
      state(box("accueil", {}, { oldPassword: secret("v1:a") })),
      state(box("accueil", {}, { oldPassword: secret("v1:a") })),
      [],
    ],
  ])("tells %s", (_what, before, after, expected) => {
    expect(told(before, after)).toEqual(expected);
  });

  it("tells a refresh as what was found, not as what was done", () => {
    const found = box("accueil");
    const changed = { ...found, outputs: { ...found.outputs, status: "locked" } };
    expect(told(state(found, box("maire")), state(changed), "refresh")).toEqual([
      "! dérive constatée, boîte accueil@mairie-nerac.fr : état ouverte → verrouillée",
      "! dérive constatée, boîte maire@mairie-nerac.fr : n’existe plus",
    ]);
  });

  it("never holds what is encrypted", () => {
    const steps = stepsBetween(
      state(box("accueil", {}, { nested: { deep: [secret("v1:OLD")] } })),
      state(box("accueil", {}, { nested: { deep: [secret("v1:NEW")] } })),
      "update",
    );
    expect(JSON.stringify(steps)).not.toMatch(/v1:|ciphertext/);
    expect(JSON.stringify(steps)).toContain("[secret]");
  });
});
