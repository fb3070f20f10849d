import { describe, expect, it } from "vitest";
import { nameOf, parseEngineEvent } from "../../../scripts/stack/engine-events.ts";

describe("parseEngineEvent", () => {
  it("keeps what is used of a step", () => {
    const metadata = {
      op: "create",
      urn: "urn:pulumi:nerac::bastide::cdg:zimbra:Mailbox::accueil",
      type: "cdg:zimbra:Mailbox",
      old: null,
      new: { type: "cdg:zimbra:Mailbox", inputs: { address: "a@b.fr" }, outputs: {}, custom: true },
      detailedDiff: null,
    };
    const json = JSON.stringify({
      sequence: 3,
      timestamp: 1,
      resourcePreEvent: { metadata, planning: true },
    });
    expect(parseEngineEvent(json)).toEqual({
      resourcePreEvent: {
        metadata: { ...metadata, new: { inputs: { address: "a@b.fr" }, outputs: {} } },
        planning: true,
      },
    });
  });

  it.each([
    ["alone", '{"sequence":1,"diagnosticEvent":{"message":"resp: canary","severity":"debug"}}'],
    ["that quotes a step", '{"diagnosticEvent":{"message":"\\"resourcePreEvent\\":{","severity":"debug"}}'],
  ])("drops a debug message %s: it may hold secrets in clear", (_what, json) => {
    expect(parseEngineEvent(json)).toBeNull();
  });

  it("keeps errors, and takes kinds that it does not know for nothing", () => {
    const json = '{"diagnosticEvent":{"urn":"u","message":"no","color":"raw","severity":"error"}}';
    expect(parseEngineEvent(json)).toEqual({
      diagnosticEvent: { urn: "u", message: "no", severity: "error", ephemeral: false },
    });
    expect(parseEngineEvent('{"sequence":9,"tomorrowEvent":{}}')).toEqual({});
  });

  it("fails for an operation that the pinned engine does not have", () => {
    const metadata = { op: "explode", urn: "u", type: "t" };
    expect(() => parseEngineEvent(JSON.stringify({ resourcePreEvent: { metadata } }))).toThrow(
      "Invalid option",
    );
  });
});

describe("nameOf", () => {
  it("is the last part of a URN, colons included", () => {
    expect(nameOf("urn:pulumi:nerac::bastide::a$b:c:D::x::y")).toBe("x::y");
  });
});
