import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { entry } from "../../../../providers/cdg/zimbra/entry.ts";
import { membersOf } from "../../../../providers/cdg/zimbra/list-calls.ts";
import { batchEnvelope, envelope, parseReply } from "../../../../providers/cdg/zimbra/soap.ts";

interface Recording {
  readonly name: string;
  readonly request: string;
  readonly status: string;
  readonly response: string;
}

const folder = new URL("../../../fixtures/golden/zimbra/", import.meta.url);
const read = (file: string): Recording[] =>
  readFileSync(new URL(file, folder), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
const json = read("json.jsonl");
const named = (name: string): Recording => {
  const found = json.find((recording) => recording.name === name);
  if (found === undefined) throw new Error(`no recording ${name}`);
  return found;
};

describe("replies recorded from Zimbra's own code", () => {
  test("every JSON reply is read: HTTP 500 as a fault with a code, HTTP 200 as a response or a batch", () => {
    const kinds = new Map<string, number>();
    for (const { name, status, response } of json) {
      const reply = parseReply(response);
      expect(reply, name).not.toBeNull();
      expect(reply?.kind === "fault", name).toBe(status.startsWith("500"));
      if (reply?.kind === "fault")
        expect(reply.fault.code, name).toMatch(/^(account|service|ldap|mail)\.[A-Z_]+$/);
      kinds.set(reply?.kind ?? "", (kinds.get(reply?.kind ?? "") ?? 0) + 1);
    }
    expect(json).toHaveLength(395);
    expect([...kinds.keys()].toSorted()).toEqual(["batch", "fault", "response"]);
  });

  test("what is no SOAP reply is told apart from one", () => {
    const texts = [
      "",
      "<html>Error 503</html>",
      '{"Header":{"context":',
      "[]",
      "null",
      '{"Body":{}}',
      '{"Body":{"Fault":{}}}',
    ];
    expect(texts.map(parseReply)).toEqual(texts.map(() => null));
  });

  test("a batch's faults are found by requestId", () => {
    const reply = parseReply(named("j-batch-mixed-types").response);
    expect(reply).toMatchObject({
      kind: "batch",
      faults: [{ code: "account.NO_SUCH_DOMAIN", text: "no such domain: none-json.test", requestId: "3" }],
    });
    expect(reply?.kind === "batch" ? [...reply.responses.keys()] : []).toEqual(["1", "2"]);
  });

  test("an entry without attributes, and one whose names are Unicode, are read", () => {
    const bare = parseReply(named("j-get-domain-attrs-unset").response);
    const bodyOf = (reply: typeof bare) => (reply?.kind === "response" ? reply.body : null);
    expect(bodyOf(bare)).toMatchObject({ domain: [{ name: "alpha-json.test" }] });
    const search = bodyOf(parseReply(named("j-search-lists").response)) as { dl: unknown[] };
    expect(search.dl.map((dl) => membersOf(entry.parse(dl)))).toEqual([
      [],
      ["q@elsewhere.test", "zoe2@xn--m-json-3ya.test", "zoe@alpha-json.test"],
    ]);
  });

  test("our envelopes are those of the recordings", () => {
    const { request } = named("j-modify-account-quota");
    const id = "e3df05d6-3154-4c2a-8433-21cd566cc6bd";
    const body = { id, a: [{ n: "zimbraMailQuota", _content: "1048576" }] };
    expect(JSON.parse(envelope({ operation: "ModifyAccount", body }, "AUTHTOKEN"))).toEqual(
      JSON.parse(request),
    );
    const domain = (name: string) => ({
      operation: "GetDomain",
      body: { attrs: "zimbraDomainName", domain: [{ by: "name", _content: name }] },
    });
    const recorded = JSON.parse(
      named("j-batch-mixed-stop").request.replaceAll(
        /"requestId":"(\d)"/g,
        (_, n) => `"requestId":"${Number(n) - 1}"`,
      ),
    );
    const ours = batchEnvelope(
      ["alpha-json.test", "none-json.test", "beta-json.test"].map(domain),
      "AUTHTOKEN",
    );
    expect(JSON.parse(ours)).toEqual(recorded);
  });
});
