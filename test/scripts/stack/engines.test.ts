import { describe, expect, it } from "vitest";
import { slotsFor } from "../../../scripts/stack/engines.ts";

const slots = [{ attach: "cdg:1,docker:2,command:3", isRunning: () => true }];
const image = `sha256:${"a".repeat(64)}`;
const attached = (backup: Parameters<typeof slotsFor>[1]["backup"]) =>
  slotsFor(slots, { backup }).map(({ attach }) => attach);

describe("the plugins that a run is attached to", () => {
  it("are all of them where the Swarm's manager is the only engine", () => {
    expect(attached(undefined)).toEqual(["cdg:1,docker:2,command:3"]);
    expect(attached({ image, stockage: [{ name: "fr-1" }] })).toEqual(["cdg:1,docker:2,command:3"]);
  });

  it("leave Docker to the engine where a storage node has one of its own: each of the two gets its own process", () => {
    const host = "ssh://bastide@fr-2.cdg.example";
    expect(attached({ image, stockage: [{ name: "fr-1" }, { name: "fr-2", host }] })).toEqual([
      "cdg:1,command:3",
    ]);
  });
});
