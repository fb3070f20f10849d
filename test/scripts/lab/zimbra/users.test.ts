import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { attributes, type Entry, TestLab } from "./admin-client.ts";

describe("logging in as a user", () => {
  let now = Date.parse("2026-04-01T08:00:00Z");
  const lab = new TestLab({ now: () => new Date(now) });
  const selector = (name: string) => ({ account: { by: "name", _content: name } });
  beforeAll(async () => {
    await lab.start();
    await lab.admin.call("CreateDomain", { name: "n.test" });
  });
  afterAll(() => lab.stop());
  // Some tests let days pass.
  beforeEach(async () => {
    lab.admin.token = null;
    await lab.admin.login("admin@lab.test", lab.password);
  });

  async function box(local: string, values: Record<string, string> = {}): Promise<Entry> {
    const content = { name: `${local}@n.test`, password: "First-word-1", a: attributes(values) };
    return lab.admin.entry("account", "CreateAccount", content);
  }

  const login = (local: string, password: string) => lab.user().login(`${local}@n.test`, password);

  it("makes the secretary choose a password before anything else, once", async () => {
    await box("secretariat", { zimbraPasswordMustChange: "TRUE" });
    await expect(login("secretariat", "First-word-1")).rejects.toThrow(
      "account.CHANGE_PASSWORD: must change password",
    );
    const user = lab.user();
    const name = selector("secretariat@n.test");
    const change = (oldPassword: string, password: string) =>
      user.call("ChangePassword", { ...name, oldPassword, password });
    await expect(change("wrong", "Second-word-2")).rejects.toThrow(
      "account.AUTH_FAILED: authentication failed for [secretariat@n.test]",
    );
    await expect(change("First-word-1", "abc")).rejects.toThrow(
      "account.INVALID_PASSWORD: invalid password: too short",
    );
    expect(await change("First-word-1", "Second-word-2")).toMatchObject({
      authToken: [{ _content: expect.any(String) }],
    });
    await login("secretariat", "Second-word-2");
    await expect(login("secretariat", "First-word-1")).rejects.toThrow("account.AUTH_FAILED");
  });

  it("notes the time of the first logon, and not of one that ended at a forced change", async () => {
    const fresh = await box("logon", { zimbraPasswordMustChange: "TRUE" });
    const seen = async () =>
      (
        await lab.admin.entry("account", "GetAccount", { account: { by: "id", _content: fresh.id } })
      ).attributes.get("zimbraLastLogonTimestamp");
    await expect(login("logon", "First-word-1")).rejects.toThrow("CHANGE_PASSWORD");
    expect(await seen()).toBeUndefined();
    await lab.admin.call("ModifyAccount", {
      id: fresh.id,
      a: attributes({ zimbraPasswordMustChange: "FALSE" }),
    });
    await login("logon", "First-word-1");
    expect(await seen()).toEqual(["20260401080000.000Z"]);
  });

  it.each(["locked", "closed", "pending", "lockout"])(
    "is refused to an account that is %s, without a reason",
    async (status) => {
      await box(`is-${status}`, { zimbraAccountStatus: status });
      await expect(login(`is-${status}`, "First-word-1")).rejects.toThrow(
        `account.AUTH_FAILED: authentication failed for [is-${status}@n.test]`,
      );
    },
  );

  it("is refused to an account in maintenance, and to one that does not exist", async () => {
    await box("works", { zimbraAccountStatus: "maintenance" });
    await expect(login("works", "First-word-1")).rejects.toThrow(
      "account.MAINTENANCE_MODE: account is in maintenance mode",
    );
    await expect(login("nobody", "First-word-1")).rejects.toThrow(
      "account.AUTH_FAILED: authentication failed for [nobody@n.test]",
    );
  });

  it("follows the domain's status", async () => {
    const domain = await lab.admin.entry("domain", "CreateDomain", { name: "d.test" });
    await lab.admin.call("CreateAccount", { name: "u@d.test", password: "First-word-1" });
    await lab.admin.call("ModifyDomain", { id: domain.id, a: attributes({ zimbraDomainStatus: "locked" }) });
    await expect(lab.user().login("u@d.test", "First-word-1")).rejects.toThrow("account.AUTH_FAILED");
    await lab.admin.call("ModifyDomain", { id: domain.id, a: attributes({ zimbraDomainStatus: "active" }) });
    await lab.user().login("u@d.test", "First-word-1");
  });

  it("locks an account out after too many failures, for as long as its policy says", async () => {
    await box("lockable", {
      zimbraPasswordLockoutEnabled: "TRUE",
      zimbraPasswordLockoutMaxFailures: "3",
      zimbraPasswordLockoutDuration: "10m",
    });
    for (let i = 0; i < 3; i++) await expect(login("lockable", "wrong")).rejects.toThrow("AUTH_FAILED");
    await expect(login("lockable", "First-word-1")).rejects.toThrow("AUTH_FAILED");
    const seen = await lab.admin.entry("account", "GetAccount", selector("lockable@n.test"));
    expect(seen.attributes.get("zimbraAccountStatus")).toEqual(["lockout"]);
    now += 10 * 60_000;
    await login("lockable", "First-word-1");
  });

  it("refuses a password of the history, and one changed too soon", async () => {
    await box("history", { zimbraPasswordEnforceHistory: "2", zimbraPasswordMinAge: "1" });
    const change = (oldPassword: string, password: string) =>
      lab.user().call("ChangePassword", { ...selector("history@n.test"), oldPassword, password });
    await expect(change("First-word-1", "Second-word-2")).rejects.toThrow("account.PASSWORD_CHANGE_TOO_SOON");
    now += 2 * 86_400_000;
    await change("First-word-1", "Second-word-2");
    now += 2 * 86_400_000;
    await expect(change("Second-word-2", "First-word-1")).rejects.toThrow("account.PASSWORD_RECENTLY_USED");
    await change("Second-word-2", "Third-word-3");
  });

  it.each([
    ["zimbraPasswordMinUpperCaseChars", "lower-1", "not enough upper case characters"],
    ["zimbraPasswordMinLowerCaseChars", "UPPER-1", "not enough lower case characters"],
    ["zimbraPasswordMinNumericChars", "Letters-", "not enough numeric characters"],
    ["zimbraPasswordMinPunctuationChars", "Letters1", "not enough punctuation characters"],
    ["zimbraPasswordMinAlphaChars", "123456-", "not enough alpha characters"],
    ["zimbraPasswordMinDigitsOrPuncs", "Letters", "not enough numeric or punctuation characters"],
  ])("enforces %s when an account is made", async (attribute, password, text) => {
    const content = { name: "p@n.test", password, a: attributes({ [attribute]: "1" }) };
    await expect(lab.admin.call("CreateAccount", content)).rejects.toThrow(
      `account.INVALID_PASSWORD: invalid password: ${text}`,
    );
  });

  it("ends tokens with the password they were made with, and with the account's activity", async () => {
    const account = await box("tokens");
    const user = lab.user();
    await user.login("tokens@n.test", "First-word-1");
    expect(await user.call("GetInfo")).toMatchObject({ name: "tokens@n.test" });
    await lab.admin.call("ModifyAccount", {
      id: account.id,
      a: attributes({ zimbraAccountStatus: "locked" }),
    });
    await expect(user.call("GetInfo")).rejects.toThrow("service.AUTH_EXPIRED");
    await lab.admin.call("ModifyAccount", {
      id: account.id,
      a: attributes({ zimbraAccountStatus: "active" }),
    });
    expect(await user.call("GetInfo")).toMatchObject({ name: "tokens@n.test" });
    await lab.admin.call("SetPassword", { id: account.id, newPassword: "Second-word-2" });
    await expect(user.call("GetInfo")).rejects.toThrow("service.AUTH_EXPIRED");
  });
});
