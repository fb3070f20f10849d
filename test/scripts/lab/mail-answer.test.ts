import { describe, expect, it } from "vitest";
import { answerScript } from "../../../scripts/lab/mail-answer.ts";
import { account } from "./directory.ts";

const answer = { text: 'Dites "\u0024{subject}"\\n.', from: null, until: "2027-03-31T21:59:59Z", days: 7 };

describe("answerScript", () => {
  it("is none for somebody who is there", () => {
    expect(answerScript(account("bob"), ["bob@a.test"])).toBeNull();
  });

  it("answers under all addresses until the instant, and takes no text for a variable", () => {
    const script = answerScript(account("bob", { displayName: "Bob", answer }), ["bob@a.test", "rob@a.test"]);
    expect(script).toContain('currentdate :zone "+0000" :value "gt" "iso8601" "2027-03-31T21:59:59+00:00"');
    expect(script).toContain(':from "\\"Bob\\" <bob@a.test>"');
    expect(script).toContain(':addresses ["bob@a.test", "rob@a.test"]');
    expect(script).toContain('"Dites \\"\u0024{dollar}{subject}\\"\\\\n."');
  });
});
