import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MailSnapshot, MailStore } from "../../../../scripts/lab/zimbra/index.ts";
import { attributes, TestLab } from "./admin-client.ts";

/** Remembers what it was told and says what it is told to. */
class FakeStore implements MailStore {
  readonly snapshots: MailSnapshot[] = [];
  readonly used = new Map<string, number>();
  fails = false;
  running = 0;
  /** What a sync waits for. */
  gate: Promise<unknown> = Promise.resolve();
  overlapped = false;

  async sync(snapshot: MailSnapshot): Promise<void> {
    this.overlapped ||= this.running > 0;
    this.running++;
    await this.gate;
    this.running--;
    if (this.fails) throw new Error("disk full");
    this.snapshots.push(snapshot);
  }

  async usedBytes(): Promise<ReadonlyMap<string, number>> {
    return this.used;
  }

  get last(): MailSnapshot {
    const last = this.snapshots.at(-1);
    if (!last) throw new Error("no snapshot");
    return last;
  }

  account(address: string) {
    return this.last.accounts.find((account) => account.address === address);
  }
}

describe("the mail servers behind the simulator", () => {
  const store = new FakeStore();
  const logged: string[] = [];
  const lab = new TestLab({ mailStore: store, log: (line) => logged.push(line) });
  let domainId: string;
  beforeAll(async () => {
    await lab.start();
    domainId = (await lab.admin.entry("domain", "CreateDomain", { name: "mü.test" })).id;
  });
  afterAll(() => lab.stop());
  beforeEach(() => {
    store.fails = false;
  });

  const create = (local: string, values: Record<string, string | string[]> = {}) =>
    lab.admin.entry("account", "CreateAccount", {
      name: `${local}@mü.test`,
      password: "Secret-1",
      a: attributes(values),
    });

  it("know a new account before its creation is answered, with addresses in ASCII", async () => {
    const box = await create("accueil", { zimbraMailQuota: "5000", displayName: "Accueil" });
    expect(store.account("accueil@xn--m-eha.test")).toEqual({
      id: box.id,
      address: "accueil@xn--m-eha.test",
      aliases: [],
      displayName: "Accueil",
      status: "active",
      receives: true,
      overTotal: false,
      quotaBytes: 5000,
      passwordHash: expect.stringMatching(/^\{SSHA512\}[A-Za-z0-9+/=]{96}$/),
      mustChangePassword: false,
      imap: true,
      pop3: true,
      forwardTo: [],
      keepsCopy: true,
      answer: null,
      catchAll: [],
    });
  });

  it("know aliases, forwards, catch-alls and forced changes", async () => {
    const box = await create("f", {
      zimbraMailForwardingAddress: ["H1@else.test", "h2@else.test"],
      zimbraPrefMailForwardingAddress: "out@else.test,two@else.test",
      zimbraPrefMailLocalDeliveryDisabled: "TRUE",
      zimbraMailCatchAllAddress: "@mü.test".replace("ü", "x"),
      zimbraPasswordMustChange: "TRUE",
    });
    await lab.admin.call("AddAccountAlias", { id: box.id, alias: "G@mü.test" });
    expect(store.account("f@xn--m-eha.test")).toMatchObject({
      aliases: ["g@xn--m-eha.test"],
      forwardTo: ["h1@else.test", "h2@else.test", "out@else.test", "two@else.test"],
      keepsCopy: false,
      catchAll: ["@mx.test"],
      mustChangePassword: true,
    });
  });

  it.each([
    ["locked", { status: "locked", receives: true }],
    ["closed", { status: "closed", receives: false }],
    ["maintenance", { status: "maintenance", receives: true }],
    ["pending", { status: "pending", receives: false }],
  ])("treat an account that is %s as %j", async (status, expected) => {
    await create(`s-${status}`, { zimbraAccountStatus: status });
    expect(store.account(`s-${status}@xn--m-eha.test`)).toMatchObject(expected);
  });

  it("see an account through its domain's status and quota", async () => {
    const modify = (values: Record<string, string>) =>
      lab.admin.call("ModifyDomain", { id: domainId, a: attributes(values) });
    await modify({ zimbraDomainStatus: "locked", zimbraMailDomainQuota: "3000" });
    expect(store.account("accueil@xn--m-eha.test")).toMatchObject({ status: "locked", quotaBytes: 3000 });
    expect(store.last.domains.find(({ id }) => id === domainId)).toMatchObject({
      name: "xn--m-eha.test",
      status: "locked",
      receives: true,
      target: null,
    });
    await modify({ zimbraDomainStatus: "active", zimbraMailDomainQuota: "" });
    expect(store.account("accueil@xn--m-eha.test")).toMatchObject({ status: "active", quotaBytes: 5000 });
  });

  it("keep a mailbox under its id when its address changes", async () => {
    const box = await create("old-name");
    await lab.admin.call("RenameAccount", { id: box.id, newName: "new-name@mü.test" });
    expect(store.account("old-name@xn--m-eha.test")).toBeUndefined();
    expect(store.account("new-name@xn--m-eha.test")?.id).toBe(box.id);
  });

  it("know lists with their members, and whether they take mail", async () => {
    const list = await lab.admin.entry("dl", "CreateDistributionList", { name: "elus@mü.test" });
    const dlm = ["accueil@mü.test", "X@else.test"].map((_content) => ({ _content }));
    await lab.admin.call("AddDistributionListMember", { id: list.id, dlm });
    await lab.admin.call("ModifyDistributionList", {
      id: list.id,
      a: attributes({ zimbraMailStatus: "disabled" }),
    });
    expect(store.last.lists).toEqual([
      {
        id: list.id,
        address: "elus@xn--m-eha.test",
        aliases: [],
        members: ["accueil@xn--m-eha.test", "x@else.test"],
        receives: false,
      },
    ]);
  });

  it("are not told of what does not concern them", async () => {
    const before = store.snapshots.length;
    await lab.admin.call("ModifyDomain", { id: domainId, a: attributes({ description: "x" }) });
    expect(store.snapshots).toHaveLength(before);
  });

  it("are told one thing at a time, and of the last state, when many changes come at once", async () => {
    const before = store.snapshots.length;
    const { promise, resolve } = Promise.withResolvers<void>();
    store.gate = promise;
    const created = Array.from({ length: 20 }, (_, i) => create(`many${i}`));
    // The first one waits at the gate; the others come meanwhile.
    const present = () => lab.admin.entries("account", "SearchDirectory", { query: "(mail=many*)" });
    await expect.poll(async () => (await present()).length, { timeout: 20_000 }).toBe(20);
    resolve();
    await Promise.all(created);
    expect(store.overlapped).toBe(false);
    expect(store.snapshots.length - before).toBe(2);
    expect(store.account("many19@xn--m-eha.test")).toBeDefined();
  });

  it("fail without failing the change, which reaches them with the next one", async () => {
    store.fails = true;
    await create("during");
    expect(logged).toContain("mail servers do not follow the directory: disk full");
    store.fails = false;
    await create("afterwards");
    expect(store.account("during@xn--m-eha.test")).toBeDefined();
  });

  it("measure what GetQuotaUsage and GetMailbox answer", async () => {
    store.used.set("accueil@xn--m-eha.test", 1234);
    const usage = await lab.admin.call("GetQuotaUsage", { domain: "mü.test", limit: 1 });
    expect(usage).toMatchObject({
      account: [{ name: "accueil@xn--m-eha.test", used: 1234, limit: 5000 }],
      more: true,
    });
    const box = await lab.admin.entry("account", "GetAccount", {
      account: { by: "name", _content: "accueil@mü.test" },
    });
    expect(await lab.admin.call("GetMailbox", { mbox: { id: box.id } })).toMatchObject({
      mbox: [{ s: 1234 }],
    });
  });

  it.each([
    ["BLOCKSENDRECEIVE", "1233", true],
    ["BLOCKSENDRECEIVE", "1234", false],
    ["BLOCKSENDRECEIVE", "0", false],
    ["BLOCKSEND", "1233", false],
    ["ALLOWSENDRECEIVE", "1233", false],
  ])(
    "with the policy %s, a total of %s and 1234 bytes in it, refuse mail once the sum is computed: %s",
    async (policy, total, refuses) => {
      const modify = (values: Record<string, string>) =>
        lab.admin.call("ModifyDomain", { id: domainId, a: attributes(values) });
      const isRefused = () => store.account("accueil@xn--m-eha.test")?.overTotal;
      store.used.set("accueil@xn--m-eha.test", 1234);
      await modify({ zimbraDomainAggregateQuota: total, zimbraDomainAggregateQuotaPolicy: policy });
      expect(isRefused()).toBe(false);
      await lab.admin.call("ComputeAggregateQuotaUsage", {});
      expect(isRefused()).toBe(refuses);
      await modify({ zimbraDomainAggregateQuota: "0", zimbraAggregateQuotaLastUsage: "0" });
      expect(isRefused()).toBe(false);
    },
  );
});
