import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { code, codeBlock, markdown } from "../../../scripts/ci/markdown.ts";

describe("code", () => {
  it.each([
    ["Commune de Nérac", "`Commune de Nérac`"],
    ["@everyone please /approve", "`@everyone please /approve`"],
    ["<img src=x onerror=alert(1)>", "`<img src=x onerror=alert(1)>`"],
    ["a`b", "``a`b``"],
    ["`` ` ``", "``` `` ` `` ```"],
    ["line\n/close\r\n# title", "`line /close # title`"],
    ["\u202egnirts", "`<U+202E>gnirts`"],
    ["a\u0000b", "`a<U+0000>b`"],
    ["", "(vide)"],
    [" \n ", "(vide)"],
  ])("writes %j as %s", (text, expected) => {
    expect(code(text).text).toBe(expected);
  });

  it("cuts a name of any length", () => {
    expect(code("x".repeat(5000)).text).toBe(`\`${"x".repeat(200)}…\``);
  });

  it("stays one code span on one line, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 150 }), (text) => {
        const written = code(text).text;
        if (written === "(vide)") return;
        const fence = /^`+/.exec(written)?.[0] ?? "";
        const inside = written.slice(fence.length, -fence.length);
        expect(written).not.toMatch(/[\n\r\u2028\u2029\u202e]/);
        expect(written.endsWith(fence)).toBe(true);
        expect(inside.match(/`+/g) ?? []).not.toContain(fence);
      }),
    );
  });
});

describe("codeBlock", () => {
  it("cannot be closed from inside", () => {
    expect(codeBlock("```\n</details>\n````").text).toBe("`````text\n```\n</details>\n````\n`````");
  });
});

describe("markdown", () => {
  it("makes code of strings, and takes numbers and markdown as they are", () => {
    const strong = markdown`**${3}**`;
    expect(markdown`Boîte ${"a@b.fr"} : ${strong} [x](${"javascript:1"})`.text).toBe(
      "Boîte `a@b.fr` : **3** [x](`javascript:1`)",
    );
  });
});
