import { afterAll, beforeAll } from "vitest";
import { type DisturbedSystem, providerLaws } from "../../kit/laws.ts";
import type { FaultKind } from "../faulty-proxy.ts";
import { LAUNCHER } from "../zimbra/lab.ts";
import { ENVIRONMENT, SftpgoLab } from "./lab.ts";
import { ADMIN_PASSWORD, BUILD_MS } from "./server.ts";

const lab = new SftpgoLab();
beforeAll(() => lab.start(), BUILD_MS);
afterAll(() => lab.stop());

function system(
  faults: readonly FaultKind[],
  prepare: () => Promise<void>,
  removeByHand: () => Promise<void>,
): DisturbedSystem {
  const every = (kind: FaultKind) => async () => {
    lab.proxy.setFaults([{ operation: "*", call: "every", kind }]);
  };
  return {
    async reset() {
      await lab.start();
      await prepare();
    },
    calls: async () => lab.proxy.work.length,
    failures: Object.fromEntries(faults.map((fault) => [fault, every(fault)])),
    silence: every("silence"),
    removeByHand,
  };
}

const common = {
  launcher: LAUNCHER,
  env: ENVIRONMENT,
  config: () => lab.config(),
  canaries: [ADMIN_PASSWORD],
};

async function addFolder(name: string): Promise<void> {
  await lab.ask("POST", "/folders", { name, mapped_path: `/nowhere/${name}`, description: "bastide:nerac" });
}

async function addGroup(name: string): Promise<void> {
  await lab.ask("POST", "/groups", { name, description: "bastide:nerac" });
}

const nothing = async () => {};

providerLaws({
  ...common,
  type: "cdg:sftpgo:Folder",
  sample: { name: "Nerac.partage", deletion: "close" },
  changed: { name: "nerac.partage", deletion: "purge" },
  system: system(["503"], nothing, async () => {
    await lab.ask("DELETE", "/folders/nerac.partage");
  }),
});

providerLaws({
  ...common,
  type: "cdg:sftpgo:Group",
  sample: {
    name: "Nerac.transfert",
    folder: "nerac.transfert",
    mountedAt: "/transfert",
    quotaBytes: 10_000_000_000,
    maxFileBytes: 2_000_000_000,
    linkDays: 30,
    passwordStrength: 50,
  },
  changed: {
    name: "nerac.transfert",
    folder: "nerac.autre",
    mountedAt: "/envoi",
    quotaBytes: null,
    maxFileBytes: null,
    linkDays: 7,
    passwordStrength: null,
  },
  system: system(
    ["500"],
    async () => {
      await addFolder("nerac.transfert");
      await addFolder("nerac.autre");
    },
    async () => {
      await lab.ask("DELETE", "/groups/nerac.transfert");
    },
  ),
});

providerLaws({
  ...common,
  type: "cdg:sftpgo:User",
  sample: {
    name: "Nerac.s.martin",
    email: "s.martin@mairie-nerac.fr",
    displayName: 'Sophie <Martin> & "Söhne" 🏛️',
    groups: ["nerac.partage"],
    primaryGroup: "nerac.transfert",
    links: true,
    status: "active",
    lastDay: "2027-03-28",
    deletion: "close",
  },
  changed: {
    name: "nerac.s.martin",
    email: null,
    displayName: "Sophie",
    groups: [],
    primaryGroup: null,
    links: false,
    status: "locked",
    lastDay: null,
    deletion: "purge",
  },
  volatile: ["password"],
  system: system(
    ["html", "expired"],
    async () => {
      await addGroup("nerac.partage");
      await addGroup("nerac.transfert");
    },
    async () => {
      await lab.ask("DELETE", "/users/nerac.s.martin");
    },
  ),
});

providerLaws({
  ...common,
  type: "cdg:sftpgo:Retention",
  sample: { group: "Nerac.transfert", path: "/transfert", days: 30 },
  changed: { group: "nerac.transfert", path: "/envoi", days: 7 },
  system: system(["html"], nothing, async () => {
    await lab.ask("DELETE", "/eventrules/nerac.transfert");
  }),
});
