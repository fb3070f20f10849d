import { beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../providers/kit/index.ts";
import { errorOf } from "../../kit/connection.ts";
import { usePlugin } from "./session.ts";

const session = usePlugin(
  { "nerac.test": "bastide:nerac\nbastide-mailboxes:5", "vide.test": "bastide:nerac" },
  { BASTIDE_READ_ONLY: "1" },
);
const { lab } = session;

const zoe = { address: "zoe@nerac.test", displayName: "Zoé", quotaBytes: 5e9, aliases: [], status: "active" };
const elus = { address: "elus@nerac.test", displayName: "Élus", members: ["zoe@nerac.test"] };
const nerac = { name: "nerac.test", maxMailboxes: 5, status: "active" };
const refused = "bastide.READ_ONLY";

/** What `pulumi up` without --read-only had made. */
const made: Record<string, JsonObject> = {};

beforeEach(async () => {
  const account = await lab.ask("CreateAccount", {
    name: zoe.address,
    a: [
      { n: "displayName", _content: "Zoé" },
      { n: "zimbraMailQuota", _content: "5000000000" },
      { n: "zimbraNotes", _content: "bastide:nerac" },
    ],
  });
  const list = await lab.ask("CreateDistributionList", {
    name: elus.address,
    a: [
      { n: "displayName", _content: "Élus" },
      { n: "zimbraNotes", _content: "bastide:nerac" },
    ],
  });
  made["cdg:zimbra:Mailbox"] = { ...zoe, deletion: "close", password: null, zimbraId: idOf(account.account) };
  made["cdg:zimbra:DistributionList"] = { ...elus, members: [], deletion: "close", zimbraId: idOf(list.dl) };
  made["cdg:zimbra:Domain"] = { ...nerac, deletion: "close", description: null, aggregateQuotaBytes: null };
  lab.running.clearCalls();
});

function idOf(entries: unknown): string {
  const [entry] = Array.isArray(entries) ? entries : [];
  return String(entry.id);
}

function keyOf({ address, name }: JsonObject): string {
  return String(address ?? name);
}

describe("a read-only run sends no call that could change Zimbra", () => {
  test.for([
    ["cdg:zimbra:Mailbox", { ...zoe, address: "lea@nerac.test" }, "CreateAccount"],
    ["cdg:zimbra:DistributionList", { ...elus, address: "agents@nerac.test" }, "CreateDistributionList"],
    ["cdg:zimbra:Domain", { ...nerac, name: "agen.test" }, "CreateDomain"],
  ] as const)("when it would make a %s", async ([type, inputs, operation]) => {
    const { details } = await errorOf(session.create({ type }, inputs));
    expect(details).toContain(refused);
    expect(details).toContain(operation);
    expect(details).toContain(keyOf(inputs));
    expect(lab.writes()).toEqual([]);
  });

  test.for([
    ["cdg:zimbra:Mailbox", { displayName: "Zoé B." }, "ModifyAccount"],
    ["cdg:zimbra:Mailbox", { quotaBytes: 1e9 }, "GetMailbox"],
    ["cdg:zimbra:Mailbox", { aliases: ["z@nerac.test"] }, "AddAccountAlias"],
    ["cdg:zimbra:Mailbox", { address: "zoe.b@nerac.test" }, "RenameAccount"],
    ["cdg:zimbra:Mailbox", { status: "locked" }, "ModifyAccount"],
    ["cdg:zimbra:DistributionList", { members: ["zoe@nerac.test"] }, "AddDistributionListMember"],
    ["cdg:zimbra:DistributionList", { displayName: "Conseil" }, "ModifyDistributionList"],
    ["cdg:zimbra:DistributionList", { address: "conseil@nerac.test" }, "RenameDistributionList"],
    ["cdg:zimbra:Domain", { maxMailboxes: 9 }, "ModifyDomain"],
  ] as const)("when it would change a %s: %j", async ([type, change, operation]) => {
    const olds = made[type] ?? {};
    const news = await session.checked({ type }, inputsOf({ ...olds, ...change }));
    const { details } = await errorOf(session.provider.update({ type }, keyOf(olds), { value: olds }, news));
    expect(details).toContain(refused);
    expect(details).toContain(operation);
    expect(lab.writes()).toEqual([]);
  });

  test.for(["cdg:zimbra:Mailbox", "cdg:zimbra:DistributionList", "cdg:zimbra:Domain"] as const)(
    "when it would close or purge a %s",
    async (type) => {
      for (const deletion of ["close", "purge"]) {
        // A domain that holds something is not purged in any run.
        const state = {
          ...made[type],
          deletion,
          ...(type === "cdg:zimbra:Domain" ? { name: "vide.test" } : {}),
        };
        const call = session.provider.remove({ type }, keyOf(state), { value: state });
        expect((await errorOf(call)).details).toContain(refused);
      }
      expect(lab.writes()).toEqual([]);
    },
  );

  test("and still reads, measures and compares", async () => {
    const type = "cdg:zimbra:Mailbox";
    const olds = { value: made[type] ?? {} };
    const read = await session.provider.read({ type }, "zoe@nerac.test", { properties: olds, inputs: olds });
    expect(read.outputs.value).toMatchObject({ displayName: "Zoé" });
    const usage = await session.create({ type: "cdg:zimbra:MailUsage" }, { domain: "nerac.test" });
    expect(usage.outputs.value).toMatchObject({ openMailboxes: 1 });
    expect(lab.writes()).toEqual([]);
  });
});

function inputsOf({ password: _password, zimbraId: _id, ...inputs }: JsonObject): JsonObject {
  return inputs;
}
