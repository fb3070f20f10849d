import { describe, expect, test } from "vitest";
import { errorOf } from "../../kit/connection.ts";
import { usePlugin } from "./session.ts";

const session = usePlugin({ "nerac.test": "bastide:nerac" });
const { lab } = session;
const at = { type: "cdg:zimbra:MailUsage" };
const mailbox = { type: "cdg:zimbra:Mailbox" };

async function mailboxes() {
  const zoe = { address: "zoe@nerac.test", displayName: "Zoé", quotaBytes: 5_000_000 };
  const closed = await session.create(mailbox, { address: "old@nerac.test", displayName: "Old" });
  await session.create(mailbox, zoe);
  await session.create(mailbox, { address: "b@nerac.test", displayName: "B" });
  await session.provider.remove(mailbox, closed.id, closed.outputs);
  lab.used.set("zoe@nerac.test", 1_000);
  lab.used.set("b@nerac.test", 20);
  lab.used.set("old@nerac.test", 300);
}

describe("the use of a domain", () => {
  test("is bytes by open mailbox, the total with closed ones, and the instant", async () => {
    await mailboxes();
    const start = new Date().toISOString();
    const { id, outputs } = await session.create(at, { domain: "nerac.test" });
    expect(id).toBe("nerac.test");
    expect(outputs.value).toEqual({
      domain: "nerac.test",
      mailboxes: {
        "b@nerac.test": { usedBytes: 20, quotaBytes: null },
        "zoe@nerac.test": { usedBytes: 1_000, quotaBytes: 5_000_000 },
      },
      usedBytes: 1_320,
      openMailboxes: 2,
      measuredAt: expect.any(String),
    });
    expect(String(outputs.value.measuredAt) >= start).toBe(true);
  });

  test("is measured anew by a refresh, and a diff is silent about it", async () => {
    await mailboxes();
    const { id, outputs } = await session.create(at, { domain: "nerac.test" });
    lab.used.set("b@nerac.test", 40);
    const inputs = await session.checked(at, { domain: "nerac.test" });
    const read = await session.provider.read(at, id, { properties: outputs, inputs });
    expect(read.outputs.value.usedBytes).toBe(1_340);
    expect((await session.provider.diff(at, id, read.inputs, inputs, read.outputs)).changed).toBe(false);
  });

  test("keeps its last figures, with their date and a warning, when Zimbra does not answer", async () => {
    const { id, outputs } = await session.create(at, { domain: "nerac.test" });
    lab.running.setFaults([{ operation: "GetQuotaUsage", call: "every", kind: "503" }]);
    const inputs = await session.checked(at, { domain: "nerac.test" });
    const read = await session.provider.read(at, id, { properties: outputs, inputs });
    expect(read.outputs).toEqual(outputs);
    const messages = session.plugin.engine.messages.map(({ message }) => message);
    expect(messages.join("\n")).toContain(
      `Use of nerac.test not measured, figures of ${String(outputs.value.measuredAt)} kept: GetQuotaUsage nerac.test: HTTP 503`,
    );
  });

  test("cannot be made of nothing: a first measurement that fails is an error", async () => {
    lab.running.setFaults([{ operation: "GetQuotaUsage", call: "every", kind: "503" }]);
    expect((await errorOf(session.create(at, { domain: "nerac.test" }))).details).toContain("[http.503]");
  });

  test("goes with its domain, and only then", async () => {
    const { id, outputs } = await session.create(at, { domain: "nerac.test" });
    const inputs = await session.checked(at, { domain: "nerac.test" });
    await lab.ask("DeleteDomain", { id: (await lab.find("domain", "nerac.test"))?.id });
    expect((await session.provider.read(at, id, { properties: outputs, inputs })).id).toBe("");
  });
});
