import { describe, expect, it } from "vitest";
import type { AntiSpamPlan } from "../../../plan/types.ts";
import { antiSpamChanges } from "../../../scripts/ci/anti-spam-changes.ts";

const relay = {
  name: "mx1",
  host: "mx1.cdg.example",
  port: 22,
  user: "bastide",
  hostKey: "ssh-ed25519 AAAA",
};
const plan: AntiSpamPlan = {
  document: {
    version: 1,
    tenant: "nerac",
    domains: ["mairie-nerac.fr"],
    nextHop: { host: "imap.cdg.example", port: 25 },
    recipients: ["accueil@mairie-nerac.fr"],
    policy: { rejectScore: 15, markScore: 6, greylistScore: 4 },
    allow: [],
    deny: ["@pub.example"],
  },
  text: "{}",
  digest: "d2f3072e131ac484",
  relays: [relay],
};
const withDocument = (changes: Partial<AntiSpamPlan["document"]>): AntiSpamPlan => ({
  ...plan,
  document: { ...plan.document, ...changes },
});

describe("a pull request's words on inbound filtering", () => {
  it.each([
    ["that comes", undefined, plan, ["info Courrier entrant filtré par `mx1 (mx1.cdg.example:22)`."]],
    [
      "that goes",
      plan,
      undefined,
      ["danger Les relais `mx1 (mx1.cdg.example:22)` refuseront le courrier de ces adresses."],
    ],
    ["that stays", plan, plan, []],
    [
      "with other lists",
      plan,
      withDocument({ allow: ["@a.example", "b@c.example"], deny: [] }),
      [
        "warning Expéditeurs jamais filtrés, en plus : `@a.example`, `b@c.example`.",
        "info Expéditeurs toujours refusés, en moins : `@pub.example`.",
      ],
    ],
    [
      "with other thresholds",
      plan,
      withDocument({ policy: { rejectScore: 10, markScore: 4, greylistScore: null } }),
      [
        "warning Seuils du filtrage : `refus 15, marque 6, liste grise 4` → `refus 10, marque 4, liste grise jamais`.",
      ],
    ],
    [
      "on a host that moved",
      plan,
      { ...plan, relays: [{ ...relay, port: 2222 }] },
      ["warning Relais du filtrage : `mx1 (mx1.cdg.example:22)` → `mx1 (mx1.cdg.example:2222)`."],
    ],
  ])("%s", (_what, before, after, expected) => {
    expect(antiSpamChanges(before, after).map(({ weight, text }) => `${weight} ${text.text}`)).toEqual(
      expected,
    );
  });
});
