import type { Arena, Campaign } from "./campaign.ts";
import { mustBeSeen, mustEqual } from "./campaign.ts";
import { breakCall, canBreak, mend, wholeTown } from "./systems.ts";
import { type Inventory, TenantArena } from "./tenant-arena.ts";

const kinds = ["500", "503", "429", "html", "close", "half-body", "empty-list", "half-list"];
const operations = [
  "GetDomain",
  "SearchDirectory",
  "GetAccount",
  "GetDistributionList",
  "GetQuotaUsage",
  "*",
  "companies.getCompanyDetails",
  "licensing.getLicenseInfo",
  "packages.getPackageDetails",
  "accounts.getAccountsList",
  "sftpgo:get-token",
  "sftpgo:get-folders",
  "sftpgo:get-groups",
  "sftpgo:get-users",
  "sftpgo:get-eventrules",
  "sftpgo:post-quotas-folders-scan",
  "sftpgo:get-quotas-folders-scans",
];

/** `SearchDirectory/empty-list/every`, `GetDomain/503/1`. */
export const refresh: Campaign = {
  name: "refresh",
  broken: `a refresh whose readings fail or lack things, once and every time: ${kinds.join(", ")}`,
  seen: "nothing leaves the state; the next refresh exits 0; next preview empty",
  short: kinds.length,
  lanes: 2,
  points: async () =>
    operations.flatMap((operation) =>
      kinds
        .filter((kind) => canBreak(operation, kind))
        .flatMap((kind) => ["1", "every"].map((call) => `${operation}/${kind}/${call}`)),
    ),
  open: () => RefreshArena.start(),
};

class RefreshArena implements Arena {
  readonly #arena: TenantArena;
  readonly #slug: string;
  readonly #golden: Inventory;

  private constructor(arena: TenantArena, slug: string, golden: Inventory) {
    this.#arena = arena;
    this.#slug = slug;
    this.#golden = golden;
  }

  static async start(): Promise<RefreshArena> {
    const arena = await TenantArena.start("refresh");
    const slug = arena.newSlug();
    await arena.deploy(slug, wholeTown(slug));
    return new RefreshArena(arena, slug, await arena.inventory(slug));
  }

  async attempt(point: string): Promise<void> {
    const [operation = "*", kind = "", call] = point.split("/");
    const before = await this.#arena.stateOf(this.#slug);
    const { sandbox } = this.#arena;
    breakCall(sandbox, operation, kind, call === "every" ? "every" : 1);
    const { exitCode, stdout, stderr } = await this.#arena
      .run("refresh", this.#slug)
      .finally(() => mend(sandbox));
    mustBeSeen([0, 3].includes(exitCode ?? -1), () => `ended with ${exitCode}\n${stderr}${stdout}`);
    mustEqual((await this.#arena.stateOf(this.#slug)).urns, before.urns, `resources in the state\n${stdout}`);
    await this.#arena.mustSucceed("refresh", this.#slug);
    mustEqual((await this.#arena.stateOf(this.#slug)).urns, before.urns, "resources in the state");
    await this.#arena.mustBeConverged(this.#slug, this.#golden);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#arena[Symbol.asyncDispose]();
  }
}
