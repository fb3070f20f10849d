import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AdminClient, attributes, TestLab } from "./admin-client.ts";

/** Rules that Zimbra's recordings tell of beside the exchanges that are replayed. */
describe("Zimbra's rules", () => {
  const lab = new TestLab();
  const byName = (name: string) => ({ by: "name", _content: name });
  beforeAll(async () => {
    await lab.start();
    await lab.admin.call("CreateDomain", { name: "r.test" });
  });
  afterAll(() => lab.stop());

  const create = (name: string, values: Record<string, string | readonly string[]> = {}) =>
    lab.admin.entry("account", "CreateAccount", { name, a: attributes(values) });
  const read = (name: string) => lab.admin.entry("account", "GetAccount", { account: byName(name) });
  const members = async (name: string) => {
    const response = await lab.admin.call("GetDistributionList", { dl: byName(name) });
    return (
      JSON.stringify(response.dl)
        .match(/(?<="dlm":).*?\]/)?.[0]
        ?.match(/[^"]+@[^"]+/g) ?? []
    );
  };

  it.each([
    "*",
    "a/b",
    "a%b",
    "a!b",
    "#",
    "a&b",
    "a=b",
    "a+b",
    "it's",
    '"a b"',
    ".a",
    "a.",
    "a..b",
    "x".repeat(65),
  ])("take %s as a local part", async (local) => {
    expect((await create(`${local}@r.test`)).name).toBe(`${local}@r.test`);
  });

  it.each(["a b", "a,b", "a(b)", "é"])("refuse %s as a local part", async (local) => {
    await expect(create(`${local}@r.test`)).rejects.toThrow(
      "service.INVALID_REQUEST: invalid request: invalid email address",
    );
  });

  it("refuse a local part of 250 characters in the directory", async () => {
    await expect(create(`${"x".repeat(250)}@r.test`)).rejects.toThrow("ldap.LDAP_ERROR");
  });

  it.each(["-bad.test", "single", "192.0.2.1", `${"l".repeat(64)}.test`])(
    "take %s as a domain",
    async (name) => {
      expect((await lab.admin.entry("domain", "CreateDomain", { name })).name).toBe(name);
    },
  );

  it.each(["a b.test", "a_b.test", "a..test", "a.test.", ""])("refuse %j as a domain", async (name) => {
    await expect(lab.admin.call("CreateDomain", { name })).rejects.toThrow(
      `invalid request: invalid domain name ${name}`,
    );
  });

  it.each([
    ["+5", "can not modify mail quota (invalid format): +5"],
    ["007", "can not modify mail quota (invalid format): 007"],
  ])("refuse the quota %s", async (quota, text) => {
    const box = await create(`quota${quota.length}${quota.charCodeAt(0)}@r.test`);
    const a = attributes({ zimbraMailQuota: quota });
    await expect(lab.admin.call("ModifyAccount", { id: box.id, a })).rejects.toThrow(
      `account.INVALID_ATTR_VALUE: ${text}`,
    );
  });

  it.each([
    [{ "+description": "x" }, "ldap.INVALID_ATTR_NAME"],
    [{ zimbraPasswordMinLength: ["5", "6"] }, "ldap.INVALID_ATTR_VALUE"],
    [{ displayName: ["a", "b"] }, "service.INVALID_REQUEST"],
    [{ zimbraDomainMaxAccounts: "5" }, "ldap.OBJECT_CLASS_VIOLATION"],
  ])("refuse to create with %j", async (values, code) => {
    await expect(create("refused@r.test", values)).rejects.toThrow(code);
    await expect(read("refused@r.test")).rejects.toThrow("account.NO_SUCH_ACCOUNT");
  });

  it("take attribute names in any case when modifying, and answer in Zimbra's spelling", async () => {
    const box = await create("case@r.test");
    await lab.admin.call("ModifyAccount", { id: box.id, a: attributes({ DISPLAYNAME: "Cas" }) });
    expect((await read("case@r.test")).attributes.get("displayName")).toEqual(["Cas"]);
  });

  it("keep blanks around a value, and unset what is all blanks", async () => {
    const box = await create("blank@r.test");
    const modify = (description: string) =>
      lab.admin.entry("account", "ModifyAccount", { id: box.id, a: attributes({ description }) });
    expect((await modify("  x  ")).attributes.get("description")).toEqual(["  x  "]);
    expect((await modify("   ")).attributes.get("description")).toBeUndefined();
  });

  it("take an account's aliases out of a list along with its address", async () => {
    const box = await create("out@r.test");
    await lab.admin.call("AddAccountAlias", { id: box.id, alias: "out2@r.test" });
    const list = await lab.admin.entry("dl", "CreateDistributionList", { name: "l1@r.test" });
    const dlm = ["out2@r.test", "x@else.test"].map((_content) => ({ _content }));
    await lab.admin.call("AddDistributionListMember", { id: list.id, dlm });
    await lab.admin.call("RemoveDistributionListMember", { id: list.id, dlm: [{ _content: "out@r.test" }] });
    expect(await members("l1@r.test")).toEqual(["x@else.test"]);
  });

  it("let lists follow renames, and lose a member that is renamed to its own name", async () => {
    const box = await create("before@r.test");
    const list = await lab.admin.entry("dl", "CreateDistributionList", { name: "l2@r.test" });
    await lab.admin.call("AddDistributionListMember", { id: list.id, dlm: [{ _content: "before@r.test" }] });
    await lab.admin.call("RenameAccount", { id: box.id, newName: "after@r.test" });
    expect(await members("l2@r.test")).toEqual(["after@r.test"]);
    await lab.admin.call("RenameAccount", { id: box.id, newName: "after@r.test" });
    expect(await members("l2@r.test")).toEqual([]);
  });

  it("move aliases of the old domain along with an account, unless one is taken there", async () => {
    await lab.admin.call("CreateDomain", { name: "r2.test" });
    const box = await create("mover@r.test");
    for (const alias of ["mv@r.test", "mv@r2.test"]) {
      await lab.admin.call("AddAccountAlias", { id: box.id, alias });
    }
    const rename = () => lab.admin.call("RenameAccount", { id: box.id, newName: "mover@r2.test" });
    await expect(rename()).rejects.toThrow(
      "account.ALIAS_EXISTS: email address alias already exists: mv@r2.test",
    );
    await lab.admin.call("RemoveAccountAlias", { id: box.id, alias: "mv@r2.test" });
    await rename();
    expect((await read("mover@r2.test")).attributes.get("zimbraMailAlias")).toEqual(["mv@r2.test"]);
    expect((await read("mv@r2.test")).id).toBe(box.id);
  });

  it("accept a cycle of lists, and refuse an offset past the end", async () => {
    const one = await lab.admin.entry("dl", "CreateDistributionList", { name: "c1@r.test" });
    const two = await lab.admin.entry("dl", "CreateDistributionList", { name: "c2@r.test" });
    await lab.admin.call("AddDistributionListMember", { id: one.id, dlm: [{ _content: "c2@r.test" }] });
    await lab.admin.call("AddDistributionListMember", { id: two.id, dlm: [{ _content: "c1@r.test" }] });
    const past = { offset: 5, dl: byName("c1@r.test") };
    await expect(lab.admin.call("GetDistributionList", past)).rejects.toThrow("service.INVALID_REQUEST");
  });

  it("delete a domain's empty alias domains before they find that it is not empty", async () => {
    const domain = await lab.admin.entry("domain", "CreateDomain", { name: "target.test" });
    const a = attributes({ zimbraDomainType: "alias", zimbraDomainAliasTargetId: domain.id });
    await lab.admin.call("CreateDomain", { name: "also.test", a });
    const box = await create("u@target.test");
    expect((await read("u@also.test")).id).toBe(box.id);
    await expect(create("v@also.test")).rejects.toThrow(
      "service.INVALID_REQUEST: invalid request: domain type must be local",
    );
    await expect(lab.admin.call("DeleteDomain", { id: domain.id })).rejects.toThrow(
      "account.DOMAIN_NOT_EMPTY",
    );
    await expect(lab.admin.call("GetDomain", { domain: byName("also.test") })).rejects.toThrow(
      "account.NO_SUCH_DOMAIN",
    );
  });

  it("lose the branch for people when only a dynamic group kept a domain from deletion", async () => {
    const domain = await lab.admin.entry("domain", "CreateDomain", { name: "dyn.test" });
    await lab.admin.call("CreateDistributionList", { name: "g@dyn.test", dynamic: "1" });
    await expect(lab.admin.call("DeleteDomain", { id: domain.id })).rejects.toThrow(
      "account.DOMAIN_NOT_EMPTY",
    );
    await expect(create("u@dyn.test")).rejects.toThrow("ldap.ENTRY_NOT_FOUND");
  });

  it("give a domain above another its old description back", async () => {
    const a = attributes({ description: "first" });
    const parent = await lab.admin.entry("domain", "CreateDomain", { name: "up.test", a });
    await lab.admin.call("CreateDomain", { name: "sub.up.test" });
    await lab.admin.call("DeleteDomain", { id: parent.id });
    const again = await lab.admin.entry("domain", "CreateDomain", { name: "up.test" });
    expect(again.attributes.get("description")).toEqual(["first"]);
  });

  it("count closed accounts, and limit accounts by COS", async () => {
    const cos = await lab.admin.entry("cos", "CreateCos", { name: { _content: "small" } });
    const rules = { zimbraDomainMaxAccounts: "2", zimbraDomainCOSMaxAccounts: `${cos.id}:1` };
    await lab.admin.call("CreateDomain", { name: "few.test", a: attributes(rules) });
    await create("a@few.test", { zimbraCOSId: cos.id, zimbraAccountStatus: "closed" });
    await expect(create("b@few.test", { zimbraCOSId: cos.id })).rejects.toThrow(
      `account.TOO_MANY_ACCOUNTS: number of accounts reached the limit: domain=few.test[cos=${cos.id},count=1,limit=1]`,
    );
    await create("c@few.test");
    await expect(create("d@few.test")).rejects.toThrow(
      "number of accounts reached the limit: domain=few.test (2)",
    );
  });

  it("poll a data source as often as its creation says, but not as a modification says", async () => {
    const box = await create("ds@r.test");
    const a = attributes({
      zimbraDataSourceEnabled: "TRUE",
      zimbraDataSourceFolderId: "2",
      zimbraDataSourceHost: "h.test",
      zimbraDataSourcePort: "993",
      zimbraDataSourceConnectionType: "ssl",
      zimbraDataSourcePollingInterval: "10s",
    });
    const response = await lab.admin.call("CreateDataSource", {
      id: box.id,
      dataSource: { name: "d", type: "imap", a },
    });
    const id = /(?<="id":")[^"]+/.exec(JSON.stringify(response))?.[0];
    const dataSource = { id, a: attributes({ zimbraDataSourcePollingInterval: "20s" }) };
    await expect(lab.admin.call("ModifyDataSource", { id: box.id, dataSource })).rejects.toThrow(
      "service.INVALID_REQUEST",
    );
  });

  it("tell a domain's name to administrators only, in GetDomainInfo", async () => {
    const nobody = new AdminClient(lab.simulator.url);
    const domain = await nobody.entry("domain", "GetDomainInfo", { domain: byName("r.test") });
    expect([domain.name, domain.id]).toEqual(["VALUE-BLOCKED", "VALUE-BLOCKED"]);
  });

  it("keep an administrator's token good after she was demoted and logged off", async () => {
    const admin = await create("boss@r.test", { zimbraIsAdminAccount: "TRUE" });
    await lab.admin.call("SetPassword", { id: admin.id, newPassword: "Boss-word-1" });
    const boss = new AdminClient(lab.simulator.url);
    await boss.login("boss@r.test", "Boss-word-1");
    await lab.admin.call("ModifyAccount", { id: admin.id, a: attributes({ zimbraIsAdminAccount: "FALSE" }) });
    await boss.call("EndSession", { logoff: "1" });
    expect(await boss.call("Ping")).toEqual({});
  });

  it("answer an account with hundreds of attributes, and to effectiveQuota with the lower of two limits", async () => {
    await lab.admin.call("CreateDomain", {
      name: "capped.test",
      a: attributes({ zimbraMailDomainQuota: "1000" }),
    });
    await create("u@capped.test", { zimbraMailQuota: "5000" });
    const content = { effectiveQuota: "1", account: byName("u@capped.test") };
    const box = await lab.admin.entry("account", "GetAccount", content);
    expect(box.attributes.get("zimbraMailQuota")).toEqual(["1000"]);
    expect(box.attributes.size).toBeGreaterThan(250);
  });
});
