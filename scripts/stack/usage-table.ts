import { z } from "zod";
import { formatBytes } from "../../plan/index.ts";
import type { Outputs } from "./outputs-reader.ts";

/** The part of the outputs' contract (`stacks/outputs.ts`) that is read here. */
const figure = z.object({
  used: z.number().nullable(),
  limit: z.number().nullable(),
  unit: z.string(),
  measuredAt: z.string().nullable(),
  lastSnapshotAt: z.string().nullish(),
});
type Figure = z.infer<typeof figure>;
const measured = z.object({
  usage: z.record(z.string(), z.record(z.string(), figure)).default({}),
  services: z.record(z.string(), z.object({ state: z.string().optional() })).default({}),
});

/** One service of one collectivité. */
export interface UsageRow {
  readonly slug: string;
  readonly service: string;
  readonly figures: Readonly<Record<string, Figure>>;
  /** `suspended` where the system itself has it so; `null` where it does not say. */
  readonly state: string | null;
}

/** By slug and service, whatever services there are; a state of another version gives no row. */
export function usageRows(outputs: Readonly<Record<string, Outputs>>): readonly UsageRow[] {
  return Object.entries(outputs).flatMap(([slug, one]) => {
    const { usage = {}, services = {} } = measured.safeParse(one).data ?? {};
    return Object.entries(usage)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([service, figures]) => ({ slug, service, figures, state: services[service]?.state ?? null }));
  });
}

/** What could not be read is "inconnu", never 0. */
export function usageTable(rows: readonly UsageRow[]): string {
  const cells = rows.map(({ slug, service, figures, state }) => [
    slug,
    service,
    Object.entries(figures)
      .map(([name, figure]) => figureText(name, figure))
      .join(", "),
    Object.values(figures)[0]?.measuredAt ?? "never measured",
    state === "suspended" ? "SUSPENDED" : "",
  ]);
  const width = (column: number) => Math.max(0, ...cells.map((row) => row[column]?.length ?? 0));
  const widths = [0, 1, 2, 3].map(width);
  return cells
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function figureText(name: string, { used, limit, unit, lastSnapshotAt }: Figure): string {
  const text = `${name} ${amount(used, unit, "inconnu")} / ${amount(limit, unit, "illimité")}`;
  return lastSnapshotAt === undefined ? text : `${text}, last snapshot ${lastSnapshotAt ?? "inconnu"}`;
}

function amount(value: number | null, unit: string, absent: string): string {
  if (value === null) return absent;
  return unit === "bytes" ? formatBytes(value) : String(value);
}
