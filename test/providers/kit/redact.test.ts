import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRedactor } from "../../../providers/kit/redact.ts";

const secret = `p&ss"wörd'<1>`;

describe("a redactor", () => {
  test.each([
    ["as it is", secret],
    ["in JSON", JSON.stringify({ secret })],
    ["in a URL", `https://h/?p=${encodeURIComponent(secret)}`],
    ["in base64", Buffer.from(secret).toString("base64")],
    ["in XML text", `<p>p&amp;ss"wörd'&lt;1&gt;</p>`],
    ["in an XML attribute", `<p a="p&amp;ss&quot;wörd&apos;&lt;1&gt;"/>`],
    ["in XML with numbers", `<p a="p&amp;ss&#34;wörd&#39;&lt;1&gt;"/>`],
  ])("hides a secret %s", (_, text) => {
    const redactor = createRedactor();
    redactor.add(secret);
    expect(redactor.redact(text)).toContain("[secret]");
    expect(redactor.redact(text)).not.toContain("wörd");
  });

  test("hides a longer secret as a whole when it begins like a shorter one", () => {
    const redactor = createRedactor();
    redactor.add("hunter");
    redactor.add("hunter2000");
    expect(redactor.redact("hunter2000, hunter")).toBe("[secret], [secret]");
  });

  test("hides secrets that overlap as one", () => {
    const redactor = createRedactor();
    redactor.add("abcdef");
    redactor.add("defghi");
    expect(redactor.redact("-abcdefghi-abcdef-")).toBe("-[secret]-[secret]-");
  });

  test("leaves ordinary words alone", () => {
    const redactor = createRedactor();
    for (const word of ["", "a", "on"]) redactor.add(word);
    expect(redactor.redact("a man on the moon")).toBe("a man on the moon");
  });

  test("leaves nothing of any secret, wherever it stands", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 4, unit: "binary" }),
        fc.string(),
        fc.string(),
        (hidden, before, after) => {
          fc.pre(!"[secret]".includes(hidden));
          const redactor = createRedactor();
          redactor.add(hidden);
          const left = redactor.redact(`${before}\u0000${hidden}\u0000${after}`);
          expect(left.split("[secret]").join("\u0001")).not.toContain(`\u0000${hidden}\u0000`);
          expect(left).toContain("[secret]");
        },
      ),
    );
  });
});
