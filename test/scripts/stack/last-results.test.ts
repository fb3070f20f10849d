import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { checkoutRoot, node24 } from "../../../scripts/engine/checkout.mjs";
import { failedSlugs, recordResults } from "../../../scripts/stack/last-results.ts";
import { sampleSession } from "./sample-session.ts";

const ending = { isNew: false, changes: [], outputs: [], warnings: [], errors: [] };

describe("what --only-failed runs again", () => {
  it("is what failed, was refused, or was begun and never ended, of this command", async () => {
    await using sample = await sampleSession();
    const results = recordResults(sample.session, "up");
    results.begin(["agen", "nerac", "mezin", "vianne", "killed"]);
    for (const [slug, status] of [
      ["vianne", "failed"],
      ["agen", "applied"],
      ["mezin", "refused"],
      ["nerac", "unchanged"],
    ] as const)
      results.end({ slug, status, ...ending });
    expect(failedSlugs(sample.session, "up")).toEqual(["killed", "mezin", "vianne"]);
    expect(() => failedSlugs(sample.session, "preview")).toThrow(
      "There is no earlier result of bastide preview in this checkout.",
    );
  });

  it("is forgotten by the next success alone: a run of others leaves it", async () => {
    await using sample = await sampleSession();
    const first = recordResults(sample.session, "up");
    first.end({ slug: "agen", status: "failed", ...ending });
    first.end({ slug: "mezin", status: "failed", ...ending });
    const second = recordResults(sample.session, "up");
    second.begin(["agen"]);
    second.end({ slug: "agen", status: "applied", ...ending });
    expect(failedSlugs(sample.session, "up")).toEqual(["mezin"]);
  });

  it("does not stumble over a file that is damaged", async () => {
    await using sample = await sampleSession();
    recordResults(sample.session, "up").begin(["agen"]);
    const folder = join(sample.folder, ".bastide/production/results");
    expect(await readdir(folder)).toEqual(["up.json"]);
    await writeFile(join(folder, "up.json"), "{");
    expect(() => failedSlugs(sample.session, "up")).toThrow("There is no earlier result");
    recordResults(sample.session, "up").end({ slug: "agen", status: "failed", ...ending });
    expect(failedSlugs(sample.session, "up")).toEqual(["agen"]);
  });

  it("is kept whole while two processes note at once", async () => {
    await using sample = await sampleSession();
    const module = pathToFileURL(join(checkoutRoot, "scripts/stack/last-results.ts")).href;
    const script = `
      const { recordResults } = await import(${JSON.stringify(module)});
      const results = recordResults(${JSON.stringify(sample.session)}, "up");
      for (let round = 0; round < 300; round += 1) results.begin(["agen"]);`;
    const note = () => execa(node24(), ["--input-type=module", "-e", script], { cwd: checkoutRoot });
    await expect(Promise.all([note(), note()])).resolves.toHaveLength(2);
    expect(failedSlugs(sample.session, "up")).toEqual(["agen"]);
    expect(await readdir(join(sample.folder, ".bastide/production/results"))).toEqual(["up.json"]);
  });
});
