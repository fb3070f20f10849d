import { describe, expect, it } from "vitest";
import { labPaths } from "../../../scripts/lab/paths.ts";

describe("labPaths", () => {
  it("puts data below .bastide and sockets below /run, short enough for a socket's address", () => {
    const lab = labPaths("demo", "/srv/bastide");
    expect(lab.cdgFile).toBe("/srv/bastide/.bastide/demo/cdg.yaml");
    expect(lab.backendUrl).toBe("file:///srv/bastide/.bastide/demo/state");
    expect(lab.dockerSocket).toMatch(/^\/run\/bastide-[0-9a-f]{10}\/docker\.sock$/);
  });

  it("tells labs apart by name and by checkout", () => {
    const ids = [labPaths("demo", "/a"), labPaths("demo", "/b"), labPaths("test", "/a")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(labPaths("demo", "/a").id).toBe(ids[0]);
  });

  it.each(["", "../x", "-x", "x-", "A", "a".repeat(25), "a b", "a\n"])("fails for the name %j", (name) => {
    expect(() => labPaths(name)).toThrow(
      `Invalid lab name ${JSON.stringify(name)}: lower-case letters, digits and inner hyphens, at most 24.`,
    );
  });

  it.each(["bench", "compile-cache", "pulumi", "test-results"])(
    "fails for the name %s, whose folder has another use",
    (name) => {
      expect(() => labPaths(name)).toThrow(
        `Invalid lab name ${JSON.stringify(name)}: that folder of .bastide/ has another use.`,
      );
    },
  );
});
