import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkoutRoot } from "../../../scripts/engine/checkout.mjs";
import { failuresOfVitest } from "../../../scripts/testing/failures.ts";
import { type Report, readReport } from "../../../scripts/testing/report.ts";

/** Files of tests as somebody might break them, and what the end of the run says of each. */
const cases = {
  passes: [`it("is fine", () => expect(1).toBe(1))`, []],
  fails: [
    `describe("sums", () => { it("add up", () => expect(1 + 1).toBe(3)); it("is fine", () => expect(1).toBe(1)) })`,
    ["✘ fails.test.ts > sums > add up", "    AssertionError: expected 2 to be 3 // Object.is equality"],
  ],
  hook: [
    `beforeAll(() => { throw new Error("no system answers") }); it("is fine", () => expect(1).toBe(1))`,
    ["✘ hook.test.ts", "    no system answers"],
  ],
  long: [
    `it("says much", () => { throw new Error(Array.from({ length: 60 }, (_, n) => "line " + n).join("\\n")) })`,
    ["✘ long.test.ts > says much", "    Error: line 0"],
  ],
} as const satisfies Record<string, readonly [string, readonly string[]]>;

let folder: string;
let report: Report;

beforeAll(async () => {
  await mkdir(join(checkoutRoot, ".bastide"), { recursive: true });
  folder = await mkdtemp(join(checkoutRoot, ".bastide/failures-"));
  const preface = `import { beforeAll, describe, expect, it } from "vitest";\n`;
  for (const [name, [body]] of Object.entries(cases))
    await writeFile(join(folder, `${name}.test.ts`), `${preface}${body};\n`);
  await writeFile(join(folder, "vitest.config.mjs"), "export default { test: {} };\n");
  const vitest = join(checkoutRoot, "node_modules/vitest/vitest.mjs");
  await execa(process.execPath, [vitest, "run", "--reporter=json", "--outputFile.json=report.json"], {
    cwd: folder,
    reject: false,
  });
  report = readReport(await readFile(join(folder, "report.json"), "utf8"));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

describe("failuresOfVitest", () => {
  it.each(Object.entries(cases))(
    "shows what is to be seen of a file that is called %s",
    (name, [, lines]) => {
      const blocks = failuresOfVitest(report, folder).filter((block) =>
        block.startsWith(`✘ ${name}.test.ts`),
      );
      expect(blocks.flatMap((block) => block.split("\n").slice(0, 2))).toEqual(lines);
    },
  );

  it("cuts a long message, and says so", () => {
    const [block] = failuresOfVitest(report, folder).filter((text) => text.startsWith("✘ long"));
    const lines = block?.split("\n") ?? [];
    expect(lines).toHaveLength(27);
    expect(lines.at(-1)).toMatch(/^ {4}\(\d+ more lines above, where it ran\)$/);
  });
});
