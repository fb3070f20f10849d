import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../providers/kit/index.ts";
import { usePlugin } from "./session.ts";

const session = usePlugin({ "nerac.test": "bastide:nerac\nbastide-mailboxes:9" });
const { lab } = session;
const at = { type: "cdg:zimbra:Mailbox" };
const listType = { type: "cdg:zimbra:DistributionList" };
const zoe = { address: "zoe@nerac.test", displayName: "Zoé", quotaBytes: 5_000_000, aliases: [] as string[] };
const autoReply = { text: "Partie.\nÉcrivez à l’accueil.", until: "2027-03-31T21:59:59Z" };
const gone = { status: "locked", forwardTo: ["accueil@nerac.test"], autoReply };

const checked = (more: JsonObject = {}) => session.checked(at, { ...zoe, ...more });
const attributes = async (name = zoe.address) => (await lab.find("account", name))?.attributes ?? {};
type Made = Awaited<ReturnType<typeof session.create>>;
const update = async (made: Made, more: JsonObject = {}, news = checked(more)) => ({
  ...made,
  ...(await session.provider.update(at, made.id, made.outputs, await news)),
});

describe("a person who leaves", () => {
  test("is locked out, forwarded and answered for in one request", async () => {
    const made = await session.create(at, zoe);
    lab.running.clearCalls();
    await update(made, gone);
    expect(lab.writes()).toEqual(["ModifyAccount"]);
    expect(await attributes()).toMatchObject({
      zimbraAccountStatus: ["locked"],
      zimbraMailForwardingAddress: ["accueil@nerac.test"],
      zimbraPrefOutOfOfficeReplyEnabled: ["TRUE"],
      zimbraPrefOutOfOfficeReply: [autoReply.text],
      zimbraPrefOutOfOfficeUntilDate: ["20270331215959Z"],
    });
  });

  test("and is back: what we set is gone, what the user and an administrator set is as it was", async () => {
    const made = await session.create(at, zoe);
    const own = {
      zimbraPrefMailForwardingAddress: "zoe@orange.example",
      zimbraPrefOutOfOfficeReplyEnabled: "TRUE",
      zimbraPrefOutOfOfficeReply: "En congé.",
      zimbraPrefOutOfOfficeFromDate: "20261201000000Z",
    };
    await lab.modify("account", zoe.address, { ...own, zimbraMailForwardingAddress: "archive@nerac.test" });
    const before = await attributes();
    const left = await update(made, gone);
    expect(left.outputs.secrets).toContainEqual(["personalAnswer"]);
    expect(await attributes()).toMatchObject({
      zimbraPrefMailForwardingAddress: ["zoe@orange.example"],
      zimbraMailForwardingAddress: ["accueil@nerac.test", "archive@nerac.test"],
      zimbraPrefOutOfOfficeReply: [autoReply.text],
    });
    expect(await attributes()).not.toHaveProperty("zimbraPrefOutOfOfficeFromDate");
    const back = await update(left);
    expect(await attributes()).toEqual(before);
    expect(back.outputs.value).not.toHaveProperty("personalAnswer");
  });

  test("without an answer of ours keeps her own", async () => {
    const made = await session.create(at, zoe);
    await lab.modify("account", zoe.address, { zimbraPrefOutOfOfficeReply: "En congé." });
    await update(made, { status: "locked", forwardTo: ["accueil@nerac.test"] });
    expect((await attributes()).zimbraPrefOutOfOfficeReply).toEqual(["En congé."]);
  });

  test("and whose mailbox is closed at the end is neither forwarded nor answered for any more", async () => {
    const left = await update(await session.create(at, zoe), gone);
    await session.provider.remove(at, left.id, left.outputs);
    const found = await attributes();
    expect(found.zimbraAccountStatus).toEqual(["locked"]);
    expect(found).not.toHaveProperty("zimbraMailForwardingAddress");
    expect(found).not.toHaveProperty("zimbraPrefOutOfOfficeReply");
  });

  test("is locked out also while the system has her in lockout, which would pass", async () => {
    const made = await session.create(at, zoe);
    await lab.modify("account", zoe.address, { zimbraAccountStatus: "lockout" });
    await update(made, { status: "locked" });
    expect((await attributes()).zimbraAccountStatus).toEqual(["locked"]);
  });

  test.for([
    [
      "as declared, a forwarding of others unseen",
      "+zimbraMailForwardingAddress",
      "archive@nerac.test",
      true,
    ],
    [
      "a forwarding that somebody took away as drift",
      "-zimbraMailForwardingAddress",
      "accueil@nerac.test",
      false,
    ],
  ] as const)("reads %s", async ([_what, name, value, declared]) => {
    const left = await update(await session.create(at, zoe), gone);
    await lab.modify("account", zoe.address, { [name]: value });
    const state = { properties: left.outputs, inputs: await checked(gone) };
    const { inputs } = await session.provider.read(at, left.id, state);
    expect(inputs.value).toMatchObject({ status: "locked", autoReply });
    expect(inputs.value.forwardTo).toEqual(declared ? gone.forwardTo : undefined);
  });

  test("has no status that Zimbra would bounce or queue mail for", async () => {
    const { failures } = await session.provider.check(at, { value: { ...zoe, status: "closed" } });
    expect(failures).toEqual([
      { property: "status", reason: expect.stringContaining('expected one of "active"|"locked"') },
    ]);
  });
});

describe("an address that changes hands keeps its places on lists", () => {
  const members = async (name = "tous@nerac.test") => (await lab.find("dl", name))?.members;
  const list = (address: string, of: readonly string[]) =>
    session.create(listType, { address, displayName: address, members: [...of] });

  test("when an alias goes from one person to another, whoever is changed first", async () => {
    const giver = await session.create(at, { ...zoe, aliases: ["contact@nerac.test"] });
    const bob = { ...zoe, address: "bob@nerac.test" };
    const taker = await session.create(at, bob);
    await list("tous@nerac.test", ["contact@nerac.test", "x@orange.example"]);
    const freed = await update(giver);
    await update(taker, {}, session.checked(at, { ...bob, aliases: ["contact@nerac.test"] }));
    expect(await members()).toEqual(["contact@nerac.test", "x@orange.example"]);
    await update(freed, { aliases: ["contact@nerac.test"] });
    expect((await attributes()).zimbraMailAlias).toEqual(["contact@nerac.test"]);
    expect(await members()).toEqual(["contact@nerac.test", "x@orange.example"]);
  });

  test("when a list becomes an alias, and an alias a list", async () => {
    const made = await session.create(at, zoe);
    const elus = await list("elus@nerac.test", ["x@orange.example"]);
    await list("tous@nerac.test", ["elus@nerac.test"]);
    const taker = await update(made, { aliases: ["elus@nerac.test"] });
    await session.provider.remove(listType, elus.id, elus.outputs);
    expect(await members()).toEqual(["elus@nerac.test"]);
    const again = await list("elus@nerac.test", ["x@orange.example"]);
    await update(taker);
    expect(again.outputs.value.zimbraId).toBe(elus.outputs.value.zimbraId);
    expect(await members()).toEqual(["elus@nerac.test"]);
    expect(await members("elus@nerac.test")).toEqual(["x@orange.example"]);
  });

  test("when a leaving mailbox becomes a colleague's alias", async () => {
    const leaving = await session.create(at, { ...zoe, address: "old@nerac.test" });
    await list("tous@nerac.test", ["old@nerac.test"]);
    const made = await session.create(at, zoe);
    await update(made, { aliases: ["old@nerac.test"] });
    await session.provider.remove(at, leaving.id, leaving.outputs);
    expect(await members()).toEqual(["old@nerac.test"]);
  });
});
