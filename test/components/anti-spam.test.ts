import * as command from "@pulumi/command";
import { beforeAll, describe, expect, it } from "vitest";
import { Tenant } from "../../components/tenant.ts";
import type { AntiSpamPlan, TenantPlan } from "../../plan/index.ts";
import { planOf } from "../plan/tenant-yaml.ts";
import { type Registration, registrationsOf } from "./mock-engine.ts";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2LCuYe1nGyfGGbnmxjYb1iWmVQ0sRzHgQn0RyHc0pO";
const antiSpam: AntiSpamPlan = {
  document: {
    version: 1,
    tenant: "nerac",
    domains: ["mairie-nerac.fr"],
    nextHop: { host: "zimbra.cdg.example", port: 25 },
    recipients: ["accueil@mairie-nerac.fr"],
    policy: { rejectScore: 15, markScore: 6, greylistScore: 4 },
    allow: [],
    deny: [],
  },
  text: '{"version":1}',
  digest: "d2f3072e131ac484",
  relays: [
    { name: "mx1", host: "mx1.cdg.example", port: 22, user: "bastide", hostKey },
    { name: "mx2", host: "192.0.2.7", port: 2222, user: "relais", hostKey },
  ],
};
const plan: TenantPlan = { ...planOf(), antiSpam };

let registrations: readonly Registration[];

beforeAll(async () => {
  registrations = await registrationsOf(() => {
    const provider = new command.Provider("command");
    new Tenant("nerac", { plan }, { providers: { command: provider } });
  });
});

const documents = () => registrations.filter(({ type }) => type === "command:remote:Command");

describe("AntiSpam", () => {
  it("keeps the names of everything it makes", async () => {
    const urns = registrations.map(({ urn }) => urn).filter((urn) => /AntiSpam|command/.test(urn));
    await expect(`${urns.join("\n")}\n`).toMatchFileSnapshot("urns/anti-spam.txt");
  });

  it("puts the document on each relay, by commands that hold nothing of it but slug and digest", () => {
    expect(documents().map(({ name, inputs }) => [name, inputs])).toEqual([
      [
        "mx1",
        {
          // Secret as a whole, by the SDK: the engine writes it encrypted.
          connection: expect.objectContaining({
            value: {
              host: "mx1.cdg.example",
              port: 22,
              user: "bastide",
              hostKey,
              perDialTimeout: 5,
              dialErrorLimit: 10,
            },
          }),
          create: "bastide-relay apply nerac",
          update: "bastide-relay apply nerac",
          delete: "bastide-relay remove nerac d2f3072e131ac484",
          stdin: '{"version":1}',
          logging: "none",
          addPreviousOutputInEnv: false,
        },
      ],
      ["mx2", expect.objectContaining({ stdin: '{"version":1}', update: "bastide-relay apply nerac" })],
    ]);
  });

  it("waits for the addresses that it lets in, not for what measures them", () => {
    for (const { dependencies } of documents()) {
      expect(dependencies.filter((urn) => urn.includes("cdg:zimbra:Mailbox"))).toHaveLength(2);
      expect(dependencies.filter((urn) => urn.includes("cdg:zimbra:DistributionList"))).toHaveLength(2);
      expect(dependencies.filter((urn) => urn.includes("MailUsage"))).toEqual([]);
    }
  });

  it("says when it is done which document is where", () => {
    const { outputs } = registrations.find(({ type }) => type === "bastide:mail:AntiSpam") ?? {};
    expect(outputs).toEqual({ digest: "d2f3072e131ac484", relays: ["mx1", "mx2"] });
  });
});
