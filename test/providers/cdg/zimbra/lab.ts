/** The simulator of Zimbra, and the plugin's process in front of it, for tests over gRPC. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Connection } from "../../../../providers/cdg/zimbra/connection.ts";
import { type Simulator, startSimulator } from "../../../../scripts/lab/zimbra/index.ts";
import type { Given } from "../../kit/connection.ts";

export const LAUNCHER = fileURLToPath(
  new URL("../../../../providers/cdg/pulumi-resource-cdg", import.meta.url),
);
export const ADMIN_PASSWORD = "canary-Adm1n-password";
export const ENVIRONMENT = { BASTIDE_TEST_ZIMBRA: ADMIN_PASSWORD };
const ADMIN = "admin@cdg.test";
const never = new AbortController().signal;

/** What a mailbox holds, told to the simulator in place of a mail server. */
export type Used = Map<string, number>;

export class ZimbraLab {
  readonly used: Used = new Map();
  private simulator: Simulator | null = null;
  private connection: Connection | null = null;
  private folder = "";
  private ahead = 0;
  private starts = 0;

  /** An empty Zimbra that holds one domain, unless told otherwise. */
  async start(domains: Readonly<Record<string, string>> = { "nerac.test": "bastide:nerac" }): Promise<void> {
    await this.stop();
    this.used.clear();
    this.starts += 1;
    this.folder = mkdtempSync(join(tmpdir(), "zimbra-lab-"));
    this.simulator = await startSimulator({
      dataDir: this.folder,
      listen: { host: "127.0.0.1", port: 0 },
      admin: { name: ADMIN, password: ADMIN_PASSWORD },
      now: () => new Date(Date.now() + this.ahead),
      mailStore: {
        sync: async () => {},
        usedBytes: async (addresses) =>
          new Map(addresses.map((address) => [address, this.used.get(address) ?? 0])),
      },
    });
    this.connection = new Connection({
      url: this.simulator.url,
      account: ADMIN,
      password: ADMIN_PASSWORD,
      requestsPerSecond: 1000,
    });
    for (const [name, notes] of Object.entries(domains)) {
      await this.ask("CreateDomain", { name, a: [{ n: "zimbraNotes", _content: notes }] });
    }
    this.running.clearCalls();
  }

  async stop(): Promise<void> {
    await this.connection?.close();
    await this.simulator?.close();
    if (this.folder !== "") rmSync(this.folder, { recursive: true, force: true });
    this.simulator = null;
    this.folder = "";
  }

  get running(): Simulator {
    if (this.simulator === null) throw new Error("the simulator does not run");
    return this.simulator;
  }

  /** Puts the server's clock forward, as if that time had gone by between two calls. */
  elapse(ms: number): void {
    this.ahead += ms;
  }

  /** The provider's configuration. */
  config(tenant = "nerac"): Given {
    return {
      value: {
        tenant,
        zimbra: {
          // A later simulator may be given the port of an earlier one, whose token the plugin would send to it.
          url: `${this.running.url}?start=${this.starts}`,
          account: ADMIN,
          credential: "env:BASTIDE_TEST_ZIMBRA",
          requestsPerSecond: 1000,
        },
      },
    };
  }

  /** A request by hand, as an administrator would make it. */
  async ask(operation: string, body: Record<string, unknown>): Promise<Record<string, unknown>> {
    if (this.connection === null) throw new Error("the simulator does not run");
    const call = {
      operation,
      target: "by hand",
      lost: "look" as const,
      body: JSON.parse(JSON.stringify(body)),
    };
    return Object.fromEntries(Object.entries((await this.connection.call(call, never)) ?? {}));
  }

  /** An object with all its own attributes, or `null`: `account`, `dl` or `domain`. */
  async find(kind: "account" | "dl" | "domain", name: string): Promise<Found | null> {
    const operation = { account: "GetAccount", dl: "GetDistributionList", domain: "GetDomain" }[kind];
    try {
      const reply = await this.ask(operation, {
        applyCos: "0",
        applyConfig: "0",
        [kind]: [{ by: "name", _content: name }],
      });
      const [entry] = reply[kind] as RawEntry[];
      return entry === undefined ? null : foundOf(entry);
    } catch (error) {
      if (error instanceof Error && error.message.includes(".NO_SUCH_")) return null;
      throw error;
    }
  }

  async modify(
    kind: "account" | "dl" | "domain",
    name: string,
    attributes: Record<string, string>,
  ): Promise<void> {
    const operation = { account: "ModifyAccount", dl: "ModifyDistributionList", domain: "ModifyDomain" }[
      kind
    ];
    const id = (await this.find(kind, name))?.id;
    await this.ask(operation, {
      id,
      a: Object.entries(attributes).map(([n, _content]) => ({ n, _content })),
    });
  }

  /** HTTP requests that are not logins, as lists of operations: `["CreateAccount"]`, `["AddAccountAlias", …]`. */
  requests(): string[][] {
    const byRequest = new Map<number, string[]>();
    for (const { request, operation } of this.running.calls) {
      const name = operation.replace(/Request$/, "");
      if (name !== "Auth" && name !== "Batch")
        byRequest.set(request, [...(byRequest.get(request) ?? []), name]);
    }
    return [...byRequest.values()];
  }

  /** Operations that change something, in order. */
  writes(): string[] {
    return this.requests()
      .flat()
      .filter((name) => !/^(?:Get|Search|Auth)/.test(name));
  }
}

interface RawEntry {
  readonly name: string;
  readonly id: string;
  readonly a?: readonly { readonly n: string; readonly _content: string }[];
  readonly dlm?: readonly { readonly _content: string }[];
}

export interface Found {
  readonly name: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  readonly members: readonly string[];
}

function foundOf({ name, id, a = [], dlm = [] }: RawEntry): Found {
  const attributes: Record<string, string[]> = {};
  for (const { n, _content } of a) attributes[n] = [...(attributes[n] ?? []), _content].toSorted();
  return { name, id, attributes, members: dlm.map((member) => member._content).toSorted() };
}
