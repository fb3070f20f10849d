import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../providers/kit/index.ts";
import { errorOf } from "../../kit/connection.ts";
import { usePlugin } from "./session.ts";

const session = usePlugin({
  "vieux.test": "bastide:nerac\nbastide-mailboxes:3",
  "agen.test": "bastide:agen",
  "main.test": "",
});
const { lab } = session;
const domainAt = { type: "cdg:zimbra:Domain" };
const formerAt = { type: "cdg:zimbra:FormerDomain" };
const mailboxAt = { type: "cdg:zimbra:Mailbox" };
const listAt = { type: "cdg:zimbra:DistributionList" };

const old = { name: "vieux.test", maxMailboxes: 3 };
const neuf = { name: "neuf.test", formerNames: ["vieux.test"], maxMailboxes: 3 };
const former = { name: "vieux.test", target: "neuf.test", forwards: true };
const attributes = async (name: string) => (await lab.find("domain", name))?.attributes ?? {};

/** `create` of a resource, then what its state holds. */
async function made(at: { type: string }, inputs: JsonObject) {
  return session.create(at, inputs);
}

async function change(at: { type: string }, before: Awaited<ReturnType<typeof made>>, inputs: JsonObject) {
  return session.provider.update(at, before.id, before.outputs, await session.checked(at, inputs));
}

describe("a domain that changes", () => {
  test.for([
    ["is an update where the old one is kept", { ...neuf }, []],
    [
      "is a replacement, which guards refuse, where nothing is said of the old one",
      { name: "neuf.test", maxMailboxes: 3 },
      ["name"],
    ],
    ["is a replacement where another one is kept", { ...neuf, formerNames: ["autre.test"] }, ["name"]],
  ] as const)("%s", async ([, inputs, replaces]) => {
    const { id } = await made(domainAt, old);
    const diff = await session.provider.diff(
      domainAt,
      id,
      await session.checked(domainAt, old),
      await session.checked(domainAt, inputs),
    );
    expect(diff.replaces).toEqual(replaces);
  });

  test("keeps mailboxes, aliases, lists and members, and sends the mail of the old one on", async () => {
    const domain = await made(domainAt, old);
    const box = await made(mailboxAt, {
      address: "zoe@vieux.test",
      displayName: "Zoé",
      aliases: ["z@vieux.test"],
    });
    const list = await made(listAt, {
      address: "tous@vieux.test",
      displayName: "Tous",
      members: ["zoe@vieux.test", "z@vieux.test"],
    });
    await change(domainAt, domain, neuf);
    await made(formerAt, former);
    expect(await attributes("vieux.test")).toMatchObject({
      zimbraDomainType: ["local"],
      zimbraMailCatchAllAddress: ["@vieux.test"],
      zimbraMailCatchAllForwardingAddress: ["@neuf.test"],
      zimbraNotes: ["bastide:nerac\nbastide-mailboxes:3\nbastide-former:neuf.test"],
    });
    const id = (await lab.find("account", "zoe@vieux.test"))?.id;
    lab.running.clearCalls();
    const moved = await change(mailboxAt, box, {
      address: "zoe@neuf.test",
      displayName: "Zoé",
      aliases: ["z@neuf.test"],
    });
    expect(lab.writes()).toEqual(["RenameAccount"]);
    const found = await lab.find("account", "zoe@neuf.test");
    expect([found?.id, moved.outputs.value.zimbraId]).toEqual([id, id]);
    expect(found?.attributes.zimbraMailAlias).toEqual(["z@neuf.test"]);
    await change(listAt, list, {
      address: "tous@neuf.test",
      displayName: "Tous",
      members: ["zoe@neuf.test", "z@neuf.test"],
    });
    expect((await lab.find("dl", "tous@neuf.test"))?.members).toEqual(["z@neuf.test", "zoe@neuf.test"]);
  });

  test("takes along what was closed, which comes back under its new address", async () => {
    const domain = await made(domainAt, old);
    const box = await made(mailboxAt, { address: "parti@vieux.test", displayName: "Parti" });
    const id = (await lab.find("account", "parti@vieux.test"))?.id;
    await session.provider.remove(mailboxAt, box.id, box.outputs);
    await change(domainAt, domain, neuf);
    await made(formerAt, former);
    const found = await lab.find("account", "parti@neuf.test");
    expect([found?.id, found?.attributes.zimbraAccountStatus]).toEqual([id, ["locked"]]);
    expect(await attributes("neuf.test")).toMatchObject({ zimbraDomainMaxAccounts: ["4"] });
    await made(mailboxAt, { address: "parti@neuf.test", displayName: "Parti" });
    expect((await lab.find("account", "parti@neuf.test"))?.attributes.zimbraAccountStatus).toEqual([
      "active",
    ]);
  });

  test("closes in the new domain what leaves the file in the same run", async () => {
    const domain = await made(domainAt, old);
    const box = await made(mailboxAt, { address: "parti@vieux.test", displayName: "Parti" });
    await change(domainAt, domain, neuf);
    await made(formerAt, former);
    await session.provider.remove(mailboxAt, box.id, box.outputs);
    expect((await lab.find("account", "parti@neuf.test"))?.attributes.zimbraAccountStatus).toEqual([
      "locked",
    ]);
  });

  test("may go back: the first domain sends nothing on any more, and its end as a former one is nothing", async () => {
    const domain = await made(domainAt, old);
    const changed = await change(domainAt, domain, neuf);
    const kept = await made(formerAt, former);
    const back = { name: "vieux.test", formerNames: ["neuf.test"], maxMailboxes: 3 };
    await change(domainAt, { ...domain, outputs: changed.outputs }, back);
    await made(formerAt, { name: "neuf.test", target: "vieux.test", forwards: true });
    await session.provider.remove(formerAt, kept.id, kept.outputs);
    expect(await attributes("vieux.test")).not.toHaveProperty("zimbraMailCatchAllForwardingAddress");
    expect(await attributes("neuf.test")).toMatchObject({
      zimbraMailCatchAllForwardingAddress: ["@vieux.test"],
    });
  });

  test.for(["close-after-commit", "500-after-commit", "503", "half-body"] as const)(
    "survives %s",
    async (kind) => {
      const domain = await made(domainAt, old);
      const box = await made(mailboxAt, {
        address: "zoe@vieux.test",
        displayName: "Zoé",
        aliases: ["z@vieux.test"],
      });
      lab.running.setFaults(
        ["CreateDomain", "ModifyDomain", "RenameAccount", "BatchRequest"].map((operation) => ({
          operation,
          call: 1,
          kind,
        })),
      );
      await change(domainAt, domain, neuf);
      await made(formerAt, former);
      await change(mailboxAt, box, {
        address: "zoe@neuf.test",
        displayName: "Zoé",
        aliases: ["z@neuf.test"],
      });
      expect((await lab.find("account", "zoe@neuf.test"))?.attributes.zimbraMailAlias).toEqual([
        "z@neuf.test",
      ]);
    },
  );

  test("to one of another tenant, or to one that somebody made by hand, is refused", async () => {
    const domain = await made(domainAt, old);
    const agen = change(domainAt, domain, { ...neuf, name: "agen.test" });
    expect((await errorOf(agen)).details).toContain("the domain belongs to the tenant agen.");
    const byHand = change(domainAt, domain, { ...neuf, name: "main.test" });
    expect((await errorOf(byHand)).details).toContain("the domain exists and carries no mark of Bastide");
  });
});

describe("a former domain", () => {
  test.for([
    ["agen.test", "the domain belongs to the tenant agen."],
    ["main.test", "the domain carries no mark of Bastide"],
  ] as const)("%s is left alone: %s", async ([name, message]) => {
    const error = await errorOf(made(formerAt, { ...former, name }));
    expect(error.details).toContain(message);
    expect(await attributes(name)).not.toHaveProperty("zimbraMailCatchAllAddress");
  });

  test("that does not exist yet is made", async () => {
    await made(formerAt, { ...former, name: "troisieme.test" });
    expect(await attributes("troisieme.test")).toMatchObject({
      zimbraMailCatchAllForwardingAddress: ["@neuf.test"],
    });
  });

  test("ends with its domain once nothing lives in it; who was closed there is kept in the new one", async () => {
    await made(domainAt, { ...neuf, formerNames: [] });
    const kept = await made(formerAt, former);
    const late = await made(mailboxAt, { address: "tard@vieux.test", displayName: "Tard" });
    const error = await errorOf(session.provider.remove(formerAt, kept.id, kept.outputs));
    expect(error.details).toContain("the domain still holds tard@vieux.test. Nothing was deleted.");
    await session.provider.remove(mailboxAt, late.id, late.outputs);
    await session.provider.remove(formerAt, kept.id, kept.outputs);
    expect(await lab.find("domain", "vieux.test")).toBeNull();
    expect((await lab.find("account", "tard@neuf.test"))?.attributes.zimbraAccountStatus).toEqual(["locked"]);
    await session.provider.remove(formerAt, kept.id, kept.outputs);
  });

  test("does not end while an alias domain stands for it", async () => {
    const kept = await made(formerAt, former);
    const id = (await lab.find("domain", "vieux.test"))?.id ?? "";
    const a = [
      { n: "zimbraDomainType", _content: "alias" },
      { n: "zimbraDomainAliasTargetId", _content: id },
    ];
    await lab.ask("CreateDomain", { name: "alias.test", a });
    const error = await errorOf(session.provider.remove(formerAt, kept.id, kept.outputs));
    expect(error.details).toContain("alias.test is an alias of the domain and would go with it.");
    expect(await lab.find("domain", "alias.test")).not.toBeNull();
  });

  test("reads as what was asked", async () => {
    const kept = await made(formerAt, former);
    const inputs = await session.checked(formerAt, former);
    const read = await session.provider.read(formerAt, kept.id, { properties: kept.outputs, inputs });
    expect(read.outputs).toEqual(kept.outputs);
  });
});
