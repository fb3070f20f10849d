import { afterAll } from "vitest";
import type { FaultKind } from "../../../../scripts/lab/gravityzone/index.ts";
import { type DisturbedSystem, providerLaws } from "../../kit/laws.ts";
import { API_KEY, environment, GravityZoneLab, LAUNCHER } from "./lab.ts";

const lab = new GravityZoneLab();
/** The company that packages and accounts belong to. */
const COMPANY = "5f43a1b2c3d4e5f6a7b8c9d0";
afterAll(() => lab.stop());

function system(
  kinds: readonly FaultKind[],
  removeByHand: () => Promise<void>,
  withCompany = false,
): DisturbedSystem {
  const every = (kind: FaultKind) => async () =>
    lab.running.setFaults([{ operation: "*", call: "every", kind }]);
  return {
    reset: async () => {
      await lab.start(API_KEY, withCompany ? { customerId: COMPANY } : {});
      lab.running.clearCalls();
    },
    calls: async () => lab.running.calls.length,
    failures: Object.fromEntries(kinds.map((kind) => [kind, every(kind)])),
    silence: every("silence"),
    removeByHand,
  };
}

const common = {
  launcher: LAUNCHER,
  env: environment(API_KEY),
  config: () => lab.config(),
  canaries: [API_KEY],
};

providerLaws({
  ...common,
  type: "cdg:gravityzone:Company",
  sample: {
    siren: "214701955",
    name: "Commune de « Nérac » & alentours 🏛️, ville d’art et d’histoire du Sud-Ouest",
    reservedSeats: 13,
    status: "active",
    endsOn: "2027-12-31",
    deletion: "close",
  },
  changed: {
    siren: "214701955",
    name: "Commune de Nérac",
    reservedSeats: null,
    status: "suspended",
    endsOn: null,
    deletion: "purge",
  },
  system: system(["500", "html", "rpc-error"], async () => {
    const [company] = await lab.api.list("companies.findCompaniesByName", { nameFilter: "214701955" });
    await lab.api.result("companies.deleteCompany", { companyId: company?.id });
  }),
});

providerLaws({
  ...common,
  type: "cdg:gravityzone:Package",
  sample: { companyId: COMPANY, name: "Postes et serveurs", language: "fr_FR" },
  changed: { companyId: COMPANY, name: "Tout", language: "en_US" },
  system: system(
    ["503", "rpc-error"],
    async () => {
      const [one] = await lab.api.list("packages.getPackagesList", { companyId: COMPANY });
      await lab.api.result("packages.deletePackage", { packageId: one?.id });
    },
    true,
  ),
});

providerLaws({
  ...common,
  type: "cdg:gravityzone:Account",
  sample: {
    companyId: COMPANY,
    email: "Mairie.Nerac@orange.example",
    fullName: "Secrétariat de mairie",
    language: "fr_FR",
    timezone: "Europe/Paris",
  },
  changed: {
    companyId: COMPANY,
    email: "elus.nerac@orange.example",
    fullName: "Élus",
    language: "en_US",
    timezone: "UTC",
  },
  volatile: ["password"],
  system: system(
    ["503", "rpc-error"],
    async () => {
      const [one] = await lab.api.list("accounts.getAccountsList", { companyId: COMPANY });
      await lab.api.result("accounts.deleteAccount", { accountId: one?.id });
    },
    true,
  ),
});
