import { describe, expect, it } from "vitest";
import {
  describeError,
  fail,
  InterruptedError,
  SystemError,
  UserError,
} from "../../../scripts/cli/errors.ts";

describe("describeError", () => {
  const cases: readonly [string, unknown, object][] = [
    [
      "a mistake in the input",
      new UserError("No tenant is called nerca.", { code: "TENANT_UNKNOWN", hint: "Did you mean nerac?" }),
      {
        code: "TENANT_UNKNOWN",
        message: "No tenant is called nerca.",
        hint: "Did you mean nerac?",
        exitCode: 1,
      },
    ],
    [
      "a system that failed",
      new SystemError("Zimbra does not answer.", { code: "ZIMBRA_SILENT" }),
      { code: "ZIMBRA_SILENT", message: "Zimbra does not answer.", exitCode: 3 },
    ],
    [
      "an interruption",
      new InterruptedError(),
      {
        code: "INTERRUPTED",
        message: "Interrupted.",
        hint: "Run the same command again to go on.",
        exitCode: 130,
      },
    ],
  ];
  it.each(cases)("tells %s without a stack", (_, error, report) => {
    expect(describeError(error)).toEqual(report);
  });

  it("tells a mistake of ours with its stack", () => {
    const report = describeError(new TypeError("x is not a function"));
    expect(report).toMatchObject({ code: "INTERNAL", message: "x is not a function", exitCode: 3 });
    expect(report.stack).toContain("errors.test.ts");
  });

  it("tells anything that was thrown", () => {
    expect(describeError("boom")).toMatchObject({ code: "INTERNAL", message: "boom", exitCode: 3 });
  });
});

describe("fail", () => {
  it("fails with a mistake in the input", () => {
    expect(() => fail("No.", { code: "NO" })).toThrow(UserError);
  });
});
