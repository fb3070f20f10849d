import { beforeAll, describe, expect, it } from "vitest";
import { AntivirusLicences } from "../../components/antivirus-licences.ts";
import type { AntivirusPlan } from "../../plan/types.ts";
import { type Registration, registrationsOf } from "./mock-engine.ts";

const plan: AntivirusPlan = {
  company: { siren: "214701955", name: "Commune de Nérac", reservedSeats: 13, status: "active" },
  packageName: "bastide",
  administrator: { email: "mairie.nerac@orange.example", fullName: "Secrétariat de mairie" },
  limits: { workstations: 12, servers: 1 },
};
const companyId = "5f43a1b2c3d4e5f6a7b8c9d0";
let registrations: readonly Registration[];

beforeAll(async () => {
  registrations = await registrationsOf(() => {
    new AntivirusLicences("antivirus", { plan });
  });
});

describe("AntivirusLicences", () => {
  it("keeps the names of a company, its package, its administrator and one measurement", () => {
    expect(registrations.map(({ urn }) => urn)).toEqual([
      "bastide:antivirus:AntivirusLicences$cdg:gravityzone:Account::administrator",
      "bastide:antivirus:AntivirusLicences$cdg:gravityzone:Company::company",
      "bastide:antivirus:AntivirusLicences$cdg:gravityzone:Package::package",
      "bastide:antivirus:AntivirusLicences$cdg:gravityzone:Usage::usage",
      "bastide:antivirus:AntivirusLicences::antivirus",
    ]);
  });

  it.each([
    ["company", { siren: "214701955", name: "Commune de Nérac", reservedSeats: 13, status: "active" }],
    ["package", { companyId, name: "bastide" }],
    ["administrator", { companyId, email: "mairie.nerac@orange.example", fullName: "Secrétariat de mairie" }],
    ["usage", { companyId }],
  ])("passes the plan on to the %s and leaves defaults to the plugin", (name, inputs) => {
    expect(registrations.find((one) => one.name === name)?.inputs).toEqual(inputs);
  });

  it("registers what it has measured when it is done", () => {
    expect(registrations.find(({ name }) => name === "antivirus")?.outputs).toEqual({
      usedSeats: 4,
      reservedSeats: 13,
    });
  });

  it("makes no account where the file names no contact", async () => {
    const found = await registrationsOf(() => {
      new AntivirusLicences("antivirus", { plan: { ...plan, administrator: null } });
    });
    expect(found.map(({ type }) => type)).not.toContain("cdg:gravityzone:Account");
  });
});
