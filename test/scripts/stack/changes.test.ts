import { describe, expect, it } from "vitest";
import { changedOutputs, changesOf } from "../../../scripts/stack/changes.ts";
import { refusals } from "../../../scripts/stack/guard.ts";
import { sentences } from "../../../scripts/stack/summary.ts";
import { mailbox, stackStep, stepOf } from "./sample-steps.ts";

const boxes = "cdg:zimbra:Mailbox";
const lists = "cdg:zimbra:DistributionList";
const companies = "cdg:gravityzone:Company";
const company = { siren: "214701955", name: "Commune de Nérac", reservedSeats: 20, status: "active" };

function told(
  steps: Parameters<typeof changesOf>[0],
  tense: "future" | "past" = "future",
): readonly string[] {
  return sentences(changesOf(steps), tense).map(({ mark, text }) => `${mark} ${text}`);
}

describe("changesOf, in words", () => {
  it.each([
    [
      "a new mailbox",
      stepOf("create", boxes, "accueil", { new: mailbox }),
      "+ boîte accueil@mairie-nerac.fr sera créée",
    ],
    [
      "a higher quota",
      stepOf("update", boxes, "accueil", { old: mailbox, new: { ...mailbox, quotaBytes: 6_000_000_000 } }),
      "~ boîte accueil@mairie-nerac.fr sera modifiée : quota 5 Go → 6 Go",
    ],
    [
      "a quota without limit",
      stepOf("update", boxes, "accueil", { old: mailbox, new: { ...mailbox, quotaBytes: null } }),
      "~ boîte accueil@mairie-nerac.fr sera modifiée : quota 5 Go → illimité",
    ],
    [
      "another alias",
      stepOf("update", boxes, "accueil", {
        old: mailbox,
        new: { ...mailbox, aliases: ["mairie@mairie-nerac.fr"] },
      }),
      "~ boîte accueil@mairie-nerac.fr sera modifiée : alias -contact@mairie-nerac.fr +mairie@mairie-nerac.fr",
    ],
    [
      "a lock",
      stepOf("update", boxes, "accueil", { old: mailbox, new: { ...mailbox, status: "locked" } }),
      "~ boîte accueil@mairie-nerac.fr sera verrouillée",
    ],
    [
      "a person who left",
      stepOf("update", boxes, "accueil", {
        old: mailbox,
        new: {
          ...mailbox,
          status: "locked",
          forwardTo: ["maire@mairie-nerac.fr"],
          autoReply: { text: "Partie.", until: "2027-03-31T21:59:59Z" },
          quotaBytes: 6_000_000_000,
        },
      }),
      "~ boîte accueil@mairie-nerac.fr sera verrouillée, courrier transféré à maire@mairie-nerac.fr, réponse automatique jusqu’au 2027-03-31 ; quota 5 Go → 6 Go",
    ],
    [
      "a person who left and is back",
      stepOf("update", boxes, "accueil", {
        old: {
          ...mailbox,
          status: "locked",
          forwardTo: ["maire@mairie-nerac.fr"],
          autoReply: { text: "Partie.", until: "2027-03-31T21:59:59Z" },
        },
        new: mailbox,
      }),
      "~ boîte accueil@mairie-nerac.fr sera rouverte, transfert à maire@mairie-nerac.fr arrêté, réponse automatique arrêtée",
    ],
    [
      "another successor of a person who left",
      stepOf("update", boxes, "accueil", {
        old: { ...mailbox, status: "locked", forwardTo: ["a@mairie-nerac.fr"] },
        new: { ...mailbox, status: "locked", forwardTo: ["b@mairie-nerac.fr"] },
      }),
      "~ boîte accueil@mairie-nerac.fr sera modifiée : courrier transféré à b@mairie-nerac.fr",
    ],
    [
      "a renamed mailbox",
      stepOf("update", boxes, "accueil", {
        old: mailbox,
        new: { ...mailbox, address: "bonjour@mairie-nerac.fr", displayName: "Bonjour" },
      }),
      "~ boîte accueil@mairie-nerac.fr → bonjour@mairie-nerac.fr sera renommée, même courrier ; nom affiché « Accueil » → « Bonjour »",
    ],
    [
      "a company that gets fewer seats",
      stepOf("update", companies, "company", { old: company, new: { ...company, reservedSeats: 15 } }),
      "~ société antivirus Commune de Nérac sera modifiée : licences réservées 20 → 15",
    ],
    [
      "seats that are no longer reserved",
      stepOf("update", companies, "company", { old: company, new: { ...company, reservedSeats: null } }),
      "~ société antivirus Commune de Nérac sera modifiée : réservation retirée (20 licences)",
    ],
    [
      "a company that leaves the file",
      stepOf("delete", companies, "company", { old: company }),
      "- société antivirus Commune de Nérac sera suspendue, réservation de licences retirée : ses postes ne sont plus protégés",
    ],
    [
      "a mailbox that leaves the file",
      stepOf("delete", boxes, "accueil", { old: mailbox }),
      "- boîte accueil@mairie-nerac.fr sera fermée, courrier conservé",
    ],
    [
      "a list that leaves the file",
      stepOf("delete", lists, "elus", { old: { address: "elus@mairie-nerac.fr", deletion: "close" } }),
      "- liste elus@mairie-nerac.fr sera fermée, membres conservés",
    ],
    [
      "a purge",
      stepOf("delete", boxes, "accueil", { old: { ...mailbox, deletion: "purge" } }),
      "- boîte accueil@mairie-nerac.fr sera EFFACÉE avec son contenu",
    ],
    [
      "a change by hand, found by a refresh",
      stepOf("refresh", boxes, "accueil", { old: mailbox, new: { ...mailbox, quotaBytes: 7_000_000_000 } }),
      "! dérive constatée, boîte accueil@mairie-nerac.fr : quota 5 Go → 7 Go",
    ],
    [
      "a mailbox that somebody deleted",
      stepOf("refresh", boxes, "accueil", { old: mailbox }),
      "! dérive constatée, boîte accueil@mairie-nerac.fr : n’existe plus",
    ],
    [
      "another address of the systems",
      stepOf("update", "pulumi:providers:cdg", "cdg", { old: { tenant: "a" }, new: { tenant: "b" } }),
      "~ connexion aux systèmes du CDG sera modifiée : tenant « a » → « b »",
    ],
  ])("tells of %s", (_what, step, sentence) => {
    expect(told([step])).toEqual([sentence]);
  });

  it("tells in the past of what was done", () => {
    expect(told([stepOf("create", boxes, "accueil", { new: mailbox })], "past")).toEqual([
      "+ boîte accueil@mairie-nerac.fr créée",
    ]);
  });

  it.each([
    ["what stays as it is", stepOf("same", boxes, "accueil", { old: mailbox, new: mailbox })],
    ["a refresh that finds nothing", stepOf("refresh", boxes, "accueil", { old: mailbox, new: mailbox })],
    ["new figures", stepOf("refresh", "cdg:zimbra:MailUsage", "usage", { old: { a: 1 }, new: { a: 2 } })],
    [
      "the components, which only hold the others",
      stepOf("create", "bastide:mail:Mail", "mail", { new: {} }),
    ],
  ])("is silent about %s", (_what, step) => {
    expect(told([step])).toEqual([]);
  });

  it("puts first what closes something, then orders by kind and name", () => {
    const other = { ...mailbox, address: "a@mairie-nerac.fr" };
    expect(
      told([
        stepOf("create", lists, "elus", { new: { address: "elus@mairie-nerac.fr" } }),
        stepOf("create", boxes, "accueil", { new: mailbox }),
        stepOf("create", boxes, "a", { new: other }),
        stepOf("delete", boxes, "z", { old: { ...mailbox, address: "z@mairie-nerac.fr" } }),
      ]),
    ).toEqual([
      "- boîte z@mairie-nerac.fr sera fermée, courrier conservé",
      "+ boîte a@mairie-nerac.fr sera créée",
      "+ boîte accueil@mairie-nerac.fr sera créée",
      "+ liste elus@mairie-nerac.fr sera créée",
    ]);
  });
});

describe("changedOutputs", () => {
  it("names what differs, but for figures that only follow a measurement", () => {
    const old = { planHash: "a", usage: { used: 1 }, mailboxes: {}, slug: "nerac" };
    const present = { planHash: "b", usage: { used: 2 }, mailboxes: { x: 1 }, slug: "nerac" };
    expect(changedOutputs([stackStep(old, present)])).toEqual(["planHash"]);
  });

  it("is empty for a run that failed before the outputs", () => {
    expect(changedOutputs([])).toEqual([]);
  });
});

describe("refusals", () => {
  it("refuses to replace what holds data and names the property", () => {
    const step = stepOf("replace", "cdg:zimbra:Domain", "domain", {
      old: { name: "ancien.fr" },
      new: { name: "nouveau.fr" },
    });
    expect(refusals(changesOf([step])).map(({ reason }) => reason)).toEqual([
      "would be replaced (name): its mail would be left behind",
    ]);
  });

  it("refuses a purge", () => {
    const step = stepOf("delete", boxes, "accueil", { old: { ...mailbox, deletion: "purge" } });
    expect(refusals(changesOf([step])).map(({ reason }) => reason)).toEqual([
      "would be purged with its content",
    ]);
  });

  it("lets a closing pass, and the replace of what holds no data", () => {
    const closing = stepOf("delete", boxes, "accueil", { old: mailbox });
    const measuring = stepOf("replace", "cdg:zimbra:MailUsage", "usage", { old: { a: 1 }, new: { a: 2 } });
    expect(refusals(changesOf([closing, measuring]))).toEqual([]);
  });
});

describe("what a refresh found", () => {
  const volume = "docker:index/volume:Volume";
  const service = "docker:index/service:Service";
  const written = { containerSpec: { args: ["--append-only"], env: null, mounts: [{ readOnly: null }] } };

  it.each([
    ["a volume's options", volume, { driverOpts: null }, { driverOpts: {} }],
    [
      "what a service was not told",
      service,
      { taskSpec: written },
      {
        taskSpec: {
          containerSpec: { args: ["--append-only"], env: {}, mounts: [{ readOnly: false }] },
          placement: { prefs: [] },
        },
      },
    ],
  ])(
    "is no drift where Docker's plugin reads zero values back in place of nothing: %s",
    (_what, type, old, read) => {
      const name = { name: "backup-nerac" };
      const step = stepOf("refresh", type, "backup", { old: { ...name, ...old }, new: { ...name, ...read } });
      expect(told([step])).toEqual([]);
    },
  );

  it.each([
    ["a volume's options", volume, { driverOpts: { device: "/srv" } }, { driverOpts: {} }],
    [
      "an argument",
      service,
      { taskSpec: written },
      { taskSpec: { containerSpec: { args: [], env: {}, mounts: [{ readOnly: false }] } } },
    ],
  ])("is drift where something is gone: %s", (_what, type, old, read) => {
    const name = { name: "backup-nerac" };
    const step = stepOf("refresh", type, "backup", { old: { ...name, ...old }, new: { ...name, ...read } });
    expect(told([step])).toHaveLength(1);
  });
});
