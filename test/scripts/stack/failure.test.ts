import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../scripts/stack/engine-events.ts";
import { failureLines, warningLines } from "../../../scripts/stack/failure.ts";

const nothing = { ok: false, steps: [], failed: [], diagnostics: [], text: "", errorText: "" };
const urn = "urn:pulumi:nerac::bastide::bastide:mail:Mail$cdg:zimbra:Mailbox::accueil";

function diagnostic(message: string, more: Partial<Diagnostic> = {}): Diagnostic {
  return { urn: "", message, severity: "error", ephemeral: false, ...more };
}

describe("failureLines", () => {
  it("name tenant, operation and resource before the system's own words", () => {
    const words = "CreateAccount accueil@x.fr: no such domain [account.NO_SUCH_DOMAIN]\n";
    const diagnostics = [diagnostic(words, { urn }), diagnostic("update failed")];
    expect(failureLines({ slug: "nerac", kind: "up" }, { ...nothing, diagnostics })).toEqual([
      "nerac: up: Mailbox accueil: CreateAccount accueil@x.fr: no such domain [account.NO_SUCH_DOMAIN]",
    ]);
  });

  it("leave out that the program could not go on without what failed, unless nothing else is told", () => {
    const cause = diagnostic("no such domain [account.NO_SUCH_DOMAIN]", { urn });
    const echo = diagnostic(
      "Running the program failed with an unhandled exception:\n" +
        '    Error: error serializing property "outputs": resource accueil [cdg:zimbra:Mailbox] failed to register\n' +
        "        at resource.js:619:32",
    );
    const lines = (diagnostics: readonly Diagnostic[]) =>
      failureLines({ slug: "nerac", kind: "up" }, { ...nothing, diagnostics });
    expect(lines([cause, echo])).toEqual([
      "nerac: up: Mailbox accueil: no such domain [account.NO_SUCH_DOMAIN]",
    ]);
    expect(lines([echo])).toEqual([`nerac: up: ${echo.message}`]);
  });

  it("take the CLI's words where no event tells", () => {
    const errorText = "error: no stack named 'nerac' found\n";
    expect(failureLines({ slug: "nerac", kind: "preview" }, { ...nothing, errorText })).toEqual([
      "nerac: preview: no stack named 'nerac' found",
    ]);
  });

  it("say at least that something failed", () => {
    expect(failureLines({ slug: "nerac", kind: "refresh" }, nothing)).toEqual([
      "nerac: refresh: the engine ended without a word",
    ]);
  });
});

describe("warningLines", () => {
  it("tell each warning once and no error", () => {
    const warning = diagnostic("careful\n", { severity: "warning" });
    const diagnostics = [warning, warning, diagnostic("bad")];
    expect(warningLines({ ...nothing, diagnostics })).toEqual(["careful"]);
  });
});
