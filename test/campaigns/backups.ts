import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { plugin } from "../../providers/cdg/plugin.ts";
import { type Listening, listen } from "../../providers/kit/server.ts";
import { createProgress } from "../../scripts/cli/index.ts";
import { ensureHostPackages } from "../../scripts/lab/host-packages.ts";
import { FaultyProxy, type ProxiedServer } from "../providers/cdg/faulty-proxy.ts";
import { RestServer } from "../providers/cdg/restic/server.ts";
import { type Connection, connect, type Given } from "../providers/kit/connection.ts";
import { type Arena, type Campaign, mustBeSeen, mustEqual } from "./campaign.ts";

const kinds = [
  "close-after-commit",
  "500-after-commit",
  "500",
  "429",
  "503",
  "html",
  "half-body",
  "close",
] as const;
const cdgKey = "canary-CDG-key";
const types = {
  access: { type: "cdg:restic:Access" },
  repository: { type: "cdg:restic:Repository" },
  usage: { type: "cdg:restic:BackupUsage" },
};

/** rest-server's protocol to {@link FaultyProxy}: `restic:post-keys`, `restic:head-config`. */
const restServer: ProxiedServer = {
  operationOf(method, path) {
    const [, , folder] = path.split("/");
    return `restic:${method.toLowerCase()}-${folder || "repository"}`;
  },
  failure: "",
};

/**
 * `restic:post-config/500`: the fault hits the first such call. The plugin runs in this process, without an engine:
 * a Swarm for each point would cost half a minute, and what the Swarm does is tried in test/e2e/backup*.test.ts.
 */
export const backups: Campaign = {
  name: "backups",
  broken: `every call to rest-server while a repository is made and measured × ${kinds.join(", ")}`,
  seen: "made and measured, at the latest when asked again; one configuration, two keys, each opens it",
  short: 6,
  lanes: 2,
  async points() {
    await using arena = await BackupArena.start();
    const operations = await arena.operations();
    return operations.flatMap((operation) => kinds.map((kind) => `${operation}/${kind}`));
  },
  open: () => BackupArena.start(),
};

class BackupArena implements Arena {
  readonly #server: RestServer;
  readonly #proxy: FaultyProxy;
  readonly #service: Listening;
  readonly #provider: Connection;
  #serial = 0;

  private constructor(server: RestServer, proxy: FaultyProxy, service: Listening) {
    this.#server = server;
    this.#proxy = proxy;
    this.#service = service;
    this.#provider = connect(service.port);
  }

  static async start(): Promise<BackupArena> {
    process.env.BASTIDE_TEST_BACKUP = cdgKey;
    await ensureHostPackages(createProgress(), [["restic", "restic"]]);
    const server = await RestServer.prepare();
    const proxy = new FaultyProxy(restServer);
    await proxy.start(server.url);
    const arena = new BackupArena(server, proxy, await listen(plugin));
    const zimbra = {
      url: "https://zimbra.invalid/",
      account: "nobody@cdg.test",
      credential: "env:BASTIDE_TEST_BACKUP",
    };
    const restic = { url: proxy.url, credential: "env:BASTIDE_TEST_BACKUP" };
    await arena.#provider.configure({ value: { tenant: "nerac", zimbra, restic } });
    return arena;
  }

  async operations(): Promise<readonly string[]> {
    const backup = await this.#newBackup();
    await this.#make(backup);
    return [...new Set(this.#proxy.calls.map(({ operation }) => operation))];
  }

  async attempt(point: string): Promise<void> {
    const [operation = "", named = ""] = point.split("/");
    const backup = await this.#newBackup();
    const kind = kinds.find((one) => one === named) ?? "500";
    this.#proxy.setFaults([{ operation, kind }]);
    const failure = await this.#make(backup).then(
      () => null,
      (error: unknown) => String(error),
    );
    this.#proxy.setFaults([]);
    if (failure !== null) {
      mustBeSeen(
        !failure.includes(backup.password) && !failure.includes(cdgKey),
        () => "a password in an error",
      );
      await this.#make(backup);
    }
    const folder = join(this.#server.folder, "data", backup.user);
    mustEqual((await readdir(join(folder, "keys"))).length, 2, `keys after ${failure}`);
    for (const key of [backup.key, cdgKey]) mustEqual(await this.#snapshots(backup, key), [], "snapshots");
  }

  /** A login that rest-server knows, with nothing behind it. */
  async #newBackup(): Promise<Backup> {
    this.#serial += 1;
    const user = `t${this.#serial}`;
    const { outputs } = await this.#provider.create(
      types.access,
      await this.#checked(types.access, { user }),
    );
    const text = (name: string) => String(outputs.value[name]);
    await this.#server.serve(text("htpasswd"));
    this.#proxy.reset();
    return { user, password: text("password"), key: text("repositoryPassword") };
  }

  async #make({ user, password, key }: Backup): Promise<void> {
    const made = { user, password, repositoryPassword: key };
    await this.#provider.create(types.repository, await this.#checked(types.repository, made));
    const { outputs } = await this.#provider.create(
      types.usage,
      await this.#checked(types.usage, { user, password }),
    );
    mustEqual([outputs.value.snapshots, outputs.value.lastSnapshotAt], [0, null], "what was measured");
  }

  async #checked(at: { readonly type: string }, value: Given["value"]): Promise<Given> {
    const { inputs, failures } = await this.#provider.check(at, { value });
    mustEqual(failures, [], `check of ${at.type}`);
    return inputs;
  }

  async #snapshots({ user, password }: Backup, key: string): Promise<unknown> {
    const { host } = new URL(this.#server.url);
    const env = {
      RESTIC_REPOSITORY: `rest:http://${user}:${password}@${host}/${user}/`,
      RESTIC_PASSWORD: key,
    };
    const { stdout } = await execa("restic", ["--no-cache", "snapshots", "--json", "--no-lock"], { env });
    return JSON.parse(stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#provider.close();
    await this.#service.close();
    await this.#proxy.stop();
    await this.#server[Symbol.asyncDispose]();
  }
}

interface Backup {
  readonly user: string;
  readonly password: string;
  /** Opens the repository. */
  readonly key: string;
}
