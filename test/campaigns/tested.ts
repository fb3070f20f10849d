import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { checkoutRoot } from "../../scripts/engine/checkout.mjs";
import { type Campaign, mustBeSeen } from "./campaign.ts";

/** A test file that is a campaign already: each of its tests is one, and all of them are one point here. */
function tested(
  name: string,
  project: string,
  file: string,
  what: Pick<Campaign, "broken" | "seen">,
): Campaign {
  return {
    name,
    ...what,
    short: 0,
    lanes: 1,
    points: async () => [file],
    open: async () => ({
      async attempt(point) {
        const report = join(checkoutRoot, ".bastide/soak", `${name}.json`);
        const args = ["run", "--project", project, point, "--reporter=json", `--outputFile.json=${report}`];
        const { exitCode } = await execa("node_modules/.bin/vitest", args, {
          cwd: checkoutRoot,
          reject: false,
        });
        const text = await readFile(report, "utf8").catch(() => "no report");
        mustBeSeen(exitCode === 0, () => text.slice(0, 4_000));
      },
      [Symbol.asyncDispose]: async () => {},
    }),
  };
}

export const upgrade = tested("upgrade", "sandbox", "test/e2e/upgrade.test.ts", {
  broken: "states and directory of the first version, under this code",
  seen: "no replace, no delete; the same mailboxes",
});

export const recordings = tested("recordings", "unit", "test/scripts/lab/zimbra/replay.test.ts", {
  broken: "884 recorded calls of a real Zimbra, replayed on the simulator",
  seen: "at least 750 answers equal; the rest in the named groups of docs/simulator.md",
});
