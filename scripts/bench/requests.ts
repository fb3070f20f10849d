import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bastide, type Figure } from "./measure.ts";
import { type SmallLab, startSmallLab } from "./small-lab.ts";
import { benchTenant } from "./tenant-file.ts";

/**
 * HTTP requests that reach Zimbra, logins not counted: to add a mailbox with two aliases to a deployed
 * collectivité, and in a preview with nothing to change.
 */
export async function benchRequests(): Promise<readonly Figure[]> {
  await using small = await startSmallLab({ name: "bench" });
  const file = join(small.tenantsDir, "bench.yaml");
  await writeFile(file, benchTenant(["accueil"], { entitled: 2 }));
  await bastide(["up", "bench", "--yes"], small.env);
  await writeFile(file, benchTenant(["accueil", "maire"], { entitled: 2 }));
  const creating = await requestsDuring(small, ["up", "bench", "--yes"]);
  const unchanged = await requestsDuring(small, ["preview", "bench"]);
  return [
    {
      name: "requests to create a mailbox with two aliases",
      value: creating,
      unit: "requests",
      bar: { atMost: 4 },
      samples: { requests: [creating] },
    },
    {
      name: "requests of a preview with nothing to change",
      value: unchanged,
      unit: "requests",
      bar: { atMost: 0 },
      samples: { requests: [unchanged] },
    },
  ];
}

async function requestsDuring({ simulator, env }: SmallLab, args: readonly string[]): Promise<number> {
  simulator.clearCalls();
  await bastide(args, env);
  const counted = simulator.calls.filter(({ operation }) => operation !== "AuthRequest");
  return new Set(counted.map(({ request }) => request)).size;
}
