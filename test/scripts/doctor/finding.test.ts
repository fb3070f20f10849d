import { describe, expect, it } from "vitest";
import { UserError } from "../../../scripts/cli/errors.ts";
import { look, missing, ok, wrong } from "../../../scripts/doctor/finding.ts";
import { findingsText, isIll } from "../../../scripts/doctor/index.ts";

const engine = missing("engine", "no Pulumi CLI is set up in this checkout", "npx bastide setup");
const go = { ...missing("Go", "none on the PATH", "npx bastide setup"), needed: false };

describe("findingsText", () => {
  it("writes a line a finding, and the command that mends what is amiss", () => {
    expect(findingsText([ok("Node", "24.21.0"), engine])).toBe(
      [
        "ok      Node    24.21.0",
        "missing engine  no Pulumi CLI is set up in this checkout",
        "                → npx bastide setup",
        "",
        "1 of 2 want attention.",
      ].join("\n"),
    );
  });

  it("says so when nothing is amiss", () => {
    expect(findingsText([ok("Node", "24.21.0")])).toBe("ok      Node  24.21.0\n\nEverything is in order.");
  });
});

describe("isIll", () => {
  it.each([
    [[ok("Node", "24")], false],
    [[ok("Node", "24"), go], false],
    [[ok("Node", "24"), engine], true],
    [[wrong("Node", "20; 24 is needed", "npx bastide setup")], true],
  ])("of %j is %s", (findings, ill) => {
    expect(isIll(findings)).toBe(ill);
  });
});

describe("look", () => {
  it("turns a look that fails into a finding of its own", async () => {
    const error = new UserError("No passphrase is set.\nNothing was changed.", {
      code: "X",
      hint: "Set one.",
    });
    expect(await look("passphrase", () => Promise.reject(error))).toEqual([
      { name: "passphrase", state: "wrong", found: "No passphrase is set.", mend: "Set one." },
    ]);
    expect(await look("lab", () => Promise.reject(new TypeError("x is not a function")))).toEqual([
      { name: "lab", state: "wrong", found: "x is not a function" },
    ]);
  });
});
