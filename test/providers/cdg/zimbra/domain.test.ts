import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../providers/kit/index.ts";
import { errorOf } from "../../kit/connection.ts";
import { usePlugin } from "./session.ts";

const session = usePlugin();
const { lab } = session;
const at = { type: "cdg:zimbra:Domain" };
const today = new Date().toISOString().slice(0, 10);
const nerac = { name: "nerac.test", maxMailboxes: 3, aggregateQuotaBytes: 20_000_000_000 };
const checked = (more: JsonObject = {}) => session.checked(at, { ...nerac, ...more });
const create = (more: JsonObject = {}) => session.create(at, { ...nerac, ...more });
const attributes = async () => (await lab.find("domain", "nerac.test"))?.attributes;

describe("making a domain", () => {
  test("takes one request and marks it in it", async () => {
    await create();
    expect(lab.requests()).toEqual([["CreateDomain"]]);
    expect(await attributes()).toMatchObject({
      zimbraDomainMaxAccounts: ["3"],
      zimbraDomainAggregateQuota: ["20000000000"],
      zimbraDomainStatus: ["active"],
      zimbraNotes: ["bastide:nerac\nbastide-mailboxes:3"],
    });
  });

  test.for(["close-after-commit", "500-after-commit", "half-body", "503", "html"] as const)(
    "survives %s",
    async (kind) => {
      lab.running.setFaults([{ operation: "CreateDomain", call: 1, kind }]);
      await create();
      expect(await attributes()).toMatchObject({ zimbraDomainMaxAccounts: ["3"] });
    },
  );

  test.for([
    [null, "the domain exists and carries no mark of Bastide: somebody made it by hand."],
    ["bastide:agen", "the domain belongs to the tenant agen."],
  ])("leaves alone one whose notes are %j", async ([notes, message = ""]) => {
    await lab.ask("CreateDomain", {
      name: "nerac.test",
      a: notes === null ? [] : [{ n: "zimbraNotes", _content: notes }],
    });
    expect((await errorOf(create())).details).toContain(`CreateDomain nerac.test: ${message}`);
  });

  test("takes an internationalised name in its xn-- form and finds it again", async () => {
    const { id, outputs } = await create({ name: "mairie-lézan.test" });
    expect(id).toBe("xn--mairie-lzan-ibb.test");
    const inputs = await checked({ name: "mairie-lézan.test" });
    const read = await session.provider.read(at, id, { properties: outputs, inputs });
    expect(read.outputs).toEqual(outputs);
  });
});

describe("the limit of a domain", () => {
  const mailbox = { type: "cdg:zimbra:Mailbox" };

  test("is the entitlement plus what is closed, and reads as the entitlement", async () => {
    const { id, outputs } = await create();
    const made = await session.create(mailbox, { address: "zoe@nerac.test", displayName: "Zoé" });
    await session.provider.remove(mailbox, made.id, made.outputs);
    expect(await attributes()).toMatchObject({ zimbraDomainMaxAccounts: ["4"] });
    const read = await session.provider.read(at, id, { properties: outputs, inputs: await checked() });
    expect(read.outputs).toEqual(outputs);
    await session.provider.update(at, id, outputs, await checked({ maxMailboxes: 5 }));
    expect(await attributes()).toMatchObject({
      zimbraDomainMaxAccounts: ["6"],
      zimbraNotes: ["bastide:nerac\nbastide-mailboxes:5"],
    });
  });

  test("counts ten mailboxes that are closed at once", async () => {
    await create({ maxMailboxes: 10 });
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        session.create(mailbox, { address: `m${index}@nerac.test`, displayName: `M${index}` }),
      ),
    );
    await Promise.all(made.map(({ id, outputs }) => session.provider.remove(mailbox, id, outputs)));
    expect(await attributes()).toMatchObject({ zimbraDomainMaxAccounts: ["20"] });
  });

  test("is left as found when the program says null", async () => {
    await create({ maxMailboxes: null });
    await lab.modify("domain", "nerac.test", { zimbraDomainMaxAccounts: "77" });
    const inputs = await checked({ maxMailboxes: null });
    const read = await session.provider.read(at, "nerac.test", { properties: inputs, inputs });
    expect(read.inputs).toEqual(inputs);
  });

  test("changed by hand is drift", async () => {
    const { id, outputs } = await create();
    await lab.modify("domain", "nerac.test", {
      zimbraDomainMaxAccounts: "77",
      zimbraDomainAggregateQuota: "0",
    });
    const read = await session.provider.read(at, id, { properties: outputs, inputs: await checked() });
    expect(read.inputs.value).toMatchObject({ maxMailboxes: 77, aggregateQuotaBytes: null });
    await session.provider.update(at, id, read.outputs, await checked());
    expect(await attributes()).toMatchObject({
      zimbraDomainMaxAccounts: ["3"],
      zimbraDomainAggregateQuota: ["20000000000"],
    });
  });
});

describe("the end of a domain", () => {
  test("locks it and marks it; declaring it again opens it", async () => {
    const { id, outputs } = await create();
    await session.provider.remove(at, id, outputs);
    expect(await attributes()).toMatchObject({
      zimbraDomainStatus: ["locked"],
      zimbraNotes: [`bastide:nerac closed=${today}\nbastide-mailboxes:3`],
    });
    await create();
    expect(await attributes()).toMatchObject({
      zimbraDomainStatus: ["active"],
      zimbraNotes: ["bastide:nerac\nbastide-mailboxes:3"],
    });
  });

  test("with purge deletes what was closed in it before, and it", async () => {
    const mailbox = { type: "cdg:zimbra:Mailbox" };
    const list = { type: "cdg:zimbra:DistributionList" };
    const { id, outputs } = await create({ deletion: "purge" });
    const zoe = await session.create(mailbox, { address: "zoe@nerac.test", displayName: "Zoé" });
    const elus = await session.create(list, { address: "elus@nerac.test", displayName: "Élus" });
    await session.provider.remove(mailbox, zoe.id, zoe.outputs);
    await session.provider.remove(list, elus.id, elus.outputs);
    await session.provider.remove(at, id, outputs);
    expect(await lab.find("domain", "nerac.test")).toBeNull();
  });

  test("with purge refuses, before anything is deleted, when somebody else's object is in it", async () => {
    const mailbox = { type: "cdg:zimbra:Mailbox" };
    const { id, outputs } = await create({ deletion: "purge" });
    const zoe = await session.create(mailbox, { address: "zoe@nerac.test", displayName: "Zoé" });
    await session.provider.remove(mailbox, zoe.id, zoe.outputs);
    await lab.ask("CreateAccount", { name: "hand@nerac.test" });
    lab.running.clearCalls();
    expect((await errorOf(session.provider.remove(at, id, outputs))).details).toContain(
      "DeleteDomain nerac.test: the domain still holds hand@nerac.test. Nothing was deleted.",
    );
    expect(lab.writes()).toEqual([]);
  });
});

describe("what happens at the total", () => {
  const chosen = {
    aggregateQuotaPolicy: "BLOCKSEND",
    aggregateWarnPercent: 90,
    aggregateWarnRecipient: "numerique@cdg.test",
  };

  test("is set with the domain, in its one request, where the CDG chose it", async () => {
    await create(chosen);
    expect(lab.requests()).toEqual([["CreateDomain"]]);
    expect(await attributes()).toMatchObject({
      zimbraDomainAggregateQuota: ["20000000000"],
      zimbraDomainAggregateQuotaPolicy: ["BLOCKSEND"],
      zimbraDomainAggregateQuotaWarnPercent: ["90"],
      zimbraDomainAggregateQuotaWarnEmailRecipient: ["numerique@cdg.test"],
    });
  });

  test("is left as the server has it where nothing is chosen: no diff, no call", async () => {
    const { id, outputs } = await create();
    await lab.modify("domain", "nerac.test", { zimbraDomainAggregateQuotaPolicy: "BLOCKSENDRECEIVE" });
    const inputs = await checked();
    expect(Object.keys(inputs.value)).not.toContain("aggregateQuotaPolicy");
    const read = await session.provider.read(at, id, { properties: outputs, inputs });
    expect(read.outputs).toEqual(outputs);
    expect((await session.provider.diff(at, id, inputs, await checked())).changed).toBe(false);
    lab.running.clearCalls();
    await session.provider.update(at, id, outputs, inputs);
    expect(lab.writes()).toEqual([]);
    expect(await attributes()).toMatchObject({ zimbraDomainAggregateQuotaPolicy: ["BLOCKSENDRECEIVE"] });
  });

  test("is set on a domain that was there, by one call that sends nothing else", async () => {
    const { id, outputs } = await create();
    lab.running.clearCalls();
    await session.provider.update(at, id, outputs, await checked(chosen));
    expect(lab.writes()).toEqual(["ModifyDomain"]);
    expect(await attributes()).toMatchObject({ zimbraDomainAggregateQuotaPolicy: ["BLOCKSEND"] });
  });

  test("is told as drift when somebody changes it by hand", async () => {
    const { id, outputs } = await create(chosen);
    await lab.modify("domain", "nerac.test", { zimbraDomainAggregateQuotaPolicy: "ALLOWSENDRECEIVE" });
    const inputs = await checked(chosen);
    const read = await session.provider.read(at, id, { properties: outputs, inputs });
    expect(read.outputs.value).toMatchObject({ ...chosen, aggregateQuotaPolicy: "ALLOWSENDRECEIVE" });
  });
});
