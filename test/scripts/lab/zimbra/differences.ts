import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { goldenFolder } from "./replay.ts";

const differencesSchema = z.record(
  z.string(),
  z.strictObject({ reason: z.string().min(20), exchanges: z.array(z.string()).min(1) }),
);
export type Differences = z.infer<typeof differencesSchema>;

/** The exchanges in which the simulator is known to answer otherwise than Zimbra, by the reason why. */
export function readDifferences(): Differences {
  return differencesSchema.parse(JSON.parse(readFileSync(join(goldenFolder, "differences.json"), "utf8")));
}

/** The page's section about how faithful the simulator is. */
export function faithfulnessSection(total: number, differences: Differences): string {
  const listed = Object.values(differences).reduce((sum, group) => sum + group.exchanges.length, 0);
  const rows = Object.entries(differences).map(
    ([group, { reason, exchanges }]) =>
      `| ${group} | ${exchanges.length} | ${reason} | ${exchanges.map((name) => `\`${name}\``).join(", ")} |`,
  );
  return [
    `Of ${total} exchanges recorded from Zimbra's own server code, ${total - listed} are answered alike: status, content`,
    "type, cookies, fault code and text, elements, and every value that the recordings keep. The others:",
    "",
    "| group | exchanges | why | which |",
    "|---|---|---|---|",
    ...rows,
  ].join("\n");
}
