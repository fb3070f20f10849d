import { describe, expect, it } from "vitest";
import { UserError } from "../../../scripts/cli/errors.ts";
import { resolveEnvironment } from "../../../scripts/engine/environment.ts";
import { labPaths } from "../../../scripts/lab/paths.ts";

const production = {
  PULUMI_BACKEND_URL: "postgres://bastide:s3cret@db.example.org:5432/state",
  PULUMI_CONFIG_PASSPHRASE_FILE: "/etc/bastide/passphrase",
};

describe("resolveEnvironment", () => {
  it("uses the demo lab where no backend is set, and says so", () => {
    const { kind, banner, backendUrl } = resolveEnvironment({ from: {} });
    expect({ kind, banner, backendUrl }).toEqual({
      kind: "lab",
      banner: "Lab demo of this checkout (PULUMI_BACKEND_URL is not set)",
      backendUrl: labPaths("demo").backendUrl,
    });
  });

  it("does not read the backend at all when a lab is asked for", () => {
    const environment = resolveEnvironment({ lab: "test", from: production });
    expect(environment.kind).toBe("lab");
    expect(environment.env).toMatchObject({
      PULUMI_BACKEND_URL: labPaths("test").backendUrl,
      PULUMI_CONFIG_PASSPHRASE_FILE: labPaths("test").passphraseFile,
      PULUMI_CONFIG_PASSPHRASE: undefined,
      PULUMI_OPTION_CONFIG_FILE: labPaths("test").stackFile,
      BASTIDE_CDG: labPaths("test").cdgFile,
    });
  });

  it("takes any other backend for production, and shows no password of it", () => {
    const environment = resolveEnvironment({ from: production });
    expect(environment).toMatchObject({
      kind: "production",
      banner: "Backend postgres://db.example.org:5432/state (production)",
      passphraseFile: "/etc/bastide/passphrase",
      cdgFile: undefined,
    });
    expect(environment.env).not.toHaveProperty("PULUMI_OPTION_CONFIG_FILE");
  });

  it("lets BASTIDE_CDG replace the catalogue's cdg.yaml in production", () => {
    const from = { ...production, BASTIDE_CDG: "/etc/bastide/cdg.yaml" };
    expect(resolveEnvironment({ from }).cdgFile).toBe("/etc/bastide/cdg.yaml");
  });

  it("takes a file backend elsewhere for production", () => {
    expect(resolveEnvironment({ from: { PULUMI_BACKEND_URL: "file:///srv/bastide/state" } }).kind).toBe(
      "production",
    );
  });

  it("fails for a name that no lab can have", () => {
    expect(() => resolveEnvironment({ lab: "../x", from: {} })).toThrow(UserError);
  });
});
