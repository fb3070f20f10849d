/** A client of the API written apart from the provider's, and a simulator for one test file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { z } from "zod";
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../../../scripts/lab/gravityzone/index.ts";

export const API_KEY = "canary-gz-Zq7&<api>key";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** What came; HTML is an empty one. */
export type Body = z.infer<typeof bodySchema>;

const bodySchema = z.looseObject({
  result: z.unknown().optional(),
  error: z
    .object({ code: z.number(), message: z.string(), data: z.object({ details: z.string() }) })
    .optional(),
});
const objects = z.array(z.record(z.string(), z.unknown()));

export class Api {
  readonly #url: string;
  constructor(url: string) {
    this.#url = url;
  }

  /** `companies.createCompany` with these parameters, as any JSON-RPC client sends it. */
  async call(operation: string, params: unknown = {}, id: unknown = 1): Promise<Reply> {
    const [api = "", method = ""] = operation.split(".");
    return await this.post(api, JSON.stringify({ id, jsonrpc: "2.0", method, params }));
  }

  /** The result. @throws Error with what was answered instead */
  async result(operation: string, params: unknown = {}): Promise<unknown> {
    const { status, body } = await this.call(operation, params);
    if (!("result" in body)) throw new Error(`${operation}: ${status} ${JSON.stringify(body)}`);
    return body.result;
  }

  /** A result that is a text: the id of something new. */
  async text(operation: string, params: unknown = {}): Promise<string> {
    return z.string().parse(await this.result(operation, params));
  }

  async object(operation: string, params: unknown = {}): Promise<Record<string, unknown>> {
    return z.record(z.string(), z.unknown()).parse(await this.result(operation, params));
  }

  /** A result that is a list, or a page of one. */
  async list(operation: string, params: unknown = {}): Promise<Record<string, unknown>[]> {
    const result = await this.result(operation, params);
    return Array.isArray(result) ? objects.parse(result) : z.object({ items: objects }).parse(result).items;
  }

  /** Why a call is refused. */
  async refusal(operation: string, params: unknown = {}): Promise<string | undefined> {
    return (await this.call(operation, params)).body.error?.data.details;
  }

  /** An installation link of the company's package, which is made if there is none. */
  async link(companyId: string, platform = "Windows"): Promise<string> {
    const links = async () => await this.list("packages.getInstallationLinks", { companyId });
    if ((await links()).length === 0)
      await this.result("packages.createPackage", { companyId, packageName: "p" });
    return z.string().parse((await links())[0]?.[`installLink${platform}`]);
  }

  async post(
    api: string,
    body: string,
    { key = API_KEY, version = "v1.0", method = "POST" } = {},
  ): Promise<Reply> {
    const response = await fetch(`${this.#url}/${version}/jsonrpc/${api}`, {
      method,
      headers: {
        "content-type": "application/json",
        authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}`,
      },
      ...(method === "POST" ? { body } : {}),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: bodyOf(text) };
  }
}

function bodyOf(text: string): Body {
  try {
    return bodySchema.parse(JSON.parse(text));
  } catch {
    return bodySchema.parse({});
  }
}

export const UNLIMITED = {
  requestsPerSecond: 100_000,
  requestBurst: 100_000,
  subscriptionsPerMinute: 1e6,
  subscriptionBurst: 100_000,
};

/** Declares the hooks of a simulator that all tests of a file share. */
export function useSimulator(options: Partial<SimulatorOptions> = {}): {
  readonly simulator: Simulator;
  readonly api: Api;
} {
  const folder = mkdtempSync(join(tmpdir(), "gravityzone-"));
  let running: Simulator | null = null;
  beforeAll(async () => {
    running = await startSimulator({
      dataDir: folder,
      listen: { host: "127.0.0.1", port: 0 },
      apiKey: API_KEY,
      company: { name: "CDG d’exemple", seats: 100 },
      rates: UNLIMITED,
      ...options,
    });
  });
  afterAll(async () => {
    await running?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const simulator = (): Simulator => {
    if (running === null) throw new Error("the simulator does not run");
    return running;
  };
  return {
    get simulator() {
      return simulator();
    },
    get api() {
      return new Api(simulator().url);
    },
  };
}
