import { describe, expect, it } from "vitest";
import { type Report, readReport } from "../../../scripts/testing/report.ts";
import { closingLine, tallyOfVitest, total } from "../../../scripts/testing/tally.ts";

const report = (files: { status: string; tests: string[] }[]): Report => ({
  testResults: files.map(({ status, tests }) => ({
    name: "/checkout/test/some.test.ts",
    status,
    message: "",
    assertionResults: tests.map((test) => ({
      status: test,
      ancestorTitles: [],
      title: "is one",
      failureMessages: [],
    })),
  })),
});

describe("closingLine", () => {
  it.each([
    [{ passed: 12, failed: 0, skipped: 0 }, "12 passed, 0 failed"],
    [{ passed: 1, failed: 2, skipped: 3 }, "1 passed, 2 failed, 3 skipped"],
    [{ passed: 0, failed: 0, skipped: 0 }, "0 passed, 0 failed"],
  ])("writes %o as %s", (tally, line) => {
    expect(closingLine(tally)).toBe(line);
  });
});

describe("tallyOfVitest", () => {
  it("counts tests over files, and everything that did not run as skipped", () => {
    const text = report([
      { status: "passed", tests: ["passed", "passed", "skipped"] },
      { status: "passed", tests: ["passed", "todo", "pending"] },
    ]);
    expect(tallyOfVitest(text, true)).toEqual({ passed: 3, failed: 0, skipped: 3 });
  });

  it.each([
    ["no report was written", null, 1],
    ["a file could not be loaded", report([{ status: "failed", tests: [] }]), 1],
    ["nothing failed, yet the run did", report([{ status: "passed", tests: ["passed"] }]), 1],
    ["no test was found", report([]), 1, true],
    ["two tests failed", report([{ status: "failed", tests: ["failed", "failed"] }]), 2],
  ])("counts failures when %s", (_when, text, failed, success = false) => {
    expect(tallyOfVitest(text, success).failed).toBe(failed);
  });
});

describe("readReport", () => {
  it("refuses a report of another form instead of counting nothing", () => {
    expect(() => readReport("{}")).toThrow();
  });
});

describe("total", () => {
  it("adds up and starts from nothing", () => {
    expect(total([])).toEqual({ passed: 0, failed: 0, skipped: 0 });
    expect(
      total([
        { passed: 1, failed: 2, skipped: 3 },
        { passed: 10, failed: 20, skipped: 30 },
      ]),
    ).toEqual({ passed: 11, failed: 22, skipped: 33 });
  });
});
