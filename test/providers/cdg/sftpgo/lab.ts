/** SFTPGo behind a proxy that fails on request, and the plugin's process, for tests over gRPC. */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import type { JsonObject } from "../../../../providers/kit/index.ts";
import { type Connection, connect, type Given, type Resource } from "../../kit/connection.ts";
import { type PluginProcess, startPlugin } from "../../kit/plugin-process.ts";
import { FaultyProxy } from "../faulty-proxy.ts";
import { LAUNCHER } from "../zimbra/lab.ts";
import { SFTPGO } from "./operations.ts";
import { ADMIN, ADMIN_PASSWORD, BUILD_MS, type SftpgoServer, startSftpgo } from "./server.ts";

export const ENVIRONMENT = { BASTIDE_TEST_SFTPGO: ADMIN_PASSWORD, BASTIDE_TEST_ZIMBRA: "unused-Zimbra" };

export class SftpgoLab {
  readonly proxy = new FaultyProxy(SFTPGO);
  private server: SftpgoServer | null = null;
  private token = "";

  /** An empty SFTPGo, and no faults. */
  async start(): Promise<void> {
    if (this.server !== null) {
      this.proxy.reset();
      await this.empty();
      return;
    }
    this.server = await startSftpgo();
    await this.proxy.start(this.server.url);
    const login = Buffer.from(`${ADMIN}:${ADMIN_PASSWORD}`).toString("base64");
    const reply = await fetch(`${this.server.url}api/v2/token`, {
      headers: { authorization: `Basic ${login}` },
    });
    this.token = String(objectOf(await reply.json()).access_token);
  }

  /** What refers to others goes before them. */
  private async empty(): Promise<void> {
    for (const collection of ["eventrules", "eventactions", "users", "groups", "folders"]) {
      const listed = await fetch(`${this.running.url}api/v2/${collection}?limit=500`, {
        headers: { authorization: `Bearer ${this.token}` },
      });
      const objects: unknown = await listed.json();
      for (const object of Array.isArray(objects) ? objects : []) {
        const { name, username } = objectOf(object);
        await this.ask("DELETE", `/${collection}/${String(username ?? name)}`);
      }
    }
    await rm(this.running.foldersPath, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await this.proxy.stop();
    await this.server?.stop();
  }

  get running(): SftpgoServer {
    if (this.server === null) throw new Error("SFTPGo does not run");
    return this.server;
  }

  /** The provider's configuration. */
  config(tenant = "nerac"): Given {
    return {
      value: {
        tenant,
        zimbra: {
          url: "https://zimbra.invalid:7071/service/admin/soap/",
          account: "nobody@cdg.test",
          credential: "env:BASTIDE_TEST_ZIMBRA",
        },
        sftpgo: {
          url: this.proxy.url,
          account: ADMIN,
          credential: "env:BASTIDE_TEST_SFTPGO",
          foldersPath: this.running.foldersPath,
        },
      },
    };
  }

  /** A request by hand, as an administrator would make it, past the proxy; `null` for what is not there. */
  async ask(method: string, path: string, body?: JsonObject): Promise<Record<string, unknown> | null> {
    const reply = await fetch(`${this.running.url}api/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (reply.status === 404) return null;
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: HTTP ${reply.status} ${text}`);
    return objectOf(JSON.parse(text));
  }
}

export function objectOf(value: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value ?? {}));
}

export interface SftpgoSession {
  readonly lab: SftpgoLab;
  readonly provider: Connection;
  readonly plugin: PluginProcess;
  checked(at: Resource, inputs: JsonObject): Promise<Given>;
  create(at: Resource, inputs: JsonObject): ReturnType<Connection["create"]>;
  /** Creates and then gives this; the state as the engine would have it. */
  update(
    at: Resource,
    made: Awaited<ReturnType<Connection["create"]>>,
    inputs: JsonObject,
  ): ReturnType<Connection["update"]>;
}

/** Declares the hooks; before each test SFTPGo is empty and the plugin is configured for `nerac`. */
export function useSftpgo(): SftpgoSession {
  const lab = new SftpgoLab();
  let running: { readonly plugin: PluginProcess; readonly provider: Connection } | null = null;
  const now = () => {
    if (running === null) throw new Error("the plugin does not run");
    return running;
  };
  const session: SftpgoSession = {
    lab,
    get provider() {
      return now().provider;
    },
    get plugin() {
      return now().plugin;
    },
    async checked(at, value) {
      const { inputs, failures } = await now().provider.check(at, { value });
      expect(failures).toEqual([]);
      return inputs;
    },
    async create(at, value) {
      return now().provider.create(at, await session.checked(at, value));
    },
    async update(at, made, value) {
      return now().provider.update(at, made.id, made.outputs, await session.checked(at, value));
    },
  };
  beforeAll(async () => {
    await lab.start();
    const plugin = await startPlugin({ launcher: LAUNCHER, env: ENVIRONMENT });
    running = { plugin, provider: connect(plugin.ports[0] ?? 0) };
  }, BUILD_MS);
  afterAll(async () => {
    running?.provider.close();
    await running?.plugin.stop();
    await lab.stop();
  });
  beforeEach(async () => {
    await lab.start();
    await now().provider.configure(lab.config());
  }, 600_000);
  return session;
}
