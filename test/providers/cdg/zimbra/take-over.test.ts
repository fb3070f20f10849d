import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../providers/kit/index.ts";
import { errorOf } from "../../kit/connection.ts";
import { usePlugin } from "./session.ts";

const session = usePlugin({
  "nerac.test": "bastide:nerac",
  "a.test": "bastide:commune-a",
  "b.test": "bastide:commune-b",
});
const { lab } = session;
const mailboxAt = { type: "cdg:zimbra:Mailbox" };
const listAt = { type: "cdg:zimbra:DistributionList" };
const formerAt = { type: "cdg:zimbra:FormerDomain" };

const as = (tenant: string, mergedInto?: string) => {
  const { value } = lab.config(tenant);
  return session.provider.configure({
    value: { ...value, ...(mergedInto === undefined ? {} : { mergedInto }) },
  });
};
const account = (name: string) => lab.find("account", name);
const tenantOf = async (name: string) => (await account(name))?.attributes.zimbraNotes?.[0];

/** A mailbox `accueil` with an alias, made by the giver's own stack. */
async function given(tenant: string, domain: string) {
  await as(tenant);
  const inputs = { address: `accueil@${domain}`, displayName: "Accueil", aliases: [`contact@${domain}`] };
  const made = await session.create(mailboxAt, inputs);
  await as("nerac");
  return made;
}

const taken = (address: string, domain: string, tenant: string, more: JsonObject = {}) =>
  session.create(mailboxAt, {
    address,
    displayName: "Accueil",
    aliases: [`accueil@${domain}`, `contact@${domain}`],
    takeOver: { address: `accueil@${domain}`, tenant },
    ...more,
  });

describe("taking over a mailbox of another tenant", () => {
  test("keeps the account, moves the mark first, and keeps both old addresses as aliases", async () => {
    await given("commune-a", "a.test");
    const id = (await account("accueil@a.test"))?.id;
    lab.running.clearCalls();
    const made = await taken("accueil@nerac.test", "a.test", "commune-a");
    expect(made.outputs.value).toMatchObject({ zimbraId: id, password: null });
    expect(lab.writes().slice(0, 3)).toEqual(["ModifyAccount", "RemoveAccountAlias", "RenameAccount"]);
    expect(await account("accueil@nerac.test")).toMatchObject({
      id,
      attributes: {
        zimbraNotes: ["bastide:nerac"],
        zimbraMailAlias: ["accueil@a.test", "contact@a.test"],
      },
    });
  });

  test("twice, from two communes that both had accueil and contact", async () => {
    await given("commune-a", "a.test");
    await given("commune-b", "b.test");
    await taken("accueil@nerac.test", "a.test", "commune-a", {
      aliases: ["accueil@a.test", "contact@a.test", "contact@nerac.test"],
    });
    await taken("annexe@nerac.test", "b.test", "commune-b");
    expect((await account("contact@b.test"))?.name).toBe("annexe@nerac.test");
    expect((await account("contact@nerac.test"))?.name).toBe("accueil@nerac.test");
  });

  test("again after an interruption goes on, even where the old address was not an alias yet", async () => {
    await given("commune-a", "a.test");
    const first = await taken("accueil@nerac.test", "a.test", "commune-a");
    await lab.ask("RemoveAccountAlias", { id: first.outputs.value.zimbraId, alias: "accueil@a.test" });
    const second = await taken("accueil@nerac.test", "a.test", "commune-a");
    expect(second.outputs.value.zimbraId).toBe(first.outputs.value.zimbraId);
    expect((await account("accueil@a.test"))?.name).toBe("accueil@nerac.test");
  });

  test.for(["close-after-commit", "500-after-commit", "503", "half-body"] as const)(
    "survives %s",
    async (kind) => {
      await given("commune-a", "a.test");
      lab.running.setFaults(
        ["ModifyAccount", "RenameAccount", "BatchRequest"].map((operation) => ({ operation, call: 1, kind })),
      );
      await taken("accueil@nerac.test", "a.test", "commune-a");
      expect((await account("accueil@nerac.test"))?.attributes.zimbraMailAlias).toEqual([
        "accueil@a.test",
        "contact@a.test",
      ]);
    },
  );

  test.for([
    [
      "of a tenant that is not the one named",
      "a.test",
      "commune-b",
      "accueil@a.test is a mailbox of the tenant commune-a.",
    ],
    [
      "that does not exist",
      "b.test",
      "commune-b",
      "there is no mailbox of this address to take over from commune-b.",
    ],
  ] as const)("%s is refused, and nothing is changed", async ([, domain, tenant, message]) => {
    await given("commune-a", "a.test");
    lab.running.clearCalls();
    expect((await errorOf(taken("accueil@nerac.test", domain, tenant))).details).toContain(message);
    expect(lab.writes()).toEqual([]);
  });

  test("without naming the giver is refused: an address of another tenant is not taken", async () => {
    await given("commune-a", "a.test");
    const plain = session.create(mailboxAt, {
      address: "x@nerac.test",
      displayName: "X",
      aliases: ["accueil@a.test"],
    });
    expect((await errorOf(plain)).details).toContain("accueil@a.test is a mailbox of the tenant commune-a.");
  });
});

describe("the stack of a tenant that merges", () => {
  test("gives up without a change what the other has taken over, also where its state says purge", async () => {
    const { id, outputs } = await given("commune-a", "a.test");
    await taken("accueil@nerac.test", "a.test", "commune-a");
    await as("commune-a");
    lab.running.clearCalls();
    await session.provider.remove(mailboxAt, id, outputs);
    await session.provider.remove(mailboxAt, id, {
      ...outputs,
      value: { ...outputs.value, deletion: "purge" },
    });
    expect(lab.writes()).toEqual([]);
    expect(await tenantOf("accueil@nerac.test")).toBe("bastide:nerac");
  });

  test("leaves open what the other has not taken over yet", async () => {
    const { id, outputs } = await given("commune-a", "a.test");
    await as("commune-a", "nerac");
    lab.running.clearCalls();
    await session.provider.remove(mailboxAt, id, outputs);
    expect(lab.writes()).toEqual([]);
    await as("nerac");
    await taken("accueil@nerac.test", "a.test", "commune-a");
    expect((await account("accueil@nerac.test"))?.attributes.zimbraAccountStatus).toEqual(["active"]);
  });

  test("does not take back by an update what the other has", async () => {
    const { id, outputs } = await given("commune-a", "a.test");
    await taken("accueil@nerac.test", "a.test", "commune-a");
    await as("commune-a");
    const inputs = await session.checked(mailboxAt, { address: "accueil@a.test", displayName: "À moi" });
    const error = await errorOf(session.provider.update(mailboxAt, id, outputs, inputs));
    expect(error.details).toContain("it belongs to the tenant nerac. Nothing was changed");
    expect(await tenantOf("accueil@nerac.test")).toBe("bastide:nerac");
  });

  test("that closed a mailbox before gives it to be opened again", async () => {
    const { id, outputs } = await given("commune-a", "a.test");
    await as("commune-a");
    await session.provider.remove(mailboxAt, id, outputs);
    await as("nerac");
    await taken("accueil@nerac.test", "a.test", "commune-a");
    expect((await account("accueil@nerac.test"))?.attributes).toMatchObject({
      zimbraAccountStatus: ["active"],
      zimbraNotes: ["bastide:nerac"],
    });
  });
});

describe("taking over a list", () => {
  test("keeps it with its old address as an alias, under a name that is free", async () => {
    await as("commune-a");
    await session.create(listAt, { address: "elus@a.test", displayName: "Élus", members: ["m@a.test"] });
    const id = (await lab.find("dl", "elus@a.test"))?.id;
    await as("nerac");
    const inputs = {
      address: "conseil@nerac.test",
      displayName: "Conseil",
      members: ["m@nerac.test"],
      aliases: ["elus@a.test"],
      takeOver: { address: "elus@a.test", tenant: "commune-a" },
    };
    const made = await session.create(listAt, inputs);
    expect(await lab.find("dl", "elus@a.test")).toMatchObject({
      id,
      name: "conseil@nerac.test",
      members: ["m@nerac.test"],
      attributes: { zimbraMailAlias: ["conseil@nerac.test", "elus@a.test"], zimbraNotes: ["bastide:nerac"] },
    });
    const checked = await session.checked(listAt, inputs);
    const read = await session.provider.read(listAt, made.id, { properties: made.outputs, inputs: checked });
    expect(read.outputs).toEqual(made.outputs);
    const without = await session.checked(listAt, { ...inputs, aliases: [] });
    await session.provider.update(listAt, made.id, made.outputs, without);
    expect(await lab.find("dl", "elus@a.test")).toBeNull();
  });
});

describe("the domain of a tenant that merges", () => {
  const inputs = { name: "a.test", target: "nerac.test", forwards: false, giver: "commune-a" };

  test("becomes the other's, receives by aliases alone, and ends with what the giver left in it", async () => {
    await as("commune-a");
    await session.create(listAt, { address: "postmaster@a.test", displayName: "P", members: ["x@cdg.test"] });
    const gone = await session.create(mailboxAt, { address: "parti@a.test", displayName: "Parti" });
    await session.provider.remove(mailboxAt, gone.id, gone.outputs);
    await as("nerac");
    const kept = await session.create(formerAt, inputs);
    expect((await lab.find("domain", "a.test"))?.attributes).toMatchObject({
      zimbraNotes: ["bastide:nerac\nbastide-former:nerac.test"],
    });
    expect((await lab.find("domain", "a.test"))?.attributes).not.toHaveProperty("zimbraMailCatchAllAddress");
    await session.provider.remove(formerAt, kept.id, kept.outputs);
    expect(await lab.find("domain", "a.test")).toBeNull();
    expect((await account("parti@nerac.test"))?.attributes.zimbraAccountStatus).toEqual(["locked"]);
  });
});
