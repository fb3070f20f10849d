import { describe, expect, it } from "vitest";
import type { AntivirusPlan } from "../../../plan/types.ts";
import { antivirusChanges } from "../../../scripts/ci/antivirus-changes.ts";

const plan: AntivirusPlan = {
  company: { siren: "214701955", name: "Commune de Nérac", reservedSeats: 20, status: "active" },
  packageName: "bastide",
  administrator: { email: "mairie@orange.example", fullName: "Mairie" },
  limits: { workstations: 18, servers: 2 },
};
const withCompany = (change: Partial<AntivirusPlan["company"]>): AntivirusPlan => ({
  ...plan,
  company: { ...plan.company, ...change },
});

describe("antivirusChanges", () => {
  it.each([
    ["nothing before", undefined, plan, ["info: Antivirus : 20 licences."]],
    [
      "nothing after",
      plan,
      undefined,
      [
        "danger: L’antivirus sort du contrat : réservation de 20 licences retirée, société suspendue, postes sans protection.",
      ],
    ],
    [
      "more seats",
      plan,
      withCompany({ reservedSeats: 21 }),
      ["info: Licences antivirus réservées : 20 licences → 21 licences."],
    ],
    [
      "fewer seats",
      plan,
      withCompany({ reservedSeats: 1 }),
      ["warning: Licences antivirus réservées : 20 licences → 1 licence."],
    ],
    [
      "a suspension",
      plan,
      withCompany({ status: "suspended" }),
      ["danger: L’antivirus sera suspendu : postes et serveurs ne seront plus protégés."],
    ],
    ["a return", withCompany({ status: "suspended" }), plan, ["warning: L’antivirus reprend : 20 licences."]],
    [
      "no administrator any more",
      plan,
      { ...plan, administrator: null },
      ["warning: Administrateur antivirus : `mairie@orange.example` → `aucun`."],
    ],
    ["no change", plan, plan, []],
  ])("tells %s", (_what, before, after, lines) => {
    const told = antivirusChanges(before, after).map(({ weight, text }) => `${weight}: ${text.text}`);
    expect(told).toEqual(lines);
  });
});
