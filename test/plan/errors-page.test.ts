import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CODES } from "../../plan/index.ts";
import { readErrorPage, runExample } from "./error-examples.ts";

const folder = mkdtempSync(join(tmpdir(), "bastide-errors-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { base, sections } = readErrorPage(readFileSync("docs/errors.md", "utf8"));

/** What an example cannot help producing as well. */
const companions: Readonly<Record<string, readonly string[]>> = {
  TOO_MANY_PROBLEMS: ["KEY_UNKNOWN"],
  SLUG_TAKEN: ["FILE_EXTENSION"],
};

describe("docs/errors.md", () => {
  it("has one section for every code, and no other", () => {
    expect(sections.map(({ code }) => code).toSorted()).toEqual(Object.keys(CODES).toSorted());
  });

  it.each(sections)(
    "explains $code with an example that produces it, and prints what the check prints",
    (section) => {
      const { codes, printed } = runExample(section, base, folder);
      expect(codes.toSorted()).toEqual([section.code, ...(companions[section.code] ?? [])].toSorted());
      const shown = section.fences.find(({ info }) => info === "text")?.text.trimEnd() ?? "";
      if (shown.endsWith("\n…")) expect(printed.startsWith(shown.slice(0, -2))).toBe(true);
      else expect(printed).toBe(shown);
    },
  );
});
