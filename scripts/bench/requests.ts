import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeByHand } from "./hand-made.ts";
import { bastide, type Figure } from "./measure.ts";
import { type SmallLab, startSmallLab } from "./small-lab.ts";
import { benchTenant, mailboxNames } from "./tenant-file.ts";

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

/** HTTP requests of a refresh of 50 mailboxes, the login counted. */
export async function benchRefreshRequests(): Promise<Figure> {
  await using small = await startSmallLab({ name: "bench" });
  const mailboxes = 50;
  const text = benchTenant(mailboxNames(mailboxes), { entitled: mailboxes });
  await writeFile(join(small.tenantsDir, "bench.yaml"), text);
  await bastide(["up", "bench", "--yes"], small.env);
  small.simulator.clearCalls();
  await bastide(["refresh", "bench"], small.env);
  const requests = httpRequests(small.simulator.calls);
  return {
    name: `requests of a refresh of ${mailboxes} mailboxes, login counted`,
    value: requests,
    unit: "requests",
    bar: { atMost: 5 },
    samples: { requests: [requests] },
  };
}

/** HTTP requests and calls that write while a domain of 300 accounts made by hand is adopted. */
export async function benchAdopt(): Promise<readonly Figure[]> {
  await using small = await startSmallLab({ name: "bench" });
  const accounts = 300;
  await makeByHand(small, "mairie-ancienne.example", accounts);
  small.simulator.clearCalls();
  await bastide(["adopt", "mairie-ancienne.example"], small.env);
  const { calls } = small.simulator;
  const requests = httpRequests(calls);
  const writing = calls.filter(({ operation }) => !/^(?:Auth|Get|Search|Batch|Ping)/.test(operation)).length;
  const adopting = `to adopt a domain of ${accounts} accounts`;
  return [
    {
      name: `requests ${adopting}, logins counted`,
      value: requests,
      unit: "requests",
      bar: { atMost: 20 },
      samples: { requests: [requests] },
    },
    {
      name: `calls that write ${adopting}`,
      value: writing,
      unit: "calls",
      bar: { atMost: 0 },
      samples: { calls: [writing] },
    },
  ];
}

async function requestsDuring({ simulator, env }: SmallLab, args: readonly string[]): Promise<number> {
  simulator.clearCalls();
  await bastide(args, env);
  return httpRequests(simulator.calls.filter(({ operation }) => operation !== "AuthRequest"));
}

function httpRequests(calls: SmallLab["simulator"]["calls"]): number {
  return new Set(calls.map(({ request }) => request)).size;
}
