import { beforeAll, describe, expect, it } from "vitest";
import { Mail } from "../../components/mail.ts";
import { type Registration, registrationsOf } from "./mock-engine.ts";
import { sampleMail } from "./sample-mail.ts";

const mailUrn = "urn:pulumi:test::bastide::bastide:mail:Mail::mail";
let registrations: readonly Registration[];

beforeAll(async () => {
  registrations = await registrationsOf(() => {
    new Mail("mail", { plan: sampleMail });
  });
});

function find(type: string, name: string): Registration {
  const found = registrations.find((one) => one.type === type && one.name === name);
  if (!found) throw new Error(`${type} ${name} was not registered`);
  return found;
}

describe("Mail", () => {
  it("makes a domain, its mailboxes and lists, and one measurement", () => {
    expect(registrations.map(({ type, name }) => `${type} ${name}`)).toEqual([
      "cdg:zimbra:DistributionList elus",
      "cdg:zimbra:Domain domain",
      "cdg:zimbra:MailUsage usage",
      "cdg:zimbra:Mailbox accueil",
      "cdg:zimbra:Mailbox s.martin",
      "bastide:mail:Mail mail",
    ]);
  });

  it("is the parent of everything in it", () => {
    const children = registrations.filter(({ type }) => type !== "bastide:mail:Mail");
    expect(new Set(children.map(({ parent }) => parent))).toEqual(new Set([mailUrn]));
  });

  it("registers what it has measured when it is done", () => {
    expect(find("bastide:mail:Mail", "mail").outputs).toEqual({
      domain: "xn--mairie-nrac-deb.fr",
      openMailboxes: 2,
      usedBytes: 1_000,
    });
  });

  it.each([
    [
      "cdg:zimbra:Domain",
      "domain",
      {
        name: "xn--mairie-nrac-deb.fr",
        description: "mairie-nérac.fr",
        maxMailboxes: 25,
        aggregateQuotaBytes: 50_000_000_000,
        status: "active",
      },
    ],
    [
      "cdg:zimbra:Mailbox",
      "s.martin",
      {
        address: "s.martin@xn--mairie-nrac-deb.fr",
        displayName: "Sophie Martin",
        quotaBytes: null,
        aliases: ["s.dupont@xn--mairie-nrac-deb.fr"],
        status: "locked",
      },
    ],
    [
      "cdg:zimbra:DistributionList",
      "elus",
      {
        address: "elus@xn--mairie-nrac-deb.fr",
        displayName: "Élus",
        members: ["contact@xn--mairie-nrac-deb.fr", "maire.nerac@orange.example"],
      },
    ],
    ["cdg:zimbra:MailUsage", "usage", { domain: "xn--mairie-nrac-deb.fr" }],
  ])("passes the plan on to %s %s and leaves defaults to the plugin", (type, name, inputs) => {
    expect(find(type, name).inputs).toEqual(inputs);
  });

  it("gives a renamed mailbox its former name as an alias", () => {
    expect(find("cdg:zimbra:Mailbox", "s.martin").aliases).toEqual(["s.dupont"]);
    expect(find("cdg:zimbra:Mailbox", "accueil").aliases).toEqual([]);
  });

  it.each([
    ["cdg:zimbra:Mailbox", "accueil", ["cdg:zimbra:Domain::domain"]],
    ["cdg:zimbra:DistributionList", "elus", ["cdg:zimbra:Domain::domain", "cdg:zimbra:Mailbox::accueil"]],
    [
      "cdg:zimbra:MailUsage",
      "usage",
      [
        "cdg:zimbra:DistributionList::elus",
        "cdg:zimbra:Domain::domain",
        "cdg:zimbra:Mailbox::accueil",
        "cdg:zimbra:Mailbox::s.martin",
      ],
    ],
  ])("lets %s %s wait for what it needs", (type, name, names) => {
    const short = find(type, name).dependencies.map((urn) => urn.split("$").at(-1));
    expect(short).toEqual(names);
  });

  it("leaves the limits of a domain as they were found while the tenant is being taken over", async () => {
    const domain = { ...sampleMail.domain, limitsManaged: false };
    const found = await registrationsOf(() => {
      new Mail("mail", { plan: { ...sampleMail, domain } });
    });
    const registered = found.find(({ type }) => type === "cdg:zimbra:Domain");
    expect(registered).toMatchObject({
      inputs: { maxMailboxes: null },
      ignoreChanges: ["aggregateQuotaBytes", "description", "status"],
    });
  });

  describe("with an old mailbox", () => {
    const oldMailbox = {
      address: "mairie@wanadoo.example",
      host: "imap.wanadoo.example",
      port: 993,
      security: "tls" as const,
      username: "mairie",
    };
    const mailboxes = sampleMail.mailboxes.map((box) => ({ ...box, oldMailbox }));
    const plan = { ...sampleMail, mailboxes: mailboxes.slice(1) };
    const collectionsOf = async (passwords: ReadonlyMap<string, string>) => {
      const all = await registrationsOf(() => {
        new Mail("mail", { plan, oldPasswords: passwords });
      });
      return { all, collections: all.filter(({ type }) => type === "cdg:zimbra:OldMailbox") };
    };

    it("collects nothing while its password is missing", async () => {
      expect((await collectionsOf(new Map([["other@wanadoo.example", "x"]]))).collections).toEqual([]);
    });

    it("collects it with its password, a secret, after everything else, and nothing waits for it", async () => {
      const { all, collections } = await collectionsOf(new Map([[oldMailbox.address, "canary-old"]]));
      expect(collections).toHaveLength(1);
      expect(collections[0]).toMatchObject({
        name: "s.martin",
        parent: mailUrn,
        aliases: ["s.dupont"],
        inputs: {
          ...oldMailbox,
          mailbox: "s.martin@xn--mairie-nrac-deb.fr",
          accountId: "id",
          enabled: false,
          password: { value: "canary-old" },
        },
      });
      const urns = collections[0]?.dependencies.map((urn) => urn.split("$").at(-1));
      expect(urns).toContain("cdg:zimbra:MailUsage::usage");
      const waiting = all.filter(({ dependencies }) =>
        dependencies.some((urn) => urn.includes("OldMailbox")),
      );
      expect(waiting).toEqual([]);
    });
  });
});
