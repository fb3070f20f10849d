import { randomBytes } from "node:crypto";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import {
  type Simulator as GravityZone,
  startSimulator as startGravityZone,
} from "../lab/gravityzone/index.ts";
import { type LabPaths, labPaths } from "../lab/paths.ts";
import { type Simulator, startSimulator } from "../lab/zimbra/index.ts";

export interface SmallLabOptions {
  /** Part of the name of its folder below `.bastide/`: at most 12 characters. */
  readonly name: string;
  /** @default drawn at random */
  readonly passphrase?: string | undefined;
  /** @default drawn at random */
  readonly adminPassword?: string | undefined;
  /** Seats of an antivirus vendor beside Zimbra. @default there is none */
  readonly seats?: number | undefined;
  /** Key of that vendor's API. @default drawn at random */
  readonly apiKey?: string | undefined;
  /** Systems that the caller runs, as `connections` of cdg.yaml. @default none */
  readonly connections?: Readonly<Record<string, object>> | undefined;
  /** Folder of a lab to go on from: its states, passphrase, directory of Zimbra and tenant files. @default an empty lab */
  readonly from?: string | undefined;
}

/**
 * A lab without Docker and mail servers: a Zimbra simulator in this process, and a state backend, a
 * passphrase and a folder of tenant files of its own. Benchmarks and tests have one each; several live side
 * by side, and none touches the demo's.
 */
export interface SmallLab extends AsyncDisposable {
  readonly lab: LabPaths;
  readonly simulator: Simulator;
  /** `null` without seats. */
  readonly gravityzone: GravityZone | null;
  readonly admin: { readonly name: string; readonly password: string };
  readonly tenantsDir: string;
  /** Makes `bastide` act on this lab. */
  readonly env: Readonly<Record<string, string>>;
}

export async function startSmallLab(options: SmallLabOptions): Promise<SmallLab> {
  const lab = labPaths(`t-${options.name}-${randomBytes(3).toString("hex")}`);
  const found = options.from === undefined ? null : await copyLab(options.from, lab);
  const admin = {
    name: "admin@collectivites.example",
    password: found?.adminPassword ?? options.adminPassword ?? randomSecret(),
  };
  const tenantsDir = join(lab.dir, "tenants");
  for (const folder of [lab.stateDir, lab.secretsDir, tenantsDir]) await mkdir(folder, { recursive: true });
  const simulator = await startSimulator({
    dataDir: lab.zimbraDir,
    listen: { host: "127.0.0.1", port: 0 },
    admin,
  });
  const credentialFile = join(lab.secretsDir, "zimbra-admin");
  await writeFile(credentialFile, admin.password, { mode: 0o600 });
  if (found === null) {
    await writeFile(lab.passphraseFile, options.passphrase ?? randomSecret(), { mode: 0o600 });
    await writeFile(lab.stackFile, "config: {}\n");
  }
  const zimbra = {
    url: simulator.url,
    account: admin.name,
    credential: `file:${credentialFile}`,
    requestsPerSecond: 1000,
  };
  const vendor = options.seats === undefined ? null : await startVendor(lab, options.seats, options.apiKey);
  const cdg = {
    name: "CDG d’essai",
    domain: "collectivites.example",
    contact: "numerique@cdg.example",
    connections: {
      zimbra,
      ...(vendor === null ? {} : { gravityzone: vendor.connection }),
      ...options.connections,
    },
  };
  await writeFile(lab.cdgFile, stringify(cdg));
  return {
    lab,
    simulator,
    gravityzone: vendor?.gravityzone ?? null,
    admin,
    tenantsDir,
    env: { PULUMI_BACKEND_URL: lab.backendUrl, BASTIDE_TENANTS: tenantsDir },
    [Symbol.asyncDispose]: async () => {
      await simulator.close();
      await vendor?.gravityzone.close();
      await rm(lab.dir, { recursive: true, force: true });
    },
  };
}

async function startVendor(lab: LabPaths, seats: number, apiKey = randomSecret()) {
  const gravityzone = await startGravityZone({
    dataDir: lab.gravityzoneDir,
    listen: { host: "127.0.0.1", port: 0 },
    apiKey,
    company: { name: "CDG d’essai", seats },
    rates: { minuteMs: 1000 },
  });
  const credentialFile = join(lab.secretsDir, "gravityzone-key");
  await writeFile(credentialFile, apiKey, { mode: 0o600 });
  const connection = {
    url: gravityzone.url,
    credential: `file:${credentialFile}`,
    requestsPerSecond: 300,
    subscriptionsPerMinute: 1800,
  };
  return { gravityzone, connection };
}

/** Addresses and credentials of the former lab are left behind; the new one has its own. */
async function copyLab(from: string, lab: LabPaths): Promise<{ adminPassword: string }> {
  await cp(from, lab.dir, { recursive: true });
  return { adminPassword: (await readFile(join(from, "zimbra-admin"), "utf8")).trim() };
}

function randomSecret(): string {
  return randomBytes(18).toString("base64url");
}
