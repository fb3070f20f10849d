import { afterAll } from "vitest";
import type { FaultKind } from "../../../../scripts/lab/zimbra/faults-plan.ts";
import { type DisturbedSystem, providerLaws } from "../../kit/laws.ts";
import { ADMIN_PASSWORD, ENVIRONMENT, LAUNCHER, ZimbraLab } from "./lab.ts";

const lab = new ZimbraLab();
afterAll(() => lab.stop());

function system(
  kinds: readonly FaultKind[],
  removeByHand: () => Promise<void>,
  empty = false,
): DisturbedSystem {
  const every = (kind: FaultKind) => async () =>
    lab.running.setFaults([{ operation: "*", call: "every", kind }]);
  return {
    reset: () => lab.start(empty ? {} : undefined),
    calls: async () => lab.requests().length,
    failures: Object.fromEntries(kinds.map((kind) => [kind, every(kind)])),
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

providerLaws({
  ...common,
  type: "cdg:zimbra:Mailbox",
  sample: {
    address: "Zoe@Nerac.test",
    displayName: 'Zoé <Martin> & "Söhne" 🏛️',
    quotaBytes: 5_000_000_000,
    aliases: ["z@nerac.test", "Accueil@nerac.test"],
    status: "active",
    deletion: "close",
  },
  changed: {
    address: "zoe@nerac.test",
    displayName: "Zoé",
    quotaBytes: null,
    aliases: ["accueil@nerac.test", "mairie@nerac.test"],
    status: "locked",
    deletion: "purge",
  },
  volatile: ["password"],
  system: system(["500", "html", "auth-expired"], async () => {
    const id = (await lab.find("account", "zoe@nerac.test"))?.id;
    await lab.ask("DeleteAccount", { id });
  }),
});

providerLaws({
  ...common,
  type: "cdg:zimbra:DistributionList",
  sample: {
    address: "Elus@nerac.test",
    displayName: "Élus",
    members: ["zoe@nerac.test", "Maire@orange.fr"],
    deletion: "close",
  },
  changed: {
    address: "elus@nerac.test",
    displayName: "Élus et agents",
    members: ["autre@orange.fr", "zoe@nerac.test"],
    deletion: "purge",
  },
  system: system(["503"], async () => {
    const id = (await lab.find("dl", "elus@nerac.test"))?.id;
    await lab.ask("DeleteDistributionList", { id });
  }),
});

providerLaws({
  ...common,
  type: "cdg:zimbra:Domain",
  sample: {
    name: "Nerac.test.",
    description: "Nérac",
    maxMailboxes: 10,
    aggregateQuotaBytes: 50_000_000_000,
    status: "active",
    deletion: "close",
  },
  changed: {
    name: "nerac.test",
    description: "Ville de Nérac",
    maxMailboxes: 12,
    aggregateQuotaBytes: null,
    status: "locked",
    deletion: "purge",
  },
  system: system(
    ["503"],
    async () => {
      const id = (await lab.find("domain", "nerac.test"))?.id;
      await lab.ask("DeleteDomain", { id });
    },
    true,
  ),
});
