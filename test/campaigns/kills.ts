import { watch } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { killHard, type ProcessInfo, processesNow } from "../e2e/processes.ts";
import { type Arena, type Campaign, randomFrom } from "./campaign.ts";
import { onCall, wholeTown } from "./systems.ts";
import { type Inventory, TenantArena } from "./tenant-arena.ts";

/** What a SIGKILL hits. The host is `bastide` itself: coordinator and language host in one. */
const victims: Readonly<Record<string, RegExp>> = {
  engine: /\/pulumi (?:up|preview|stack|refresh) /,
  plugin: /providers\/main\.ts/,
  host: /scripts\/bastide\.ts/,
  all: /./,
};
const randomPoints = 100;

/** `call-3-engine`, `write-5-host`, `random-17`. */
export const kills: Campaign = {
  name: "kills",
  broken:
    "SIGKILL of engine, plugin or host, after each call of a system, after each write of the state, and at random",
  seen: "the rerun exits 0 unattended; inventory as without a kill; nothing pending; next preview empty",
  short: 30,
  lanes: 2,
  async points() {
    await using arena = await KillArena.start();
    const { calls, writes } = await arena.measure();
    const each = (kind: string, count: number) =>
      Array.from({ length: count }, (_, index) =>
        ["engine", "plugin", "host"].map((victim) => `${kind}-${index + 1}-${victim}`),
      ).flat();
    const random = Array.from({ length: randomPoints }, (_, index) => `random-${index}`);
    return [...each("call", calls), ...each("write", writes), ...random];
  },
  open: async ({ seed }) => {
    const arena = await KillArena.start(seed);
    await arena.measure();
    return arena;
  },
};

interface Measured {
  readonly calls: number;
  readonly writes: number;
  readonly ms: number;
  readonly golden: Inventory;
}

class KillArena implements Arena {
  readonly #arena: TenantArena;
  readonly #seed: number;
  #measured: Measured | undefined;

  private constructor(arena: TenantArena, seed: number) {
    this.#arena = arena;
    this.#seed = seed;
  }

  static async start(seed = 0): Promise<KillArena> {
    return new KillArena(await TenantArena.start("kills"), seed);
  }

  /** Twice undisturbed: the first run fills caches and makes the backend's folders. */
  async measure(): Promise<Measured> {
    const cold = this.#arena.newSlug();
    await this.#arena.deploy(cold, wholeTown(cold));
    const slug = this.#arena.newSlug();
    let calls = 0;
    let writes = 0;
    const started = performance.now();
    const stop = this.#on(slug, { call: () => (calls += 1), write: () => (writes += 1) });
    await this.#arena.deploy(slug, wholeTown(slug)).finally(stop);
    const ms = performance.now() - started;
    this.#measured = { calls, writes, ms, golden: await this.#arena.inventory(slug) };
    return this.#measured;
  }

  async attempt(point: string): Promise<void> {
    const { golden } = this.#measured ?? (await this.measure());
    const slug = this.#arena.newSlug();
    await this.#arena.sandbox.writeTenant(slug, wholeTown(slug));
    const run = this.#arena.start("up", slug, "--yes");
    const stop = this.#arm(slug, point);
    await run.finally(stop);
    await this.#arena.noProcessLeft();
    await this.#arena.mustSucceed("up", slug, "--yes");
    await this.#arena.mustBeConverged(slug, golden);
    await this.#arena.sandbox.removeTenant(slug);
  }

  /** Kills once, at the point's moment; a run that ends before is one that nothing disturbed. */
  #arm(slug: string, point: string): () => void {
    const [kind, number = "0", victim = "all"] = point.split("-");
    let killed = false;
    const kill = (whom: string) => {
      if (killed) return;
      killed = true;
      killNow(this.#arena.sandbox.mark, whom);
    };
    if (kind !== "random") {
      let seen = 0;
      const count = () => {
        seen += 1;
        if (seen === Number(number)) kill(victim);
      };
      return this.#on(slug, kind === "call" ? { call: count } : { write: count });
    }
    const random = randomFrom(this.#seed * 1_000 + Number(number));
    const afterMs = random() * (this.#measured?.ms ?? 0);
    const whom = ["engine", "plugin", "host", "all"][Math.floor(random() * 4)] ?? "all";
    const abort = new AbortController();
    sleep(afterMs, undefined, { signal: abort.signal }).then(
      () => kill(whom),
      () => {},
    );
    return () => abort.abort();
  }

  /** Calls are told before their answer leaves, so that a kill comes between commit and answer. */
  #on(slug: string, listeners: { readonly call?: () => void; readonly write?: () => void }): () => void {
    const { sandbox } = this.#arena;
    onCall(sandbox, listeners.call ?? null);
    const folder = join(sandbox.lab.stateDir, ".pulumi/stacks/bastide");
    const { write } = listeners;
    const watcher =
      write === undefined
        ? null
        : watch(folder, (event, name) => {
            if (event === "rename" && name === `${slug}.json`) write();
          });
    return () => {
      onCall(sandbox, null);
      watcher?.close();
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#arena[Symbol.asyncDispose]();
  }
}

/** Without waiting for anything, so that the simulators, in this very process, cannot answer meanwhile. */
function killNow(mark: string, victim: string): void {
  const processes = processesNow(mark);
  const pattern = victims[victim] ?? /./;
  const hit = processes.filter(({ command }: ProcessInfo) => pattern.test(command));
  for (const { pid } of hit.length > 0 ? hit : processes) killHard(pid);
}
