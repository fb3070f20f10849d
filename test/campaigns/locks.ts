import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { Sandbox } from "../e2e/harness.ts";
import { isSound, lockRound } from "../e2e/lock-rounds.ts";
import { town } from "../e2e/town.ts";
import { type Arena, type Campaign, mustBeSeen, mustEqual } from "./campaign.ts";

const slug = "nerac";
const rounds = 100;

/** `dead`, `live`, `foreign`: a lock of the engine that somebody left. `round-17`: two `up` at once. */
export const locks: Campaign = {
  name: "locks",
  broken: `two \`up\` of one stack at once, ${rounds} rounds; a lock left by a dead, a live, a foreign process`,
  seen: "never two writers; one wins; the state is valid; only the dead one's lock is taken away",
  // `test/e2e/locks.test.ts` has ten rounds, and more about their words.
  short: 0,
  lanes: 1,
  points: async () => [
    "dead",
    "live",
    "foreign",
    ...Array.from({ length: rounds }, (_, index) => `round-${index + 1}`),
  ],
  open: () => LockArena.start(),
};

class LockArena implements Arena {
  readonly #sandbox: Sandbox;
  #serial = 0;

  private constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  static async start(): Promise<LockArena> {
    const sandbox = await Sandbox.start({ name: "locks", tenants: { [slug]: town(slug) } });
    const { exitCode, stderr } = await sandbox.bastide(["up", slug, "--yes"], { timeoutMs: 900_000 });
    mustBeSeen(exitCode === 0, () => stderr);
    return new LockArena(sandbox);
  }

  async attempt(point: string): Promise<void> {
    this.#serial += 1;
    if (point.startsWith("round-")) {
      const round = await lockRound(this.#sandbox, slug, this.#serial);
      mustBeSeen(isSound(round), () => JSON.stringify(round));
    } else await this.#left(point);
  }

  async #left(by: string): Promise<void> {
    const folder = join(this.#sandbox.lab.stateDir, ".pulumi/locks/organization/bastide", slug);
    await mkdir(folder, { recursive: true });
    const gone = execa("true");
    await gone;
    const holder = {
      pid: by === "live" ? process.pid : (gone.pid ?? 0),
      username: "root",
      hostname: by === "foreign" ? "ailleurs" : hostname(),
      timestamp: new Date().toISOString(),
    };
    const file = join(folder, "left.json");
    await writeFile(file, JSON.stringify(holder));
    await this.#sandbox.writeTenant(
      slug,
      town(slug).replace("nom: Accueil,", `nom: Accueil ${this.#serial},`),
    );
    const { exitCode, stdout, stderr } = await this.#sandbox.bastide(["up", slug, "--yes"]);
    const said = `${stderr}${stdout}`;
    const left = await readdir(folder);
    if (by === "dead") {
      mustBeSeen(exitCode === 0, () => said);
      mustEqual(left, [], "locks");
      return;
    }
    mustBeSeen(exitCode === 3 && said.includes("STACK_LOCKED"), () => `${exitCode} ${said}`);
    mustEqual(left, ["left.json"], "locks");
    await rm(file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox[Symbol.asyncDispose]();
  }
}
