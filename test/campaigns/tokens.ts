import { writeFile } from "node:fs/promises";
import { Sandbox } from "../e2e/harness.ts";
import { type Arena, type Campaign, mustBeSeen, mustEqual } from "./campaign.ts";
import { inFlight, type LoginSystem, loginSystems } from "./logins.ts";
import { wholeTown } from "./systems.ts";

const rounds = { wrong: 5, expiry: 20 };
const slugs = ["a", "b", "c"];
const timeoutMs = 900_000;

/** `sftpgo-expiry-N`: the token ends while calls are on their way. `zimbra-wrong-N`: a wrong password, several stacks at once. */
export const tokens: Campaign = {
  name: "tokens",
  broken: `the token ends with ${inFlight} calls in flight, ${rounds.expiry} times; a wrong password, ${rounds.wrong} times on ${slugs.length} stacks; of Zimbra and of SFTPGo`,
  seen: "one new login, all calls answered; at most two logins, no lock-out",
  short: 4,
  lanes: 1,
  points: async () =>
    loginSystems.flatMap(({ name }) =>
      Object.entries(rounds).flatMap(([what, count]) =>
        Array.from({ length: count }, (_, index) => `${name}-${what}-${index + 1}`),
      ),
    ),
  open: () => TokenArena.start(),
};

class TokenArena implements Arena {
  readonly #sandbox: Sandbox;
  readonly #password: string;

  private constructor(sandbox: Sandbox, password: string) {
    this.#sandbox = sandbox;
    this.#password = password;
  }

  static async start(): Promise<TokenArena> {
    const password = "Tokens-campaign-1";
    const tenants = Object.fromEntries(slugs.map((slug) => [slug, wholeTown(slug)]));
    const options = { name: "tokens", adminPassword: password, files: password, seats: 1_000, tenants };
    return new TokenArena(await Sandbox.start(options), password);
  }

  async attempt(point: string): Promise<void> {
    const [name, what] = point.split("-");
    const system = loginSystems.find((one) => one.name === name);
    mustBeSeen(system !== undefined, () => `nothing logs in to ${name}`);
    await (what === "expiry" ? this.#expiry(system) : this.#wrongPassword(system));
  }

  async #expiry(system: LoginSystem): Promise<void> {
    const asked = await system.endToken(this.#sandbox, this.#password);
    const codes = system
      .calls(this.#sandbox)
      .filter(({ operation }) => operation === asked)
      .map(({ code }) => code);
    mustEqual(codes.filter((code) => code === "ok").length, inFlight, "answered calls");
    mustBeSeen(codes.length > inFlight, () => "no token ended while calls were on their way");
    mustEqual(this.#logins(system), 1, "new logins");
  }

  async #wrongPassword(system: LoginSystem): Promise<void> {
    const file = system.credentialFile(this.#sandbox);
    await writeFile(file, "not the password", { mode: 0o600 });
    const before = this.#logins(system);
    // With --refresh stacks that an earlier point deployed have something to ask, too.
    const wrong = await this.#sandbox.bastide(["up", "--yes", "--refresh"], { timeoutMs });
    mustEqual(wrong.exitCode, 3, `exit code\n${wrong.stderr}${wrong.stdout}`);
    mustBeSeen(wrong.stdout.includes(system.refused), () => `${wrong.stderr}${wrong.stdout}`);
    const logins = this.#logins(system) - before;
    mustBeSeen(logins <= 2, () => `${logins} logins`);
    await writeFile(file, this.#password, { mode: 0o600 });
    const right = await this.#sandbox.bastide(["up", "--yes"], { timeoutMs });
    mustEqual(right.exitCode, 0, `exit code\n${right.stderr}${right.stdout}`);
  }

  #logins(system: LoginSystem): number {
    return system.calls(this.#sandbox).filter(({ operation }) => operation === system.login).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox[Symbol.asyncDispose]();
  }
}
