import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { providerConfig } from "../../../providers/cdg/config.ts";
import { resetPassword } from "../../../providers/cdg/reset-password.ts";
import { ENVIRONMENT, ZimbraLab } from "./zimbra/lab.ts";

const lab = new ZimbraLab();
afterAll(() => lab.stop());
beforeEach(() => lab.start());
Object.assign(process.env, ENVIRONMENT);

async function account(name: string, zimbraNotes: string): Promise<void> {
  await lab.ask("CreateAccount", {
    name,
    password: "chosen-by-hand",
    a: [{ n: "zimbraNotes", _content: zimbraNotes }],
  });
}
function reset(address: string): Promise<string> {
  const { zimbra } = providerConfig.parse(lab.config().value);
  return resetPassword({ tenant: "nerac", address, zimbra, signal: new AbortController().signal });
}

describe("resetting a password", () => {
  test("sets a new first one, to be changed at the first login", async () => {
    await account("zoe@nerac.test", "bastide:nerac");
    const before = await lab.find("account", "zoe@nerac.test");
    lab.running.clearCalls();
    expect(await reset("zoe@nerac.test")).toMatch(/^(?:[A-Za-z2-9]{4}-){3}[A-Za-z2-9]{4}$/);
    expect(lab.requests()).toEqual([["GetAccount"], ["SetPassword", "ModifyAccount"]]);
    const after = await lab.find("account", "zoe@nerac.test");
    expect(after?.attributes.zimbraPasswordMustChange).toEqual(["TRUE"]);
    expect(after?.attributes.zimbraPasswordModifiedTime).not.toEqual(
      before?.attributes.zimbraPasswordModifiedTime,
    );
  });

  test.for([
    ["agen", "bastide:agen", "the mailbox carries no mark of nerac. [bastide.NOT_OURS]"],
    ["hand", "", "the mailbox carries no mark of nerac. [bastide.NOT_OURS]"],
    [
      "old",
      "bastide:nerac closed=2026-11-02",
      "the mailbox was closed on 2026-11-02. [bastide.CLOSED_HOLDER]",
    ],
  ])("refuses %s", async ([name, notes = "", message]) => {
    await account(`${name}@nerac.test`, notes);
    await expect(reset(`${name}@nerac.test`)).rejects.toThrow(`SetPassword ${name}@nerac.test: ${message}`);
  });

  test("refuses what does not exist, and an alias", async () => {
    await expect(reset("nobody@nerac.test")).rejects.toThrow("there is no such mailbox in Zimbra.");
  });
});
