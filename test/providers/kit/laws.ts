/**
 * The laws that every resource kind of every plugin keeps, driven over gRPC against the plugin's process.
 * A plugin's test gives its launcher, samples, and a system that it can disturb.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../providers/kit/index.ts";
import { UNKNOWN, type WireObject } from "../../../providers/kit/wire.ts";
import { type Connection, connect, errorOf, type Given, type Resource } from "./connection.ts";
import { type PluginProcess, startPlugin } from "./plugin-process.ts";

export interface Subject {
  readonly type: string;
  readonly launcher: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The provider's configuration; a function when the system's address is only known after `beforeAll`. */
  readonly config: () => Given;
  /** What a program writes. */
  readonly sample: JsonObject;
  /** The same object (same natural key) with every property changed that can change without a replacement. */
  readonly changed: JsonObject;
  /** Inputs given as secrets, with texts that are to be found nowhere else. */
  readonly secretInputs?: readonly string[];
  /** Secrets that do not come with the sample (a credential, a session's token). */
  readonly canaries?: readonly string[];
  /** Outputs that may differ between two creations (a generated password that is not told again). */
  readonly volatile?: readonly string[];
  readonly system: DisturbedSystem;
}

export interface DisturbedSystem {
  /** Empties the system and ends every disturbance. */
  reset(): Promise<void>;
  /** Calls that the system has seen since `reset`, logins not counted. */
  calls(): Promise<number>;
  /** From now on every call fails, in each of the ways the system knows. */
  readonly failures: Readonly<Record<string, () => Promise<void>>>;
  /** From now on no call is answered. */
  silence(): Promise<void>;
  /** Somebody removes the sample behind our back. */
  removeByHand(): Promise<void>;
}

/** Longest wait for an answer of a system that is silent, in seconds. */
const IMPATIENCE_SECONDS = 1;

/** Declares the laws as vitest tests of the subject's type. */
export function providerLaws(subject: Subject): void {
  const { type, system } = subject;
  const at: Resource = { type, name: "sample" };
  let plugin: PluginProcess;
  let provider: Connection;

  const given = (value: WireObject): Given => ({
    value,
    secrets: (subject.secretInputs ?? []).map((name) => [name]),
  });
  async function checkedInputs(value: JsonObject): Promise<Given> {
    const { inputs, failures } = await provider.check(at, given(value));
    expect(failures).toEqual([]);
    return inputs;
  }
  async function created() {
    const inputs = await checkedInputs(subject.sample);
    return { inputs, ...(await provider.create(at, inputs)) };
  }

  describe(`${type} keeps the laws of a resource`, () => {
    beforeAll(async () => {
      plugin = await startPlugin(subject);
      provider = connect(plugin.ports[0] ?? 0);
    });
    afterAll(async () => {
      provider.close();
      await plugin.stop();
    });
    beforeEach(async () => {
      await system.reset();
      await provider.configure(subject.config());
    });

    test("check accepts its own answer and changes nothing in it", async () => {
      const inputs = await checkedInputs(subject.sample);
      expect((await provider.check(at, inputs)).inputs).toEqual(inputs);
    });

    test("outputs are what the schema says, inputs among them", async () => {
      const { inputs, outputs } = await created();
      const { properties, required } = await outputSchemaOf(provider, type);
      expect(properties).toEqual(expect.arrayContaining(Object.keys(outputs.value)));
      expect(Object.keys(outputs.value)).toEqual(expect.arrayContaining(required));
      expect(outputs.value).toMatchObject(inputs.value);
    });

    test("the second diff is empty, also after a refresh", async () => {
      const { id, inputs, outputs } = await created();
      const again = await checkedInputs(subject.sample);
      expect(await provider.diff(at, id, inputs, again, outputs)).toEqual(NO_CHANGE);
      const read = await provider.read(at, id, { properties: outputs, inputs });
      expect(read.id).toBe(id);
      expect(await provider.diff(at, id, read.inputs, again, read.outputs)).toEqual(NO_CHANGE);
    });

    test("an import gives inputs that a program can repeat without a change", async () => {
      const { id, inputs } = await created();
      // What only the program calls secret is not known to be one here, so this is not listened to below.
      const other = connect(plugin.ports[0] ?? 0);
      const imported = await other.read(at, id);
      other.close();
      expect(imported.id).toBe(id);
      expect(await provider.diff(at, id, imported.inputs, inputs)).toEqual(NO_CHANGE);
    });

    test("an update is seen by the next read, and the diff after it is empty", async () => {
      const { id, inputs, outputs } = await created();
      const news = await checkedInputs(subject.changed);
      const diff = await provider.diff(at, id, inputs, news, outputs);
      expect(diff).toMatchObject({ changed: true, replaces: [] });
      const updated = await provider.update(at, id, outputs, news);
      expect(updated.outputs.value).toMatchObject(news.value);
      const read = await provider.read(at, id, { properties: updated.outputs, inputs: news });
      expect(await provider.diff(at, id, read.inputs, news, read.outputs)).toEqual(NO_CHANGE);
    });

    test("an update that changes nothing leaves the object as it is", async () => {
      const { id, inputs, outputs } = await created();
      expect((await provider.update(at, id, outputs, inputs)).outputs).toEqual(outputs);
    });

    test("creating twice adopts the same object", async () => {
      const first = await created();
      const second = await provider.create(at, first.inputs);
      expect(second.id).toBe(first.id);
      expect(stable(second.outputs.value)).toEqual(stable(first.outputs.value));
    });

    test("deleting twice succeeds", async () => {
      const { id, outputs } = await created();
      await provider.remove(at, id, outputs);
      await expect(provider.remove(at, id, outputs)).resolves.toBeUndefined();
    });

    test("deleting what somebody removed succeeds, and reading it says that it is gone", async () => {
      const { id, inputs, outputs } = await created();
      await system.removeByHand();
      expect((await provider.read(at, id, { properties: outputs, inputs })).id).toBe("");
      await expect(provider.remove(at, id, outputs)).resolves.toBeUndefined();
    });

    test.for(Object.keys(system.failures))("%s is never taken for gone nor for success", async (name) => {
      const { id, inputs, outputs } = await created();
      await system.failures[name]?.();
      const limits = { timeout: 10 * IMPATIENCE_SECONDS };
      const errors = [
        await errorOf(provider.read(at, id, { properties: outputs, inputs }, limits)),
        await errorOf(provider.remove(at, id, outputs, limits)),
        await errorOf(provider.create(at, inputs, limits)),
      ];
      for (const { details } of errors) expect(details).not.toMatch(STACK);
    });

    test("a system that is silent is never taken for gone nor for success", async () => {
      const { id, inputs, outputs } = await created();
      await system.silence();
      const limits = { timeout: IMPATIENCE_SECONDS };
      const read = errorOf(provider.read(at, id, { properties: outputs, inputs }, limits));
      const removed = errorOf(provider.remove(at, id, outputs, limits));
      for (const { details } of [await read, await removed]) expect(details).toContain(type);
    });

    test("a preview of a creation or an update calls nothing", async () => {
      const { id, inputs, outputs } = await created();
      const before = await system.calls();
      const preview = await provider.create(at, inputs, { preview: true });
      expect(preview.outputs.value).toMatchObject(inputs.value);
      await provider.update(at, id, outputs, await checkedInputs(subject.changed), { preview: true });
      await provider.diff(at, id, inputs, await checkedInputs(subject.changed), outputs);
      expect(await system.calls()).toBe(before);
    });

    test.for(Object.keys(subject.sample))("%s may be unknown in a preview", async (name) => {
      const { id, inputs, outputs } = await created();
      const partly: WireObject = { ...subject.sample, [name]: UNKNOWN };
      const { inputs: news, failures } = await provider.check(at, given(partly));
      expect(failures).toEqual([]);
      expect(news.value[name]).toBe(UNKNOWN);
      const diff = await provider.diff(at, id, inputs, news, outputs);
      expect(diff).toMatchObject({ changed: true, replaces: [] });
      const before = await system.calls();
      expect((await provider.create(at, news, { preview: true })).outputs.value[name]).toBe(UNKNOWN);
      expect((await provider.update(at, id, outputs, news, { preview: true })).outputs.value[name]).toBe(
        UNKNOWN,
      );
      expect(await system.calls()).toBe(before);
    });

    test("Cancel at the end of a run leaves the next calls alone", async () => {
      await provider.cancel();
      await expect(created()).resolves.toMatchObject({ id: expect.stringMatching(/./) });
    });

    test("no secret was answered or logged in clear in all of the above", () => {
      const secrets = [
        ...(subject.canaries ?? []),
        ...(subject.secretInputs ?? []).flatMap((name) => [subject.sample[name], subject.changed[name]]),
      ].filter((secret) => typeof secret === "string");
      const seen = [...provider.clear, ...plugin.engine.messages.map(({ message }) => message)].join("\n");
      expect(seen).toContain(type);
      for (const secret of secrets) expect(seen).not.toContain(secret);
    });
  });

  function stable(value: Given["value"]): Given["value"] {
    return Object.fromEntries(Object.entries(value).filter(([key]) => !subject.volatile?.includes(key)));
  }
}

const NO_CHANGE = { changed: false, replaces: [], deleteBeforeReplace: false, detailed: {} };
const STACK = /\n\s+at /;

async function outputSchemaOf(provider: Connection, type: string) {
  const { resources } = await provider.schema();
  const resource = objectAt(objectAt(resources)[type]);
  const required = resource.required;
  return {
    properties: Object.keys(objectAt(resource.properties)),
    required: Array.isArray(required) ? required : [],
  };
}

function objectAt(value: unknown): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`expected an object in the schema, got ${JSON.stringify(value)}`);
  }
  return Object.fromEntries(Object.entries(value));
}
