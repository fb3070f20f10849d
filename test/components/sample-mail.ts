import type { MailPlan } from "../../plan/types.ts";

/** A small plan: a renamed mailbox, an alias, a list with a mailbox, an alias and an outside address. */
export const sampleMail: MailPlan = {
  domain: {
    logicalName: "domain",
    name: "xn--mairie-nrac-deb.fr",
    displayName: "mairie-nérac.fr",
    origin: "owned",
    maxMailboxes: 25,
    aggregateQuotaBytes: 50_000_000_000,
    limitsManaged: true,
    status: "active",
  },
  mailboxes: [
    {
      logicalName: "accueil",
      formerLogicalNames: [],
      address: "accueil@xn--mairie-nrac-deb.fr",
      formerAddress: null,
      displayName: "Accueil",
      quotaBytes: 5_000_000_000,
      aliases: ["contact@xn--mairie-nrac-deb.fr"],
      status: "active",
    },
    {
      logicalName: "s.martin",
      formerLogicalNames: ["s.dupont"],
      address: "s.martin@xn--mairie-nrac-deb.fr",
      formerAddress: "s.dupont@xn--mairie-nrac-deb.fr",
      displayName: "Sophie Martin",
      quotaBytes: null,
      aliases: ["s.dupont@xn--mairie-nrac-deb.fr"],
      status: "locked",
    },
  ],
  lists: [
    {
      logicalName: "elus",
      address: "elus@xn--mairie-nrac-deb.fr",
      displayName: "Élus",
      members: ["contact@xn--mairie-nrac-deb.fr", "maire.nerac@orange.example"],
      technical: false,
    },
  ],
  limits: { mailboxes: 25, totalBytes: 50_000_000_000 },
};
