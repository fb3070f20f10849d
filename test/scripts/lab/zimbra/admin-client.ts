import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../../../scripts/lab/zimbra/index.ts";

const entrySchema = z.looseObject({
  name: z.string(),
  id: z.string(),
  a: z.array(z.object({ n: z.string(), _content: z.string() })).default([]),
});
const answerSchema = z.object({ Body: z.record(z.string(), z.unknown()) });
const faultSchema = z.object({
  Reason: z.object({ Text: z.string() }),
  Detail: z.object({ Error: z.object({ Code: z.string() }) }),
});

/** An entry of an answer. */
export interface Entry {
  readonly name: string;
  readonly id: string;
  /** Values by attribute name. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

/** A fault, thrown. Its message is `CODE: text`. */
export class Fault extends Error {}

/** A small JSON client of the simulator, for tests. */
export class AdminClient {
  readonly #url: string;
  readonly #namespace: string;
  token: string | null = null;

  constructor(url: string, namespace = "urn:zimbraAdmin") {
    this.#url = url;
    this.#namespace = namespace;
  }

  async login(name: string, password: string): Promise<void> {
    const response = await this.call("Auth", { account: { by: "name", _content: name }, password });
    this.token =
      z.object({ authToken: z.array(z.object({ _content: z.string() })) }).parse(response).authToken[0]
        ?._content ?? null;
  }

  /** The response document, its `_jsns` taken off. */
  async call(name: string, content: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const context = { _jsns: "urn:zimbra", ...(this.token ? { authToken: this.token } : {}) };
    const Body = { [`${name}Request`]: { _jsns: this.#namespace, ...content } };
    const response = await fetch(this.#url, {
      method: "POST",
      body: JSON.stringify({ Header: { context }, Body }),
    });
    const answer = answerSchema.parse(await response.json());
    const fault = faultSchema.safeParse(answer.Body.Fault);
    if (fault.success) throw new Fault(`${fault.data.Detail.Error.Code}: ${fault.data.Reason.Text}`);
    const document = z.record(z.string(), z.unknown()).parse(answer.Body[`${name}Response`]);
    return Object.fromEntries(Object.entries(document).filter(([key]) => key !== "_jsns"));
  }

  /** The one entry of a response, by its tag. */
  async entry(tag: string, name: string, content: Record<string, unknown> = {}): Promise<Entry> {
    const [first] = await this.entries(tag, name, content);
    if (!first) throw new Error(`${name} answered no ${tag}`);
    return first;
  }

  async entries(tag: string, name: string, content: Record<string, unknown> = {}): Promise<Entry[]> {
    const response = await this.call(name, content);
    return z
      .array(entrySchema)
      .parse(response[tag] ?? [])
      .map(({ name, id, a }) => {
        const attributes = new Map<string, string[]>();
        for (const { n, _content } of a) attributes.set(n, [...(attributes.get(n) ?? []), _content]);
        return { name, id, attributes };
      });
  }
}

/** `a` children of a request. */
export function attributes(
  values: Readonly<Record<string, string | readonly string[]>>,
): { n: string; _content: string }[] {
  return Object.entries(values).flatMap(([n, value]) => [value].flat().map((_content) => ({ n, _content })));
}

/** A simulator with an administrator logged in, for one test; `stop` ends it and removes its folder. */
export class TestLab {
  readonly password = "Adm1n-of-the-test";
  readonly dataDir = mkdtempSync(join(tmpdir(), "zimbra-test-"));
  readonly #options: Partial<SimulatorOptions>;
  #simulator: Simulator | null = null;
  #admin: AdminClient | null = null;

  constructor(options: Partial<SimulatorOptions> = {}) {
    this.#options = options;
  }

  get simulator(): Simulator {
    if (this.#simulator === null) throw new Error("not started");
    return this.#simulator;
  }

  get admin(): AdminClient {
    if (this.#admin === null) throw new Error("not started");
    return this.#admin;
  }

  async start(): Promise<void> {
    this.#simulator = await startSimulator({
      dataDir: this.dataDir,
      listen: { host: "127.0.0.1", port: 0 },
      admin: { name: "admin@lab.test", password: this.password },
      ...this.#options,
    });
    this.#admin = new AdminClient(this.#simulator.url);
    await this.#admin.login("admin@lab.test", this.password);
  }

  /** A client of the users' service. */
  user(): AdminClient {
    return new AdminClient(this.simulator.userUrl, "urn:zimbraAccount");
  }

  async restart(): Promise<void> {
    await this.simulator.close();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.#simulator?.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
