/** The fixture plugin and its system, a folder. */
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { DisturbedSystem } from "../laws.ts";

export const SHELF_LAUNCHER = fileURLToPath(new URL("./pulumi-resource-shelf", import.meta.url));

export interface ShelfSystem extends DisturbedSystem {
  readonly folder: string;
  /** What the system was asked, `put alpha`. */
  log(): string[];
  disturb(fault: "fail" | "silence" | "stubborn"): void;
  /** Somebody changes a book behind our back. */
  edit(name: string, change: Readonly<Record<string, unknown>>): Promise<void>;
  remove(): void;
}

export function createShelfSystem(): ShelfSystem {
  const folder = mkdtempSync(join(tmpdir(), "shelf-"));
  const log = () =>
    existsSync(join(folder, "calls"))
      ? readFileSync(join(folder, "calls"), "utf8").split("\n").filter(Boolean)
      : [];
  const disturb = (fault: string) => writeFileSync(join(folder, "fault"), fault);
  return {
    folder,
    log,
    disturb,
    remove: () => rmSync(folder, { recursive: true, force: true }),
    async edit(name, change) {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), ...change }));
    },
    async reset() {
      for (const file of readdirSync(folder)) rmSync(join(folder, file));
      appendFileSync(join(folder, "calls"), "");
    },
    calls: async () => log().length,
    failures: { "an error of the system": async () => disturb("fail") },
    silence: async () => disturb("silence"),
    async removeByHand() {
      for (const file of readdirSync(folder).filter((name) => name.endsWith(".json")))
        rmSync(join(folder, file));
    },
  };
}
