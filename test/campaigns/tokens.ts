import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Connection } from "../../providers/cdg/zimbra/connection.ts";
import { Sandbox } from "../e2e/harness.ts";
import { town } from "../e2e/town.ts";
import { type Arena, type Campaign, mustBeSeen, mustEqual } from "./campaign.ts";

const inFlight = 16;
const rounds = 20;
const admin = "admin@collectivites.example";
const never = new AbortController().signal;

/** `expiry-N`: the token ends while 16 calls are on their way. `wrong-N`: a wrong password, several stacks at once. */
export const tokens: Campaign = {
  name: "tokens",
  broken: `the token ends with ${inFlight} calls in flight, ${rounds} times; a wrong password, 5 times on 3 stacks`,
  seen: "one new login, all calls answered; at most two logins, no lock-out",
  short: 2,
  lanes: 1,
  points: async () => [
    ...Array.from({ length: rounds }, (_, index) => `expiry-${index + 1}`),
    ...Array.from({ length: 5 }, (_, index) => `wrong-${index + 1}`),
  ],
  open: () => TokenArena.start(),
};

class TokenArena implements Arena {
  readonly #sandbox: Sandbox;
  readonly #password: string;
  /** Zimbra's own way of ending all tokens of an account is another value of one attribute. */
  #ended = 100;

  private constructor(sandbox: Sandbox, password: string) {
    this.#sandbox = sandbox;
    this.#password = password;
  }

  static async start(): Promise<TokenArena> {
    const password = "Tokens-campaign-1";
    const tenants = { a: town("a"), b: town("b"), c: town("c") };
    return new TokenArena(
      await Sandbox.start({ name: "tokens", adminPassword: password, tenants }),
      password,
    );
  }

  async attempt(point: string): Promise<void> {
    await (point.startsWith("expiry") ? this.#expiry() : this.#wrongPassword());
  }

  async #expiry(): Promise<void> {
    const { simulator } = this.#sandbox;
    const [url, password] = [simulator.url, this.#password];
    const options = { url, account: admin, requestsPerSecond: 1000, connections: inFlight };
    const connection = new Connection({ ...options, password });
    const other = new Connection({ ...options, password });
    try {
      const get = { operation: "GetAccount", target: admin, lost: "again" as const };
      const body = {
        account: [{ by: "name", _content: admin }],
        attrs: "zimbraId",
      };
      const [found] = account.parse(await other.call({ ...get, body }, never)).account;
      await connection.call({ ...get, body }, never);
      simulator.clearCalls();
      simulator.setFaults([{ operation: "GetAccount", call: "every", kind: "delay", ms: 1500 }]);
      const calls = Array.from({ length: inFlight }, () => connection.call({ ...get, body }, never));
      await sleep(500);
      this.#ended += 1;
      await other.call(
        {
          operation: "ModifyAccount",
          target: admin,
          lost: "again",
          body: { id: found?.id, a: [{ n: "zimbraAuthTokenValidityValue", _content: String(this.#ended) }] },
        },
        never,
      );
      await Promise.all(calls);
      const codes = simulator.calls
        .filter(({ operation }) => operation === "GetAccountRequest")
        .map(({ code }) => code);
      mustEqual(codes.filter((code) => code === "ok").length, inFlight, "answered calls");
      mustBeSeen(codes.length > inFlight, () => "no token ended while calls were on their way");
      mustEqual(this.#logins(), 1, "new logins");
    } finally {
      simulator.setFaults([]);
      await connection.close();
      await other.close();
    }
  }

  async #wrongPassword(): Promise<void> {
    const { simulator, lab } = this.#sandbox;
    const file = join(lab.secretsDir, "zimbra-admin");
    await writeFile(file, "not the password", { mode: 0o600 });
    simulator.clearCalls();
    // With --refresh stacks that an earlier point deployed have something to ask, too.
    const wrong = await this.#sandbox.bastide(["up", "--yes", "--refresh"], { timeoutMs: 900_000 });
    mustEqual(wrong.exitCode, 3, `exit code\n${wrong.stderr}${wrong.stdout}`);
    mustBeSeen(wrong.stdout.includes("AUTH_FAILED"), () => `${wrong.stderr}${wrong.stdout}`);
    mustBeSeen(this.#logins() <= 2, () => `${this.#logins()} logins`);
    await writeFile(file, this.#password, { mode: 0o600 });
    const right = await this.#sandbox.bastide(["up", "--yes"], { timeoutMs: 900_000 });
    mustEqual(right.exitCode, 0, `exit code\n${right.stderr}${right.stdout}`);
  }

  #logins(): number {
    return this.#sandbox.simulator.calls.filter(({ operation }) => operation === "AuthRequest").length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox[Symbol.asyncDispose]();
  }
}

const account = z.object({
  account: z.array(z.object({ id: z.string() })),
});
