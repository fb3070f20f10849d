import { describe, expect, it } from "vitest";
import { changesOf } from "../../../scripts/stack/changes.ts";
import type { StackState } from "../../../scripts/stack/state.ts";
import { usageWarnings } from "../../../scripts/stack/usage-warnings.ts";
import { mailbox, stepOf } from "./sample-steps.ts";

const measuredAt = "2026-11-25T10:00:00.000Z";

function stateWith(usedBytes: number | null): StackState {
  const outputs = {
    mailboxes: { [mailbox.address]: { usedBytes, quotaBytes: 5_000_000_000 } },
    usage: { mail: { storage: { used: usedBytes, limit: null, unit: "bytes", measuredAt } } },
  };
  const stack = {
    urn: "urn:pulumi:nerac::bastide::pulumi:pulumi:Stack::x",
    type: "pulumi:pulumi:Stack",
    inputs: {},
    outputs,
  };
  return { resources: [stack], pending: [], salt: null, writtenAt: measuredAt };
}

function lowered(quotaBytes: number | null, more = {}) {
  return changesOf([
    stepOf("update", "cdg:zimbra:Mailbox", "accueil", {
      old: mailbox,
      new: { ...mailbox, quotaBytes, ...more },
    }),
  ]);
}

describe("usageWarnings", () => {
  it("names both figures and the date when a quota goes below what was used", () => {
    expect(usageWarnings(lowered(1_000_000_000), stateWith(1_200_000_000))).toEqual([
      "accueil@mairie-nerac.fr: the quota of 1 Go is below what was used, 1,2 Go (measured 2026-11-25T10:00:00.000Z). up reads it again and refuses if that is still so.",
    ]);
  });

  it.each([
    [4_115_776, "4,12 Mo"],
    [999, "999 octets"],
    [2_500_000_000_000, "2,5 To"],
  ])("rounds %i bytes to %s", (used, text) => {
    expect(usageWarnings(lowered(1), stateWith(used))[0]).toContain(`what was used, ${text} (measured`);
  });

  it("finds a renamed mailbox under its former address", () => {
    const changes = lowered(1_000_000_000, { address: "bonjour@mairie-nerac.fr" });
    expect(usageWarnings(changes, stateWith(1_200_000_000))[0]).toContain("bonjour@mairie-nerac.fr");
  });

  it.each([
    ["that still holds what is used", lowered(2_000_000_000), stateWith(1_200_000_000)],
    ["without limit", lowered(null), stateWith(1_200_000_000)],
    ["of a mailbox that was never measured", lowered(1), stateWith(null)],
    ["of a stack that does not exist", lowered(1), null],
  ])("is silent about a quota %s", (_what, changes, state) => {
    expect(usageWarnings(changes, state)).toEqual([]);
  });
});
