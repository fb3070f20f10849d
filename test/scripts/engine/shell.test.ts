import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportLines, prependPath, quote } from "../../../scripts/engine/shell.ts";

/** What a shell that reads `script` has in `name`, byte for byte. */
function shellValue(script: string, name: string): string {
  return execFileSync("sh", ["-s"], { input: `${script}\nprintf %s "$${name}"`, encoding: "utf8" });
}

/** Any text that a variable can hold: everything but NUL. */
const value = fc
  .oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom("'", '"', "$", "`", "\\", "\n", " ", "é", "!") }),
  )
  .filter((text) => !text.includes("\0"))
  .map((text) => text.toWellFormed());

describe("exportLines", () => {
  it("gives the shell exactly the value, whatever it holds", () => {
    fc.assert(
      fc.property(value, (text) => {
        expect(shellValue(exportLines({ BASTIDE_CDG: text }), "BASTIDE_CDG")).toBe(text);
      }),
      { numRuns: 150 },
    );
  });

  it("unsets what has to be absent", () => {
    const script = `export PULUMI_STACK=nerac\n${exportLines({ PULUMI_STACK: undefined })}`;
    expect(shellValue(script, "{PULUMI_STACK-absent}")).toBe("absent");
  });

  it("writes one line for each variable", () => {
    expect(exportLines({ A: "x y", B: undefined, C: "it's" })).toBe(
      "export A='x y'\nunset B\nexport C='it'\\''s'",
    );
  });
});

describe("prependPath", () => {
  it.each(["/opt/a", "/opt/it's $HOME", "/opt/a b*"])(
    "puts %s first, once however often it is sourced",
    (dir) => {
      const script = `PATH=/usr/bin:/bin\n${prependPath(dir)}\n${prependPath(dir)}`;
      expect(shellValue(script, "PATH")).toBe(`${dir}:/usr/bin:/bin`);
    },
  );
});

describe("quote", () => {
  it("quotes an empty text", () => {
    expect(quote("")).toBe("''");
  });
});
