import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../providers/kit/index.ts";
import { errorOf } from "../../kit/connection.ts";
import { usePlugin } from "./session.ts";

const session = usePlugin({
  "nerac.test": "bastide:nerac\nbastide-mailboxes:2",
  "agen.test": "bastide:agen",
});
const { lab } = session;
const at = { type: "cdg:zimbra:Mailbox" };
const today = new Date().toISOString().slice(0, 10);

const zoe = { address: "zoe@nerac.test", displayName: "Zoé", quotaBytes: 5_000_000, aliases: [] as string[] };

const checked = (more: JsonObject = {}) => session.checked(at, { ...zoe, ...more });
const create = (more: JsonObject = {}) => session.create(at, { ...zoe, ...more });
const passwordOf = ({ outputs }: { outputs: { value: Record<string, unknown> } }) => outputs.value.password;
const attribute = async (name: string, key: string) => (await lab.find("account", name))?.attributes[key];

describe("making a mailbox", () => {
  test("with two aliases takes three requests, of which a second mailbox shares one", async () => {
    await create({ aliases: ["z@nerac.test", "accueil@nerac.test"] });
    const own = [["CreateAccount"], ["AddAccountAlias", "AddAccountAlias"]];
    expect(lab.requests()).toEqual([["SearchDirectory"], ...own]);
    lab.running.clearCalls();
    await create({ address: "b@nerac.test", aliases: ["b1@nerac.test", "b2@nerac.test"] });
    expect(lab.requests()).toEqual(own);
    expect((await lab.find("account", "zoe@nerac.test"))?.attributes).toMatchObject({
      displayName: ["Zoé"],
      zimbraMailQuota: ["5000000"],
      zimbraNotes: ["bastide:nerac"],
      zimbraPasswordMustChange: ["TRUE"],
      zimbraMailAlias: ["accueil@nerac.test", "z@nerac.test"],
    });
  });

  test("gives a first password that opens it, as a secret", async () => {
    const { outputs } = await create();
    expect(outputs.secrets).toContainEqual(["password"]);
    expect(passwordOf({ outputs })).toMatch(/^(?:[A-Za-z2-9]{4}-){3}[A-Za-z2-9]{4}$/);
  });

  test.for([
    "close-after-commit",
    "500-after-commit",
    "half-body",
    "invalid-xml",
    "html",
    "503",
    "close",
  ] as const)(
    "survives %s at the creation and at the aliases: one account, a password that is set",
    async (kind) => {
      lab.running.setFaults([
        { operation: "CreateAccount", call: 1, kind },
        { operation: "BatchRequest", call: 1, kind },
        { operation: "AddAccountAlias", call: 1, kind },
      ]);
      const made = await create({ aliases: ["z@nerac.test", "y@nerac.test"] });
      expect(passwordOf(made)).toEqual(expect.any(String));
      const found = await lab.find("account", "zoe@nerac.test");
      expect(made.outputs.value.zimbraId).toBe(found?.id);
      expect(found?.attributes).toMatchObject({
        zimbraPasswordMustChange: ["TRUE"],
        zimbraMailAlias: ["y@nerac.test", "z@nerac.test"],
      });
    },
  );

  test("adopts what an interrupted run left, with a new password while nobody has logged in", async () => {
    const first = passwordOf(await create());
    const second = passwordOf(await create());
    expect(second).toEqual(expect.any(String));
    expect(second).not.toBe(first);
    await lab.modify("account", "zoe@nerac.test", { zimbraLastLogonTimestamp: "20261101080000Z" });
    lab.running.clearCalls();
    expect(passwordOf(await create())).toBeNull();
    expect(lab.writes()).toEqual(["CreateAccount"]);
  });

  test("leaves alone an account that somebody made by hand", async () => {
    await lab.ask("CreateAccount", { name: "zoe@nerac.test", password: "by-hand-123" });
    lab.running.clearCalls();
    const { details } = await errorOf(create());
    expect(details).toContain(
      "CreateAccount zoe@nerac.test: zoe@nerac.test is a mailbox that carries no mark of Bastide. " +
        "Import it to manage it here, or choose another address. [bastide.NOT_OURS]",
    );
    expect(lab.writes()).toEqual(["CreateAccount"]);
  });

  test("says whose account it is", async () => {
    await lab.ask("CreateAccount", {
      name: "zoe@nerac.test",
      a: [{ n: "zimbraNotes", _content: "bastide:agen" }],
    });
    expect((await errorOf(create())).details).toContain("zoe@nerac.test is a mailbox of the tenant agen.");
  });

  test("says which list has the address", async () => {
    await lab.ask("CreateDistributionList", { name: "zoe@nerac.test" });
    expect((await errorOf(create())).details).toContain(
      "zoe@nerac.test is a list that carries no mark of Bastide",
    );
  });

  test("names the closed mailbox that has an alias, and its closing date, and keeps what was made", async () => {
    const old = await create({ address: "old@nerac.test", aliases: ["accueil@nerac.test"] });
    await session.provider.remove(at, "old@nerac.test", old.outputs);
    const { details, metadata } = await errorOf(create({ aliases: ["accueil@nerac.test"] }));
    expect(details).toContain(
      `accueil@nerac.test is an alias of the mailbox old@nerac.test, closed on ${today} with its mail kept.`,
    );
    expect(metadata.get("grpc-status-details-bin")).toHaveLength(1);
    expect(await lab.find("account", "zoe@nerac.test")).not.toBeNull();
  });

  test("takes an alias that an open mailbox of the tenant still has: the plan gave it to this one", async () => {
    await create({ address: "old@nerac.test", aliases: ["accueil@nerac.test"] });
    await create({ aliases: ["accueil@nerac.test"] });
    expect(await attribute("zoe@nerac.test", "zimbraMailAlias")).toEqual(["accueil@nerac.test"]);
    expect(await attribute("old@nerac.test", "zimbraMailAlias")).toBeUndefined();
  });

  test("never takes an alias of another tenant", async () => {
    const notes = [{ n: "zimbraNotes", _content: "bastide:agen" }];
    await lab.ask("CreateAccount", { name: "a@agen.test", a: notes });
    const id = (await lab.find("account", "a@agen.test"))?.id;
    await lab.ask("AddAccountAlias", { id, alias: "zoe@nerac.test" });
    expect((await errorOf(create())).details).toContain(
      "is an alias of the mailbox a@agen.test of the tenant agen.",
    );
  });
});

describe("changing a mailbox", () => {
  test("sends only what changed and leaves users' settings and an administrator's notes alone", async () => {
    const { id, outputs } = await create();
    const own = {
      zimbraPrefMailForwardingAddress: "home@orange.fr, x@y.fr",
      zimbraNotes: "bastide:nerac\nTel. 05 53",
      zimbraPrefOutOfOfficeReply: "Absente",
    };
    await lab.modify("account", "zoe@nerac.test", own);
    const before = (await lab.find("account", "zoe@nerac.test"))?.attributes;
    lab.running.clearCalls();
    await session.provider.update(at, id, outputs, await checked({ quotaBytes: 6_000_000 }));
    expect(lab.requests()).toEqual([["GetAccount"], ["ModifyAccount"]]);
    expect((await lab.find("account", "zoe@nerac.test"))?.attributes).toEqual({
      ...before,
      zimbraMailQuota: ["6000000"],
    });
  });

  test("keeps the password it has", async () => {
    const made = await create();
    const updated = await session.provider.update(
      at,
      made.id,
      made.outputs,
      await checked({ displayName: "Z" }),
    );
    expect(updated.outputs.value.password).toBe(passwordOf(made));
    expect(updated.outputs.secrets).toContainEqual(["password"]);
  });

  test("refuses a quota below what is used, with both figures, before any writing call", async () => {
    const { id, outputs } = await create();
    lab.used.set("zoe@nerac.test", 4_200_000);
    lab.running.clearCalls();
    const lower = session.provider.update(
      at,
      id,
      outputs,
      await checked({ quotaBytes: 3_000_000, displayName: "Z" }),
    );
    expect((await errorOf(lower)).details).toContain(
      "ModifyAccount zoe@nerac.test: the mailbox holds 4.2 Mo (4200000 bytes), more than the quota asked for, " +
        "3 Mo (3000000 bytes). Nothing was changed: empty the mailbox or ask for a higher quota.",
    );
    expect(lab.writes()).toEqual([]);
    await session.provider.update(at, id, outputs, await checked({ quotaBytes: 4_200_000 }));
    expect(await attribute("zoe@nerac.test", "zimbraMailQuota")).toEqual(["4200000"]);
  });

  test("renames the same mailbox and keeps the old address as an alias", async () => {
    const { id, outputs } = await create({ aliases: ["z.martin@nerac.test"] });
    const news = await checked({ address: "z.martin@nerac.test", aliases: ["zoe@nerac.test"] });
    const updated = await session.provider.update(at, id, outputs, news);
    const found = await lab.find("account", "z.martin@nerac.test");
    expect(found?.id).toBe(outputs.value.zimbraId);
    expect(found?.attributes.zimbraMailAlias).toEqual(["zoe@nerac.test"]);
    const read = await session.provider.read(at, id, { properties: updated.outputs, inputs: news });
    expect(read.inputs.value).toEqual(news.value);
    expect(read.id).toBe(id);
  });

  test.for(["close-after-commit", "500-after-commit", "half-body", "503"] as const)(
    "survives %s while it renames",
    async (kind) => {
      const { id, outputs } = await create();
      lab.running.setFaults([
        { operation: "BatchRequest", call: 1, kind },
        { operation: "RenameAccount", call: 1, kind },
        { operation: "AddAccountAlias", call: 1, kind },
      ]);
      await session.provider.update(
        at,
        id,
        outputs,
        await checked({ address: "z@nerac.test", aliases: ["zoe@nerac.test"] }),
      );
      const found = await lab.find("account", "z@nerac.test");
      expect(found?.attributes.zimbraMailAlias).toEqual(["zoe@nerac.test"]);
    },
  );

  test("moves to another domain with exactly the aliases asked for", async () => {
    const { id, outputs } = await create({ aliases: ["z@nerac.test"] });
    await session.provider.update(
      at,
      id,
      outputs,
      await checked({ address: "zoe@agen.test", aliases: ["zoe@nerac.test"] }),
    );
    const found = await lab.find("account", "zoe@agen.test");
    expect(found?.attributes.zimbraMailAlias).toEqual(["zoe@nerac.test"]);
  });

  test("says what to do when the mailbox was deleted in Zimbra", async () => {
    const { id, outputs } = await create();
    await lab.ask("DeleteAccount", { id: outputs.value.zimbraId });
    const update = session.provider.update(at, id, outputs, await checked({ displayName: "Z" }));
    expect((await errorOf(update)).details).toContain("Run `pulumi refresh`, then deploy again");
  });
});

describe("closing a mailbox", () => {
  test("locks it, marks it with the date, keeps it, and raises the domain's limit by it", async () => {
    await lab.modify("domain", "nerac.test", { zimbraDomainMaxAccounts: "2" });
    const { id, outputs } = await create({ aliases: ["z@nerac.test"] });
    await session.provider.remove(at, id, outputs);
    await session.provider.remove(at, id, outputs);
    expect((await lab.find("account", "zoe@nerac.test"))?.attributes).toMatchObject({
      zimbraAccountStatus: ["locked"],
      zimbraMailStatus: ["enabled"],
      zimbraNotes: [`bastide:nerac closed=${today}`],
      zimbraMailAlias: ["z@nerac.test"],
    });
    expect((await lab.find("domain", "nerac.test"))?.attributes.zimbraDomainMaxAccounts).toEqual(["3"]);
  });

  test("and declaring it again opens the same one, without a new password", async () => {
    const { id, outputs } = await create();
    await session.provider.remove(at, id, outputs);
    const again = await create({ displayName: "Zoé Martin" });
    expect(again.outputs.value).toMatchObject({ zimbraId: outputs.value.zimbraId, password: null });
    expect((await lab.find("account", "zoe@nerac.test"))?.attributes).toMatchObject({
      zimbraAccountStatus: ["active"],
      zimbraNotes: ["bastide:nerac"],
      displayName: ["Zoé Martin"],
    });
    expect(lab.writes()).not.toContain("SetPassword");
  });

  test("deletes it only when the state itself says purge", async () => {
    const made = await create();
    const { outputs } = await session.provider.update(
      at,
      made.id,
      made.outputs,
      await checked({ deletion: "purge" }),
    );
    lab.running.clearCalls();
    await session.provider.remove(at, made.id, outputs);
    expect(lab.writes()).toEqual(["DeleteAccount"]);
    expect(await lab.find("account", "zoe@nerac.test")).toBeNull();
  });

  test("lets one agent leave and another arrive in a full domain, in one run", async () => {
    await lab.modify("domain", "nerac.test", { zimbraDomainMaxAccounts: "2" });
    const leaving = await create({ address: "a@nerac.test" });
    await create({ address: "b@nerac.test" });
    await create({ address: "c@nerac.test" });
    await session.provider.remove(at, "a@nerac.test", leaving.outputs);
    expect((await lab.find("domain", "nerac.test"))?.attributes.zimbraDomainMaxAccounts).toEqual(["3"]);
  });

  test("does not make room for accounts that are not ours", async () => {
    await lab.ask("CreateAccount", { name: "hand1@nerac.test" });
    await lab.ask("CreateAccount", { name: "hand2@nerac.test" });
    await lab.modify("domain", "nerac.test", { zimbraDomainMaxAccounts: "2" });
    expect((await errorOf(create())).details).toContain("account.TOO_MANY_ACCOUNTS");
  });
});

describe("an address that changes hands in one run", () => {
  const list = { type: "cdg:zimbra:DistributionList" };
  const freed = `old.ferme-${today}@nerac.test`;

  test("from a leaving mailbox to a colleague's alias: the mailbox is closed under another name", async () => {
    const leaving = await create({ address: "old@nerac.test", aliases: ["o@nerac.test"] });
    const made = await create();
    await session.provider.update(at, made.id, made.outputs, await checked({ aliases: ["old@nerac.test"] }));
    await session.provider.remove(at, leaving.id, leaving.outputs);
    expect(await attribute("zoe@nerac.test", "zimbraMailAlias")).toEqual(["old@nerac.test"]);
    expect(await lab.find("account", freed)).toMatchObject({
      id: leaving.outputs.value.zimbraId,
      attributes: { zimbraAccountStatus: ["locked"], zimbraNotes: [`bastide:nerac closed=${today}`] },
    });
  });

  test("and back again: the same mailbox under its old address", async () => {
    const leaving = await create({ address: "old@nerac.test" });
    const made = await create();
    const taker = await session.provider.update(
      at,
      made.id,
      made.outputs,
      await checked({ aliases: ["old@nerac.test"] }),
    );
    await session.provider.remove(at, leaving.id, leaving.outputs);
    await session.provider.update(at, made.id, taker.outputs, await checked());
    const again = await create({ address: "old@nerac.test" });
    expect(again.outputs.value).toMatchObject({ zimbraId: leaving.outputs.value.zimbraId, password: null });
    expect(await lab.find("account", "old@nerac.test")).toMatchObject({
      id: leaving.outputs.value.zimbraId,
      attributes: { zimbraAccountStatus: ["active"], zimbraNotes: ["bastide:nerac"] },
    });
  });

  test("from a mailbox to a list, and from a list to a mailbox", async () => {
    const leaving = await create({ address: "old@nerac.test" });
    const made = await session.create(list, { address: "old@nerac.test", displayName: "Old" });
    await session.provider.remove(at, leaving.id, leaving.outputs);
    expect((await lab.find("dl", "old@nerac.test"))?.id).toBe(made.outputs.value.zimbraId);
    const again = await create({ address: "old@nerac.test" });
    await session.provider.remove(list, made.id, made.outputs);
    expect(again.outputs.value.zimbraId).toBe(leaving.outputs.value.zimbraId);
    expect((await lab.find("account", "old@nerac.test"))?.id).toBe(leaving.outputs.value.zimbraId);
    expect((await lab.find("dl", `old.ferme-${today}-2@nerac.test`))?.id).toBe(made.outputs.value.zimbraId);
  });

  test("not from what was closed in an earlier run: that is an error", async () => {
    const leaving = await create({ address: "old@nerac.test" });
    await session.provider.remove(at, leaving.id, leaving.outputs);
    expect((await errorOf(create({ aliases: ["old@nerac.test"] }))).details).toContain(
      `old@nerac.test is a mailbox, closed on ${today} with its mail kept.`,
    );
  });
});

describe("reading a mailbox", () => {
  test.for(["lockout", "maintenance"])(
    "shows nothing while its status is %s",
    async (zimbraAccountStatus) => {
      const { id, outputs } = await create();
      await lab.modify("account", "zoe@nerac.test", { zimbraAccountStatus });
      const read = await session.provider.read(at, id, { properties: outputs, inputs: await checked() });
      expect(read.outputs).toEqual(outputs);
    },
  );

  test("shows a quota and a status changed by hand", async () => {
    const { id, outputs } = await create();
    await lab.modify("account", "zoe@nerac.test", { zimbraMailQuota: "0", zimbraAccountStatus: "closed" });
    const read = await session.provider.read(at, id, { properties: outputs, inputs: await checked() });
    expect(read.inputs.value).toMatchObject({ quotaBytes: null, status: "locked" });
  });

  test("imports an account made by hand, with the quota of its class of service, and no password", async () => {
    await lab.ask("CreateAccount", { name: "hand@nerac.test", a: [{ n: "displayName", _content: "Hand" }] });
    const { id, inputs, outputs } = await session.provider.read(at, "hand@nerac.test");
    expect(id).toBe("hand@nerac.test");
    expect(inputs.value).toEqual({
      address: "hand@nerac.test",
      displayName: "Hand",
      quotaBytes: null,
      aliases: [],
      status: "active",
      deletion: "close",
    });
    expect(outputs.value.password).toBeNull();
  });

  test("does not import a mailbox under one of its aliases", async () => {
    await create({ aliases: ["z@nerac.test"] });
    expect((await errorOf(session.provider.read(at, "z@nerac.test"))).details).toContain(
      "z@nerac.test is an alias of the mailbox zoe@nerac.test",
    );
  });

  test("of fifty takes one search, and an unchanged preview nothing", async () => {
    await lab.modify("domain", "nerac.test", { zimbraDomainMaxAccounts: "60" });
    const states = await Promise.all(
      Array.from({ length: 50 }, (_, index) => create({ address: `m${index}@nerac.test` })),
    );
    lab.running.clearCalls();
    const news = await Promise.all(
      states.map(({ outputs }) =>
        session.provider.check(at, { value: { ...zoe, address: outputs.value.address ?? "" } }),
      ),
    );
    for (const [index, state] of states.entries()) {
      const inputs = news[index]?.inputs ?? { value: {} };
      expect((await session.provider.diff(at, state.id, inputs, inputs, state.outputs)).changed).toBe(false);
    }
    expect(lab.requests()).toEqual([]);
    const reads = await Promise.all(
      states.map(({ id, outputs }, index) =>
        session.provider.read(at, id, { properties: outputs, inputs: news[index]?.inputs ?? { value: {} } }),
      ),
    );
    expect(reads.map(({ outputs }) => outputs)).toEqual(states.map(({ outputs }) => outputs));
    expect(lab.requests()).toEqual([["SearchDirectory"]]);
  });
});
