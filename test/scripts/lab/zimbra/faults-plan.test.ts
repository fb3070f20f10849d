import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FaultKind, faultKinds } from "../../../../scripts/lab/zimbra/faults-plan.ts";
import { AdminClient, Fault, TestLab } from "./admin-client.ts";

/** For each kind: whether the call was worked off, and what the caller sees. */
const kinds: Readonly<Record<FaultKind, { done: boolean; seen: string | RegExp }>> = {
  delay: { done: true, seen: "answered" },
  "500": { done: false, seen: "fault service.FAILURE: system failure: planned fault" },
  "500-after-commit": { done: true, seen: "500 text/html;charset=iso-8859-1" },
  "429": { done: false, seen: "429 text/html;charset=iso-8859-1" },
  "503": { done: false, seen: "503 text/html;charset=iso-8859-1" },
  html: { done: false, seen: "200 text/html;charset=utf-8" },
  "auth-expired": { done: false, seen: "fault service.AUTH_EXPIRED: auth credentials have expired" },
  close: { done: false, seen: "no answer" },
  "close-after-commit": { done: true, seen: "no answer" },
  silence: { done: false, seen: "silence" },
  "silence-after-commit": { done: true, seen: "silence" },
  "half-body": { done: true, seen: "no answer" },
  "invalid-json": { done: true, seen: /^not JSON: \{/ },
  "invalid-xml": { done: true, seen: /^not JSON: </ },
  "empty-list": { done: true, seen: "answered" },
  "half-list": { done: true, seen: "answered" },
};

describe("the fault plan", () => {
  const lab = new TestLab();
  let serial = 0;
  beforeAll(() => lab.start());
  afterAll(() => lab.stop());
  beforeEach(() => lab.simulator.setFaults([]));

  async function createDomain(name: string, patienceMs = 30_000): Promise<string> {
    const body = {
      Header: { context: { _jsns: "urn:zimbra", authToken: lab.admin.token } },
      Body: { CreateDomainRequest: { _jsns: "urn:zimbraAdmin", name } },
    };
    const signal = AbortSignal.timeout(patienceMs);
    try {
      const response = await fetch(lab.simulator.url, { method: "POST", body: JSON.stringify(body), signal });
      const text = await response.text();
      const type = response.headers.get("content-type") ?? "";
      if (type.includes("html")) return `${response.status} ${type}`;
      return readable(text);
    } catch {
      return signal.aborted ? "silence" : "no answer";
    }
  }

  function readable(text: string): string {
    try {
      const { Body } = JSON.parse(text);
      return Body.Fault ? `fault ${Body.Fault.Detail.Error.Code}: ${Body.Fault.Reason.Text}` : "answered";
    } catch {
      return `not JSON: ${text.slice(0, 10)}`;
    }
  }

  async function exists(name: string): Promise<boolean> {
    lab.simulator.setFaults([]);
    const found = await lab.admin.entries("domain", "GetAllDomains");
    return found.some((domain) => domain.name === name);
  }

  it.each(faultKinds)("%s", async (kind) => {
    const name = `d${serial++}.test`;
    lab.simulator.setFaults([{ operation: "CreateDomain", kind, ms: 50 }]);
    const seen = await createDomain(name, kind.startsWith("silence") ? 3_000 : undefined);
    expect(seen).toMatch(kinds[kind].seen);
    expect(lab.simulator.calls.at(-1)?.code === "ok").toBe(kinds[kind].done);
    expect(await exists(name)).toBe(kinds[kind].done);
  });

  it("waits for the call that the rule names, and then only that one", async () => {
    lab.simulator.setFaults([{ operation: "CreateDomainRequest", call: 3, kind: "500" }]);
    const seen: string[] = [];
    for (let i = 0; i < 5; i++) seen.push(await createDomain(`third${i}.test`));
    expect(seen.map((text) => text.startsWith("fault"))).toEqual([false, false, true, false, false]);
  });

  it("hits every call, of any operation, when told so", async () => {
    lab.simulator.setFaults([{ operation: "*", call: "every", kind: "auth-expired" }]);
    await expect(lab.admin.call("Ping")).rejects.toThrow("service.AUTH_EXPIRED");
    await expect(lab.admin.call("GetAllDomains")).rejects.toThrow("service.AUTH_EXPIRED");
  });

  it("reaches a document inside a batch: what came before it is done, what comes after is not", async () => {
    lab.simulator.setFaults([{ operation: "CreateDomain", call: 2, kind: "close-after-commit" }]);
    const batch = new AdminClient(lab.simulator.url, "urn:zimbra");
    batch.token = lab.admin.token;
    const names = ["b0.test", "b1.test", "b2.test"];
    const CreateDomainRequest = names.map((name) => ({ _jsns: "urn:zimbraAdmin", name }));
    await expect(batch.call("Batch", { CreateDomainRequest })).rejects.not.toBeInstanceOf(Fault);
    expect(await Promise.all(names.map(exists))).toEqual([true, true, false]);
  });

  it("turns one document of a batch into a fault and leaves the others alone", async () => {
    lab.simulator.setFaults([{ operation: "CreateDomain", call: 1, kind: "500" }]);
    const batch = new AdminClient(lab.simulator.url, "urn:zimbra");
    batch.token = lab.admin.token;
    const CreateDomainRequest = ["c0.test", "c1.test"].map((name) => ({ _jsns: "urn:zimbraAdmin", name }));
    const response = await batch.call("Batch", { CreateDomainRequest });
    expect(Object.keys(response)).toEqual(["Fault", "CreateDomainResponse"]);
  });

  it("counts only calls about the target that the rule names", async () => {
    lab.simulator.setFaults([{ operation: "*", target: "near.test", call: 2, kind: "500" }]);
    const names = ["near.test", "far.test", "very.near.test", "near.test"];
    const seen: string[] = [];
    for (const name of names) seen.push(await createDomain(name));
    expect(seen.map((text) => text.includes("planned fault"))).toEqual([false, false, true, false]);
  });

  it.each([
    ["empty-list", 0],
    ["half-list", 2],
  ] as const)("%s leaves out what was found, in an answer that looks whole", async (kind, found) => {
    for (const name of ["l0.lists.test", "l1.lists.test", "l2.lists.test", "l3.lists.test"])
      if (!(await exists(name))) await createDomain(name);
    const query = "(zimbraDomainName=*.lists.test)";
    lab.simulator.setFaults([{ operation: "SearchDirectory", kind }]);
    const search = () => lab.admin.call("SearchDirectory", { types: "domains", query });
    expect((await search()).domain ?? []).toHaveLength(found);
    expect((await search()).domain).toHaveLength(4);
  });

  it("refuses a rule of no known kind", () => {
    // @ts-expect-error: what a plan over HTTP could hold
    expect(() => lab.simulator.setFaults([{ operation: "Ping", kind: "explode" }])).toThrow("Invalid option");
  });
});
