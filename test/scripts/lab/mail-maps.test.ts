import { describe, expect, it } from "vitest";
import { type MailMaps, mailMaps } from "../../../scripts/lab/mail-maps.ts";
import type { MailSnapshot } from "../../../scripts/lab/zimbra/index.ts";
import { account, domain, list, snapshot } from "./directory.ts";

const maps = (changes: Partial<MailSnapshot>): MailMaps => mailMaps(snapshot(changes), 5000);
const record = (map: ReadonlyMap<string, string>): Record<string, string> => Object.fromEntries(map);

describe("mailMaps", () => {
  it("delivers to a mailbox, its aliases and its twins in an alias domain", () => {
    const { aliases, mailboxes, domains } = maps({
      domains: [domain("a.test"), domain("b.test", { target: "a.test" })],
      accounts: [account("bob", { aliases: ["rob@a.test"] })],
    });
    expect(record(domains)).toEqual({ "a.test": "OK", "b.test": "OK" });
    expect(record(mailboxes)).toEqual({ "bob@a.test": "id-bob" });
    expect(record(aliases)).toEqual({
      "bob@a.test": "bob@a.test",
      "bob@b.test": "bob@a.test",
      "rob@a.test": "bob@a.test",
      "rob@b.test": "bob@a.test",
    });
  });

  it("writes one passwd-file line a login, an alias with the account's quota and home", () => {
    const { users } = maps({ accounts: [account("bob", { aliases: ["rob@a.test"], quotaBytes: null })] });
    expect(users).toEqual([
      "bob@a.test:{SSHA512}hash:5000:5000::/mail/store/id-bob::userdb_quota_rule=*:bytes=0",
      "rob@a.test:{SSHA512}hash:5000:5000::/mail/store/id-bob::user=bob@a.test userdb_user=bob@a.test userdb_quota_rule=*:bytes=0",
    ]);
  });

  it.each([
    ["a locked account", { status: "locked" }, true],
    ["an account whose password must be changed", { mustChangePassword: true }, true],
    ["an account without a password", { passwordHash: null }, true],
    ["a closed account", { status: "closed", receives: false }, false],
    ["a pending account", { status: "pending", receives: false }, false],
  ] as const)("lets nobody log in to %s", (_what, changes, receives) => {
    const { users, denied, mailboxes } = maps({ accounts: [account("bob", changes)] });
    expect(users.join()).toContain(":nologin ");
    expect(denied).toEqual({ imap: [], pop3: [], smtp: ["bob@a.test"] });
    expect(mailboxes.has("bob@a.test")).toBe(receives);
  });

  it("asks senders to come back while an account is under maintenance", () => {
    const { access, mailboxes } = maps({
      accounts: [account("bob", { aliases: ["rob@a.test"], status: "maintenance", receives: false })],
    });
    expect(mailboxes.has("bob@a.test")).toBe(true);
    expect(record(access)).toEqual({
      "bob@a.test": "450 4.2.1 Mailbox is under maintenance",
      "rob@a.test": "450 4.2.1 Mailbox is under maintenance",
    });
  });

  it("refuses all addresses of an account whose domain is above its total", () => {
    const { access, mailboxes } = maps({
      domains: [domain("a.test"), domain("b.test", { target: "a.test" })],
      accounts: [account("bob", { aliases: ["rob@a.test"], overTotal: true })],
    });
    expect(mailboxes.has("bob@a.test")).toBe(true);
    expect(Object.entries(record(access))).toEqual(
      ["bob@a.test", "bob@b.test", "rob@a.test", "rob@b.test"].map((name) => [
        name,
        "554 5.0.0 Permanent message delivery failure",
      ]),
    );
  });

  it("keeps an account from the protocols that Zimbra keeps it from, under all its names", () => {
    const { denied } = maps({ accounts: [account("bob", { aliases: ["rob@a.test"], imap: false })] });
    expect(denied).toEqual({ imap: ["bob@a.test", "rob@a.test"], pop3: [], smtp: [] });
  });

  it.each([
    ["a copy", { forwardTo: ["x@b.test"] }, "bob@a.test, x@b.test"],
    ["everything", { forwardTo: ["x@b.test"], keepsCopy: false }, "x@b.test"],
    ["nothing, though no copy is kept", { keepsCopy: false }, "bob@a.test"],
  ])("forwards %s", (_what, changes, targets) => {
    expect(maps({ accounts: [account("bob", changes)] }).aliases.get("bob@a.test")).toBe(targets);
  });

  it("gives a catch-all what no other address takes", () => {
    const { aliases } = maps({ accounts: [account("amy"), account("bob", { catchAll: ["@a.test"] })] });
    expect(record(aliases)).toEqual({
      "amy@a.test": "amy@a.test",
      "bob@a.test": "bob@a.test",
      "@a.test": "bob@a.test",
    });
  });

  it("expands lists in lists, circles too, each member once", () => {
    const lists = [
      list("tous", ["elus@a.test", "amy@a.test", "maire@orange.test"]),
      list("elus", ["amy@a.test", "bob@a.test", "tous@a.test"], { aliases: ["conseil@a.test"] }),
    ];
    expect(record(maps({ lists }).aliases)).toEqual({
      "tous@a.test": "amy@a.test, bob@a.test, maire@orange.test",
      "elus@a.test": "amy@a.test, bob@a.test, maire@orange.test",
      "conseil@a.test": "amy@a.test, bob@a.test, maire@orange.test",
    });
  });

  it.each([
    ["closed", list("tous", ["amy@a.test"], { receives: false })],
    ["empty", list("tous", [])],
  ])("knows no address for a list that is %s", (_what, one) => {
    expect(maps({ lists: [one] }).aliases.size).toBe(0);
  });

  it("lets an account send as itself and its aliases", () => {
    const { senders } = maps({ accounts: [account("bob", { aliases: ["rob@a.test"] })] });
    expect(record(senders)).toEqual({ "bob@a.test": "bob@a.test", "rob@a.test": "bob@a.test" });
  });

  it("gives no login to a name that would break the line", () => {
    expect(maps({ accounts: [account("bob:x"), account("a b")] }).users).toEqual([]);
  });
});
