import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstPassword } from "../../../../providers/cdg/first-password.ts";
import { humanBytes } from "../../../../providers/cdg/zimbra/bytes.ts";
import type { Call } from "../../../../providers/cdg/zimbra/connection.ts";
import { domainChanges } from "../../../../providers/cdg/zimbra/domain-changes.ts";
import type { Entry } from "../../../../providers/cdg/zimbra/entry.ts";
import { list as listHandler } from "../../../../providers/cdg/zimbra/list.ts";
import { listChanges } from "../../../../providers/cdg/zimbra/list-changes.ts";
import { mailbox as mailboxHandler } from "../../../../providers/cdg/zimbra/mailbox.ts";
import { mailboxChanges } from "../../../../providers/cdg/zimbra/mailbox-changes.ts";
import { entitlementOf, markOf, notesWith } from "../../../../providers/cdg/zimbra/mark.ts";
import { domainInputs, listInputs, mailboxInputs } from "../../../../providers/cdg/zimbra/schema.ts";
import { filterLiteral } from "../../../../providers/cdg/zimbra/search.ts";

const entryOf = (name: string, attributes: Record<string, string | string[]>): Entry => ({
  name,
  id: "id-1",
  attributes: new Map(Object.entries(attributes).map(([key, value]) => [key, [value].flat()])),
  dynamic: false,
  members: [],
});
const said = (calls: readonly Call[]) => calls.map(({ operation, body }) => [operation, body]);
const mailbox = (more: object = {}) =>
  mailboxInputs.parse({ address: "zoe@nerac.test", displayName: "Zoé", quotaBytes: 5_000, ...more });
const account = (more: Record<string, string | string[]> = {}) =>
  entryOf("zoe@nerac.test", {
    displayName: "Zoé",
    zimbraMailQuota: "5000",
    zimbraAccountStatus: "active",
    zimbraNotes: "bastide:nerac",
    ...more,
  });

describe("the changes to a mailbox", () => {
  test("are none when it is as asked", () => {
    expect(mailboxChanges(account(), mailbox(), "nerac")).toEqual([]);
  });

  test("send only what differs", () => {
    const calls = mailboxChanges(account(), mailbox({ quotaBytes: null }), "nerac");
    expect(said(calls)).toEqual([
      ["ModifyAccount", { id: "id-1", a: [{ n: "zimbraMailQuota", _content: "0" }] }],
    ]);
  });

  test("remove aliases first, rename, modify, and add aliases last", () => {
    const found = account({ zimbraMailAlias: ["z.martin@nerac.test", "old@nerac.test"] });
    const desired = mailbox({
      address: "z.martin@nerac.test",
      displayName: "Zoé Martin",
      aliases: ["zoe@nerac.test"],
    });
    expect(
      mailboxChanges(found, desired, "nerac").map(({ operation, body }) => [
        operation,
        body.alias ?? body.newName ?? "",
      ]),
    ).toEqual([
      ["RemoveAccountAlias", "old@nerac.test"],
      ["RemoveAccountAlias", "z.martin@nerac.test"],
      ["RenameAccount", "z.martin@nerac.test"],
      ["ModifyAccount", ""],
      ["AddAccountAlias", "zoe@nerac.test"],
    ]);
  });

  test.for(["lockout", "maintenance"])("leave %s to the system", (zimbraAccountStatus) => {
    expect(mailboxChanges(account({ zimbraAccountStatus }), mailbox(), "nerac")).toEqual([]);
  });

  test("reopen a closed mailbox: active, with the mark of an open one, other notes kept", () => {
    const found = account({
      zimbraAccountStatus: "locked",
      zimbraNotes: "Tel. 05 53\nbastide:nerac closed=2026-11-02",
    });
    expect(said(mailboxChanges(found, mailbox(), "nerac"))).toEqual([
      [
        "ModifyAccount",
        {
          id: "id-1",
          a: [
            { n: "zimbraAccountStatus", _content: "active" },
            { n: "zimbraNotes", _content: "bastide:nerac\nTel. 05 53" },
          ],
        },
      ],
    ]);
  });
});

describe("the changes to a list", () => {
  const list = listInputs.parse({
    address: "elus@nerac.test",
    displayName: "Élus",
    members: ["a@nerac.test", "ext@orange.fr"],
  });
  const found = (more: Record<string, string | string[]> = {}) =>
    entryOf("elus@nerac.test", {
      displayName: "Élus",
      zimbraNotes: "bastide:nerac",
      zimbraMailForwardingAddress: ["ext@orange.fr", "a@nerac.test"],
      ...more,
    });

  test("are none when it is as asked, in whatever order", () => {
    expect(listChanges(found(), list, "nerac")).toEqual([]);
  });

  test("remove only present members and add only absent ones", () => {
    const calls = listChanges(
      found({ zimbraMailForwardingAddress: ["b@nerac.test", "ext@orange.fr"] }),
      list,
      "nerac",
    );
    expect(said(calls)).toEqual([
      ["RemoveDistributionListMember", { id: "id-1", dlm: [{ _content: "b@nerac.test" }] }],
      ["AddDistributionListMember", { id: "id-1", dlm: [{ _content: "a@nerac.test" }] }],
    ]);
  });

  test("bring a closed one back under its address", () => {
    const closed = {
      ...found({ zimbraNotes: "bastide:nerac closed=2026-11-02", zimbraMailStatus: "disabled" }),
      name: "elus.ferme-2026-11-02@nerac.test",
    };
    expect(said(listChanges(closed, list, "nerac"))).toEqual([
      ["RenameDistributionList", { id: "id-1", newName: "elus@nerac.test" }],
      [
        "ModifyDistributionList",
        {
          id: "id-1",
          a: [
            { n: "zimbraMailStatus", _content: "enabled" },
            { n: "zimbraNotes", _content: "bastide:nerac" },
          ],
        },
      ],
    ]);
  });
});

describe("the changes to a domain", () => {
  const desired = domainInputs.parse({ name: "nerac.test", maxMailboxes: 10, aggregateQuotaBytes: null });
  const found = (more: Record<string, string> = {}) =>
    entryOf("nerac.test", {
      zimbraDomainStatus: "active",
      zimbraDomainMaxAccounts: "10",
      zimbraNotes: "bastide:nerac\nbastide-mailboxes:10",
      ...more,
    });

  test("are none when it is as asked; unlimited is 0 or absent in Zimbra", () => {
    expect(domainChanges(found(), desired, "nerac", 0)).toEqual({});
    expect(domainChanges(found({ zimbraDomainAggregateQuota: "0" }), desired, "nerac", 0)).toEqual({});
  });

  test("raise the limit by what is closed", () => {
    expect(domainChanges(found(), desired, "nerac", 2)).toEqual({ zimbraDomainMaxAccounts: "12" });
  });

  test("leave the limit as found when it is not asked for", () => {
    const limits = { ...desired, maxMailboxes: null };
    expect(domainChanges(found({ zimbraNotes: "bastide:nerac" }), limits, "nerac", 3)).toEqual({});
  });
});

describe("the mark", () => {
  test("is found among an administrator's notes, which a new mark keeps", () => {
    const found = entryOf("x", {
      zimbraNotes: "call first\r\nbastide:nerac closed=2026-01-02\nbastide-mailboxes:7",
    });
    expect(markOf(found)).toEqual({ tenant: "nerac", closed: "2026-01-02" });
    expect(entitlementOf(found)).toBe(7);
    expect(notesWith(found, { tenant: "nerac", closed: null }, 8)).toBe(
      "bastide:nerac\nbastide-mailboxes:8\ncall first",
    );
  });

  test.for(["", "bastide:", "bastide:nerac closed=yesterday", "see bastide:nerac", "bastide:Nerac"])(
    "is not seen in %j",
    (zimbraNotes) => {
      expect(markOf(entryOf("x", { zimbraNotes }))).toBeNull();
    },
  );

  test("does not cut notes that no longer fit", () => {
    const found = entryOf("zoe@nerac.test", { zimbraNotes: "n".repeat(1020) });
    expect(() => notesWith(found, { tenant: "nerac", closed: null })).toThrow(
      "The notes of zoe@nerac.test hold 1034 characters with our mark, 1024 fit: shorten them in Zimbra's console.",
    );
  });
});

const problemsOf = (more: object) =>
  mailboxInputs
    .safeParse({ address: "zoe@nerac.test", displayName: "Zoé", ...more })
    .error?.issues.map(({ path, message }) => ({ path, message }));

describe("normalisation", () => {
  const domain = fc.constantFrom("Nerac.TEST", "mairie-lézan.fr", "XN--MAIRIE-LZAN-IBB.fr", "nerac.test.");
  const local = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,4}(\.[A-Za-z0-9]{1,4})?$/);
  const address = fc.tuple(local, domain).map((parts) => parts.join("@"));
  const checked = (more: object) => mailboxHandler.normalise?.(mailbox(more)).inputs;

  test("is idempotent, sorted and unique, whatever the order and the case", async () => {
    await fc.assert(
      fc.property(fc.array(address, { maxLength: 8 }), address, (aliases, own) => {
        const once = checked({ address: own, aliases });
        expect(checked(once ?? {})).toEqual(once);
        const shuffled = { address: own.toUpperCase(), aliases: [...aliases, ...aliases].toReversed() };
        expect(checked(shuffled)).toEqual(once);
        expect(once?.aliases).toEqual([...new Set(once?.aliases)].toSorted());
        expect(once?.aliases).not.toContain(once?.address);
      }),
    );
  });

  test("gives both spellings of a domain one form", () => {
    const spellings = ["Mairie@MAIRIE-LÉZAN.fr", "mairie@xn--mairie-lzan-ibb.fr"];
    expect(spellings.map((text) => mailbox({ address: text }).address)).toEqual(
      Array(2).fill("mairie@xn--mairie-lzan-ibb.fr"),
    );
    const trailing = domainInputs.parse({ name: "MAIRIE-lézan.fr.", maxMailboxes: 1 });
    expect(trailing.name).toBe("xn--mairie-lzan-ibb.fr");
  });

  const LOCAL = "the part before @ holds up to 64 of a-z, 0-9, dots and !#$&'*+=?^_`{|}~-, got";
  test.for([
    ["zoe", 'expected local-part@domain, got "zoe"'],
    ["zoe@nerac", 'expected a domain such as mairie-nerac.fr, got "nerac"'],
    ["élu@nerac.test", `${LOCAL} "élu"`],
    ["a..b@nerac.test", `${LOCAL} "a..b"`],
    ["a\u202eb@nerac.test", `${LOCAL} "a?b"`],
    ['"$(id)"@nerac.test', `${LOCAL} "\\"$(id)\\""`],
  ])("refuses %j", ([text, message]) => {
    expect(problemsOf({ address: text })).toEqual([{ path: ["address"], message }]);
  });

  test("names the alias and the member that are wrong", () => {
    expect(problemsOf({ aliases: ["ok@nerac.test", "bad"] })).toMatchObject([{ path: ["aliases", 1] }]);
    const list = listInputs.parse({ address: "a@nerac.test", displayName: "A", members: ["A@nerac.test"] });
    expect(listHandler.normalise?.(list).failures).toEqual([
      { property: "members", reason: "a@nerac.test cannot be a member of itself" },
    ]);
  });

  test.for(["Anne\nMarie", "a\u0000b", "   "])("refuses the display name %j", (displayName) => {
    expect(mailboxInputs.safeParse({ address: "a@b.test", displayName, quotaBytes: null }).success).toBe(
      false,
    );
  });

  test.for(['L\'Haÿ "$(id)" `x`', "<b>&amp;</b>", "עברית \u200f", "🏛️ Mairie"])(
    "keeps the display name %j",
    (name) => {
      expect(mailbox({ displayName: name }).displayName).toBe(name);
    },
  );

  test("refuses a quota of 0, which would mean unlimited in Zimbra", () => {
    expect(
      mailboxInputs.safeParse({ address: "a@b.test", displayName: "A", quotaBytes: 0 }).error?.issues,
    ).toMatchObject([{ message: "expected at least 1 byte; null means unlimited" }]);
  });
});

describe("first passwords", () => {
  test("hold every class of characters, no look-alikes, no name, and never repeat", () => {
    const passwords = Array.from({ length: 300 }, () => firstPassword("abc"));
    for (const password of passwords) {
      expect(password).toMatch(/^(?:[A-HJ-NP-Za-km-np-z2-9]{4}-){3}[A-HJ-NP-Za-km-np-z2-9]{4}$/);
      expect(password).toMatch(/[a-z]/);
      expect(password).toMatch(/[A-Z]/);
      expect(password).toMatch(/[2-9]/);
      expect(password.toLowerCase()).not.toContain("abc");
    }
    expect(new Set(passwords).size).toBe(300);
  });
});

test("figures in errors are rounded to read and exact to compare", () => {
  expect([0, 999, 5_234_000_000, 1_500_000_000_000].map(humanBytes)).toEqual([
    "0 o (0 bytes)",
    "999 o (999 bytes)",
    "5.23 Go (5234000000 bytes)",
    "1.5 To (1500000000000 bytes)",
  ]);
});

test("a text inside a filter is a literal", () => {
  expect(filterLiteral("a*(b)\\c\0")).toBe("a\\2a\\28b\\29\\5cc\\00");
});
