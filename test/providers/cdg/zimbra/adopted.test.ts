/** Objects that somebody made by hand: what a deployment leaves alone. Pure. */
import { describe, expect, test } from "vitest";
import type { Entry } from "../../../../providers/cdg/zimbra/entry.ts";
import { listChanges } from "../../../../providers/cdg/zimbra/list-changes.ts";
import { mailboxChanges } from "../../../../providers/cdg/zimbra/mailbox-changes.ts";
import type { ListInputs, MailboxInputs } from "../../../../providers/cdg/zimbra/schema.ts";

function entry(attributes: Readonly<Record<string, readonly string[]>>): Entry {
  const own = { displayName: ["Zoé  "], zimbraNotes: ["bastide:nerac"], ...attributes };
  const dynamic = { dynamic: false, members: [] };
  return { name: "zoe@nerac.test", id: "z", attributes: new Map(Object.entries(own)), ...dynamic };
}

const state: MailboxInputs = {
  address: "zoe@nerac.test",
  displayName: "Zoé",
  quotaBytes: 2_000,
  aliases: [],
  status: "active",
  deletion: "close",
};

function calls(
  found: Entry,
  desired: Partial<MailboxInputs>,
  before: MailboxInputs | null = state,
): string[] {
  return mailboxChanges(found, { ...state, ...desired }, "nerac", before).map(
    ({ operation, body }) => `${operation} ${JSON.stringify(body.a ?? body.alias)}`,
  );
}

describe("a mailbox that was taken over", () => {
  test("goes on inheriting its quota while nobody asks for another", () => {
    expect(calls(entry({}), {})).toEqual([]);
    expect(calls(entry({}), { displayName: "Zoé M." })).toEqual([
      'ModifyAccount [{"n":"displayName","_content":"Zoé M."}]',
    ]);
  });

  test("gets a quota of its own when another is asked for, or nothing is known of before", () => {
    expect(calls(entry({}), { quotaBytes: 3_000 })).toEqual([
      'ModifyAccount [{"n":"zimbraMailQuota","_content":"3000"}]',
    ]);
    expect(calls(entry({}), {}, null)).toEqual(['ModifyAccount [{"n":"zimbraMailQuota","_content":"2000"}]']);
  });

  test("keeps aliases of other domains, unless they were declared once", () => {
    const found = entry({
      zimbraMailQuota: ["2000"],
      zimbraMailAlias: ["zoe@autre.test", "z@nerac.test", "zoe@ancien.test"],
    });
    expect(calls(found, {}, { ...state, aliases: ["zoe@ancien.test"] })).toEqual([
      'RemoveAccountAlias "z@nerac.test"',
      'RemoveAccountAlias "zoe@ancien.test"',
    ]);
  });

  test("has a name only where it is given one", () => {
    const nameless = entry({ zimbraMailQuota: ["2000"], displayName: [] });
    expect(calls(nameless, { displayName: "" })).toEqual([]);
  });

  test("gets the mark with its first change, not before", () => {
    const unmarked = entry({ zimbraMailQuota: ["2000"], zimbraNotes: ["appelée en 2019"] });
    expect(calls(unmarked, { displayName: "Zoé M." })).toEqual([
      'ModifyAccount [{"n":"displayName","_content":"Zoé M."},{"n":"zimbraNotes","_content":"bastide:nerac\\nappelée en 2019"}]',
    ]);
  });
});

describe("a list that was taken over", () => {
  test("is not renamed for the blanks around its name", () => {
    const desired: ListInputs = {
      address: "zoe@nerac.test",
      displayName: "Zoé",
      members: [],
      deletion: "close",
    };
    expect(listChanges(entry({}), desired, "nerac")).toEqual([]);
  });
});
