import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactor } from "../../../scripts/ci/redact.ts";

describe("redactor", () => {
  it.each([
    ["as it is", `pass&"word'<1>`],
    ["in JSON", JSON.stringify({ a: `pass&"word'<1>` })],
    ["in XML", "<a>pass&amp;&quot;word&apos;&lt;1&gt;</a>"],
    ["in a URL", `?p=${encodeURIComponent(`pass&"word'<1>`)}`],
    ["in base64", Buffer.from(`pass&"word'<1>`).toString("base64")],
  ])("removes a secret %s", (_form, text) => {
    const left = redactor([`pass&"word'<1>`])(`before ${text} after`);
    expect(left).toContain("[secret]");
    expect(left).not.toMatch(/word|cGFzcy/);
  });

  it("removes each line of a key", () => {
    expect(redactor(["-----BEGIN KEY-----\nAAAABBBB\n"])("x AAAABBBB y")).toBe("x [secret] y");
  });

  it("takes the longer of two secrets first, and leaves short ones alone", () => {
    expect(redactor(["hunter", "hunter2-long", "a"])("hunter2-long a hunter")).toBe("[secret] a [secret]");
  });

  it("leaves no secret of at least four characters, whatever it is made of", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 4 }), fc.string(), (secret, around) => {
        fc.pre(!secret.includes("[") && !secret.includes("]") && !"[secret]".includes(secret));
        expect(
          redactor([secret])(`${around} ${secret} ${around}`).split("[secret]").join("\0"),
        ).not.toContain(secret);
      }),
    );
  });
});
