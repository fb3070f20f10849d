import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../providers/kit/index.ts";
import { errorOf } from "../../kit/connection.ts";
import { usePlugin } from "./session.ts";

const session = usePlugin({ "nerac.test": "bastide:nerac" });
const { lab } = session;
const at = { type: "cdg:zimbra:DistributionList" };
const today = new Date().toISOString().slice(0, 10);
const elus = { address: "elus@nerac.test", displayName: "Élus", members: ["a@orange.fr", "b@orange.fr"] };
const checked = (more: JsonObject = {}) => session.checked(at, { ...elus, ...more });
const create = (more: JsonObject = {}) => session.create(at, { ...elus, ...more });

describe("making a list", () => {
  test("with its members takes three requests", async () => {
    await create();
    expect(lab.requests()).toEqual([
      ["SearchDirectory"],
      ["CreateDistributionList"],
      ["AddDistributionListMember"],
    ]);
    expect(await lab.find("dl", "elus@nerac.test")).toMatchObject({
      members: ["a@orange.fr", "b@orange.fr"],
      attributes: { displayName: ["Élus"], zimbraNotes: ["bastide:nerac"] },
    });
  });

  test.for(["close-after-commit", "500-after-commit", "half-body", "503", "html"] as const)(
    "survives %s at the creation and at the members",
    async (kind) => {
      lab.running.setFaults([
        { operation: "CreateDistributionList", call: 1, kind },
        { operation: "BatchRequest", call: 1, kind },
        { operation: "AddDistributionListMember", call: 1, kind },
      ]);
      const made = await create();
      const found = await lab.find("dl", "elus@nerac.test");
      expect(found?.id).toBe(made.outputs.value.zimbraId);
      expect(found?.members).toEqual(["a@orange.fr", "b@orange.fr"]);
    },
  );

  test.for([
    ["CreateDistributionList", "a list"],
    ["CreateAccount", "a mailbox"],
  ])("leaves alone what %s made by hand", async ([operation = "", what]) => {
    await lab.ask(operation, { name: "elus@nerac.test" });
    expect((await errorOf(create())).details).toContain(
      `CreateDistributionList elus@nerac.test: elus@nerac.test is ${what} that carries no mark of Bastide`,
    );
  });
});

describe("changing a list", () => {
  test("sends the members that came and went, and nothing else", async () => {
    const { id, outputs } = await create();
    lab.running.clearCalls();
    await session.provider.update(
      at,
      id,
      outputs,
      await checked({ members: ["b@orange.fr", "c@orange.fr"] }),
    );
    expect(lab.writes()).toEqual(["RemoveDistributionListMember", "AddDistributionListMember"]);
    expect((await lab.find("dl", "elus@nerac.test"))?.members).toEqual(["b@orange.fr", "c@orange.fr"]);
  });

  test("keeps an alias as a member when the address of its mailbox goes", async () => {
    await lab.ask("CreateAccount", { name: "zoe@nerac.test" });
    const account = await lab.find("account", "zoe@nerac.test");
    await lab.ask("AddAccountAlias", { id: account?.id, alias: "z@nerac.test" });
    const { id, outputs } = await create({ members: ["z@nerac.test", "zoe@nerac.test"] });
    await session.provider.update(at, id, outputs, await checked({ members: ["z@nerac.test"] }));
    expect((await lab.find("dl", "elus@nerac.test"))?.members).toEqual(["z@nerac.test"]);
  });

  test("renames it with its members", async () => {
    const { id, outputs } = await create();
    const news = await checked({ address: "conseil@nerac.test" });
    await session.provider.update(at, id, outputs, news);
    expect(await lab.find("dl", "conseil@nerac.test")).toMatchObject({
      id: outputs.value.zimbraId,
      members: ["a@orange.fr", "b@orange.fr"],
    });
  });
});

describe("closing a list", () => {
  test("frees its address: renamed, disabled, marked with the date; twice is once", async () => {
    const { id, outputs } = await create();
    await session.provider.remove(at, id, outputs);
    await session.provider.remove(at, id, outputs);
    expect(await lab.find("dl", "elus@nerac.test")).toBeNull();
    expect(await lab.find("dl", `elus.ferme-${today}@nerac.test`)).toMatchObject({
      id: outputs.value.zimbraId,
      attributes: { zimbraMailStatus: ["disabled"], zimbraNotes: [`bastide:nerac closed=${today}`] },
    });
  });

  test("and declaring it again brings the same one back", async () => {
    const { id, outputs } = await create();
    await session.provider.remove(at, id, outputs);
    const again = await create({ members: ["c@orange.fr"] });
    expect(again.outputs.value.zimbraId).toBe(outputs.value.zimbraId);
    expect(await lab.find("dl", "elus@nerac.test")).toMatchObject({
      members: ["c@orange.fr"],
      attributes: { zimbraMailStatus: ["enabled"], zimbraNotes: ["bastide:nerac"] },
    });
  });

  test("finds another name when that of the day is taken", async () => {
    const { id, outputs } = await create();
    await lab.ask("CreateDistributionList", { name: `elus.ferme-${today}@nerac.test` });
    await session.provider.remove(at, id, outputs);
    expect((await lab.find("dl", `elus.ferme-${today}-2@nerac.test`))?.id).toBe(outputs.value.zimbraId);
  });

  test("goes on from a run that was killed between the new name and the mark", async () => {
    const { id, outputs } = await create();
    const newName = `elus.ferme-${today}@nerac.test`;
    await lab.ask("RenameDistributionList", { id: outputs.value.zimbraId, newName });
    await session.provider.remove(at, id, outputs);
    expect((await lab.find("dl", newName))?.attributes.zimbraNotes).toEqual([
      `bastide:nerac closed=${today}`,
    ]);
  });

  test("survives a lost answer", async () => {
    const { id, outputs } = await create();
    lab.running.setFaults([{ operation: "BatchRequest", call: 1, kind: "close-after-commit" }]);
    await session.provider.remove(at, id, outputs);
    expect((await lab.find("dl", `elus.ferme-${today}@nerac.test`))?.id).toBe(outputs.value.zimbraId);
  });

  test("does not take another list's closed one, whose name begins alike", async () => {
    await lab.ask("CreateDistributionList", {
      name: `elus.ferme-1.ferme-${today}@nerac.test`,
      a: [{ n: "zimbraNotes", _content: `bastide:nerac closed=${today}` }],
    });
    const made = await create();
    expect((await lab.find("dl", "elus@nerac.test"))?.id).toBe(made.outputs.value.zimbraId);
    expect(await lab.find("dl", `elus.ferme-1.ferme-${today}@nerac.test`)).not.toBeNull();
  });

  test("deletes it only when the state itself says purge", async () => {
    const { id, outputs } = await create({ deletion: "purge" });
    await session.provider.remove(at, id, outputs);
    expect(await lab.find("dl", "elus@nerac.test")).toBeNull();
    expect(await lab.find("dl", `elus.ferme-${today}@nerac.test`)).toBeNull();
  });
});
