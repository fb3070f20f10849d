/** The simulator of GravityZone for tests of the plugin's process. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../../../scripts/lab/gravityzone/index.ts";
import { Api, UNLIMITED } from "../../../scripts/lab/gravityzone/api.ts";
import type { Given } from "../../kit/connection.ts";

export const LAUNCHER = fileURLToPath(
  new URL("../../../../providers/cdg/pulumi-resource-cdg", import.meta.url),
);
/** The key of `Api`, which these tests look in with. */
export { API_KEY } from "../../../scripts/lab/gravityzone/api.ts";

const cache = mkdtempSync(join(tmpdir(), "gravityzone-cache-"));
process.once("exit", () => rmSync(cache, { recursive: true, force: true }));

export function environment(apiKey: string): Record<string, string> {
  return { BASTIDE_TEST_GRAVITYZONE: apiKey, BASTIDE_TEST_ZIMBRA: "unused", XDG_CACHE_HOME: cache };
}

export class GravityZoneLab {
  #simulator: Simulator | null = null;
  #folder = "";

  /** A GravityZone with no customer, or with one of this id. */
  async start(
    apiKey: string,
    { customerId, ...options }: Partial<SimulatorOptions> & { customerId?: string } = {},
  ): Promise<void> {
    await this.stop();
    this.#folder = mkdtempSync(join(tmpdir(), "gravityzone-lab-"));
    if (customerId !== undefined) this.#seed(customerId);
    this.#simulator = await startSimulator({
      dataDir: this.#folder,
      listen: { host: "127.0.0.1", port: 0 },
      apiKey,
      company: { name: "CDG", seats: 100 },
      rates: UNLIMITED,
      ...options,
    });
  }

  /** As the simulator keeps them: a partner and its customer. */
  #seed(customerId: string): void {
    const licence = {
      type: 3,
      licenseKey: "",
      reservedSlots: 100,
      endSubscription: "",
      autoRenewPeriod: 0,
      minimumUsage: 0,
      assignedProductType: 0,
      flags: {},
    };
    const partner = {
      kind: "company",
      id: "5f43a1b2c3d4e5f6a7b8c900",
      parentId: null,
      type: 0,
      name: "CDG",
      address: "",
      phone: "",
      country: "FR",
      state: "N/A",
      industry: 18,
      canBeManagedByAbove: true,
      enforce2FA: true,
      skip2FAPeriod: 0,
      contactPerson: {},
      customFields: [],
      isSuspended: false,
      createdAt: "2026-11-25T10:00:00",
      groupId: "5f43a1b2c3d4e5f6a7b8c901",
      licence,
    };
    const customer = {
      ...partner,
      id: customerId,
      parentId: partner.id,
      type: 1,
      name: "Commune de Nérac (214701955)",
      address: "bastide:nerac",
      groupId: "5f43a1b2c3d4e5f6a7b8c902",
      licence: { ...licence, reservedSlots: 13 },
    };
    const text = [partner, customer].map((put) => `${JSON.stringify([{ put }])}\n`).join("");
    writeFileSync(join(this.#folder, "gravityzone.jsonl"), text);
  }

  async stop(): Promise<void> {
    await this.#simulator?.close();
    if (this.#folder !== "") rmSync(this.#folder, { recursive: true, force: true });
    this.#simulator = null;
    this.#folder = "";
  }

  get running(): Simulator {
    if (this.#simulator === null) throw new Error("the simulator does not run");
    return this.#simulator;
  }

  get api(): Api {
    return new Api(this.running.url);
  }

  /** The provider's configuration; no call of these tests reaches Zimbra. */
  config(rates: { requestsPerSecond?: number; subscriptionsPerMinute?: number } = {}): Given {
    return {
      value: {
        tenant: "nerac",
        zimbra: { url: "http://127.0.0.1:9/", account: "a@cdg.test", credential: "env:BASTIDE_TEST_ZIMBRA" },
        gravityzone: {
          url: this.running.url,
          credential: "env:BASTIDE_TEST_GRAVITYZONE",
          requestsPerSecond: 1000,
          subscriptionsPerMinute: 60_000,
          ...rates,
        },
      },
    };
  }

  /** Operations that changed something, in order, without their API. */
  writes(): string[] {
    return this.running.calls
      .map(({ operation }) => operation.replace(/^\w+\./, ""))
      .filter((name) => !/^(?:get|find)/.test(name));
  }
}
