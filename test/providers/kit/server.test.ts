import { setTimeout as sleep } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { emptyPb, pluginPb, providerPb } from "../../../providers/kit/proto.ts";
import { decodeProperties, UNKNOWN, type WireObject } from "../../../providers/kit/wire.ts";
import { startEngineDouble } from "./engine-double.ts";
import {
  type Connection,
  connect,
  errorOf,
  type PluginProcess,
  startPlugin,
  urnOf,
} from "./plugin-process.ts";
import { createShelfSystem, SHELF_LAUNCHER } from "./shelf.ts";

const book = { type: "shelf:books:Book", name: "alpha" };
const plain = (value: WireObject) => ({ value });
const alpha = plain({ name: "alpha", title: "A", labels: [], size: null, kind: "novel", note: null });
const system = createShelfSystem();

let plugin: PluginProcess;
let provider: Connection;
beforeAll(async () => {
  plugin = await startPlugin({ launcher: SHELF_LAUNCHER, args: ["--logtostderr", "-v=3", "--slots=2"] });
  provider = connect(plugin.ports[0] ?? 0);
});
afterAll(async () => {
  provider.close();
  await plugin.stop();
  system.remove();
});
beforeEach(async () => {
  await system.reset();
  await provider.configure({ value: { folder: system.folder, token: "canary-token" }, secrets: [["token"]] });
});
afterEach(() => plugin.engine.messages.splice(0));

describe("the protocol", () => {
  test("tells the plugin's version", async () => {
    const info: pluginPb.PluginInfo = await provider.call("getPluginInfo", new emptyPb.Empty());
    expect(info.getVersion()).toBe("0.1.0");
  });

  test("takes secrets, outputs, resources and previews", async () => {
    const answer = await provider.configure(plain({ folder: system.folder }));
    expect(answer.toObject()).toEqual({
      acceptsecrets: true,
      acceptoutputs: true,
      acceptresources: true,
      supportspreview: true,
      supportsAutonamingConfiguration: false,
    });
  });

  test.each([
    ["parameterize", new providerPb.ParameterizeRequest()],
    ["construct", new providerPb.ConstructRequest()],
    ["call", new providerPb.CallRequest()],
  ])("%s is not implemented", async (method, request) => {
    expect((await errorOf(provider.call(method, request))).code).toBe(status.UNIMPLEMENTED);
  });

  test("has no mappings to another tool", async () => {
    const mapping: providerPb.GetMappingResponse = await provider.call(
      "getMapping",
      new providerPb.GetMappingRequest().setKey("terraform"),
    );
    expect(mapping.toObject()).toEqual({ provider: "", data: "" });
  });

  test("sends a handler's messages to the engine with the resource, without secrets", async () => {
    const inputs = { value: { ...alpha.value, note: "hush-hush" }, secrets: [["note"]] };
    await provider.create(book, inputs);
    expect(plugin.engine.messages).toEqual([
      { severity: 1, message: "shelving alpha, note [secret], token [secret]", urn: urnOf(book) },
    ]);
  });
});

describe("the provider's configuration", () => {
  test("is checked by property, nested ones too", async () => {
    const { failures } = await provider.checkConfig(
      plain({ folder: 1, limits: { books: 0 }, colour: "red" }),
    );
    expect(failures).toEqual([
      { property: "folder", reason: "Invalid input: expected string, received number" },
      { property: "limits.books", reason: "Too small: expected number to be >=1" },
      { property: "colour", reason: "no such property" },
    ]);
  });

  test("gets its defaults, keeps the engine's keys, hides its secrets", async () => {
    const { inputs } = await provider.checkConfig(plain({ folder: "f", token: "t", version: "1.2.3" }));
    expect(inputs).toEqual({
      value: { folder: "f", owner: "nobody", token: "t", version: "1.2.3" },
      secrets: [["token"]],
    });
  });

  test("may come as JSON text, as generated SDKs send it", async () => {
    const { inputs, failures } = await provider.checkConfig(plain({ folder: "f", limits: '{"books": 3}' }));
    expect(failures).toEqual([]);
    expect(inputs.value.limits).toEqual({ books: 3 });
  });

  test("that is partly unknown is accepted", async () => {
    const { inputs, failures } = await provider.checkConfig(plain({ folder: UNKNOWN }));
    expect(failures).toEqual([]);
    expect(inputs.value).toEqual({ folder: UNKNOWN, owner: "nobody" });
  });

  test("changes without replacing anything", async () => {
    const { inputs: olds } = await provider.checkConfig(plain({ folder: "f", version: "1.0.0" }));
    const { inputs: news } = await provider.checkConfig(plain({ folder: "g", version: "2.0.0" }));
    expect(await provider.diffConfig(olds, news)).toEqual({
      changed: true,
      replaces: [],
      deleteBeforeReplace: false,
      detailed: { folder: "UPDATE" },
    });
  });

  test("may come as variables only", async () => {
    const request = new providerPb.ConfigureRequest();
    request.getVariablesMap().set("shelf:config:folder", system.folder).set("shelf:config:owner", "me");
    await provider.call("configure", request);
    expect((await provider.create(book, alpha)).outputs.value.shelvedBy).toBe("me");
  });

  test("is named when it is wrong, and no resource can be touched then", async () => {
    const wrong = await errorOf(provider.configure(plain({ owner: "me" })));
    expect(wrong.details).toBe("provider shelf: folder: Invalid input: expected string, received undefined");
    const touched = await errorOf(provider.create(book, alpha));
    expect(touched.details).toBe("create shelf:books:Book alpha: the provider shelf is not configured");
  });
});

describe("check and diff", () => {
  test("bind a handler's own refusal to its property", async () => {
    const { failures } = await provider.check(book, plain({ name: "a", title: "forbidden" }));
    expect(failures).toEqual([{ property: "title", reason: "this book is not allowed" }]);
  });

  test("make secret what came secret, as deep as it came", async () => {
    const news = {
      value: { name: "a", title: "A", extra: { x: "1", y: "2" } },
      secrets: [["extra", "y"], ["title"]],
    };
    const { inputs } = await provider.check(book, news);
    expect(new Set(inputs.secrets)).toEqual(new Set([["extra", "y"], ["title"]]));
  });

  test("replace by deleting first where two objects cannot share a key", async () => {
    const news = plain({ ...alpha.value, kind: "essay", labels: ["x"], extra: { "a.b": "1" } });
    expect(await provider.diff(book, "alpha", alpha, news)).toEqual({
      changed: true,
      replaces: ["kind"],
      deleteBeforeReplace: true,
      detailed: { kind: "UPDATE_REPLACE", "labels[0]": "ADD", extra: "ADD" },
    });
  });

  test("compare with the inputs among the outputs when an old engine sends no inputs", async () => {
    const { outputs } = await provider.create(book, alpha);
    expect((await provider.diff(book, "alpha", null, alpha, outputs)).changed).toBe(false);
  });

  test("refuse a kind that the plugin does not have", async () => {
    const error = await errorOf(provider.check({ type: "shelf:books:Map" }, alpha));
    expect(error.details).toBe("the plugin shelf has no resource shelf:books:Map");
  });
});

describe("a creation", () => {
  test("previews with unknown computed values, the secret ones secret", async () => {
    const { id, outputs } = await provider.create(book, alpha, { preview: true });
    expect(id).toBe("");
    expect(outputs).toEqual({
      value: { ...alpha.value, pin: UNKNOWN, shelvedBy: UNKNOWN },
      secrets: [["pin"]],
    });
  });

  test("fails with the system's own words: code, operation, target, no secret, no stack", async () => {
    await provider.configure(plain({ folder: system.folder, owner: "somebody" }));
    await provider.create(book, alpha);
    await provider.configure({
      value: { folder: system.folder, token: "canary-token" },
      secrets: [["token"]],
    });
    const error = await errorOf(provider.create(book, alpha));
    expect(error.code).toBe(status.UNKNOWN);
    expect(error.details).toBe("create alpha: is somebody else's (token [secret]) [shelf.foreign]");
  });

  test("that only half succeeded is kept in the state, its secrets secret", async () => {
    const inputs = { value: { ...alpha.value, title: "torn", note: "hush-hush" }, secrets: [["note"]] };
    const error = await errorOf(provider.create(book, inputs));
    expect(error.details).toBe("a page is missing (note [secret])");
    const [bytes] = error.metadata.get("grpc-status-details-bin");
    const any = statusPb.Status.deserializeBinary(
      new Uint8Array(Buffer.from(bytes ?? "")),
    ).getDetailsList()[0];
    const detail = any?.unpack(
      providerPb.ErrorResourceInitFailed.deserializeBinary,
      "pulumirpc.ErrorResourceInitFailed",
    );
    expect(detail?.getId()).toBe("alpha");
    expect(detail?.getReasonsList()).toEqual(["a page is missing (note [secret])"]);
    expect(decodeProperties(detail?.getInputs())).toEqual(inputs);
    const outputs = decodeProperties(detail?.getProperties());
    expect(outputs.value).toMatchObject({ ...inputs.value, pin: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(new Set(outputs.secrets)).toEqual(new Set([["note"], ["pin"]]));
    expect(any).toBeInstanceOf(anyPb.Any);
  });

  test("that meets a defect says so in one line, and the stack goes to the debug log", async () => {
    const error = await errorOf(provider.create(book, plain({ ...alpha.value, title: "defect" })));
    expect(error.details).toBe("undefined is not a shelf");
    expect(plugin.engine.messages.at(-1)).toMatchObject({
      severity: 0,
      message: expect.stringMatching(
        /^create shelf:books:Book alpha: TypeError: undefined is not a shelf\n\s+at /,
      ),
    });
  });
});

describe("time", () => {
  test("a handler that heeds no signal is left behind at the plugin's deadline", async () => {
    system.disturb("stubborn");
    const error = await errorOf(provider.read(book, "alpha"));
    expect(error.details).toBe("read shelf:books:Book alpha: no answer within 3 s");
  });

  test("the program's own timeout comes before the plugin's", async () => {
    system.disturb("silence");
    const error = await errorOf(provider.create(book, alpha, { timeout: 0.2 }));
    expect(error.details).toBe("create shelf:books:Book alpha: no answer within 0.2 s");
  });

  test("Cancel ends the calls that run or wait, and later calls work", async () => {
    system.disturb("silence");
    const calls = Array.from({ length: 6 }, () => errorOf(provider.read(book, "alpha")));
    await expect.poll(() => system.log().length).toBe(4);
    await provider.cancel();
    for (const call of calls) expect((await call).details).toBe("read shelf:books:Book alpha: cancelled");
    expect(system.log()).toHaveLength(4);
    await system.reset();
    await expect(provider.create(book, alpha)).resolves.toMatchObject({ id: "alpha" });
  });
});

describe("a function", () => {
  test("answers", async () => {
    await provider.create(book, alpha);
    expect(await provider.invoke("shelf:books:isThere", plain({ name: "alpha" }))).toEqual({
      result: { value: { there: true }, secrets: [] },
      failures: [],
    });
  });

  test("names a wrong argument", async () => {
    const { failures } = await provider.invoke("shelf:books:isThere", plain({}));
    expect(failures).toEqual([
      { property: "name", reason: "Invalid input: expected string, received undefined" },
    ]);
  });

  test("that the plugin does not have is not implemented", async () => {
    const error = await errorOf(provider.invoke("shelf:books:burn", plain({})));
    expect(error.code).toBe(status.UNIMPLEMENTED);
    expect(error.details).toBe("the plugin shelf has no function shelf:books:burn");
  });
});

describe("two stacks that share a process", () => {
  test("have a configuration, messages and a Cancel of their own", async () => {
    const [engine, otherSystem] = [await startEngineDouble(), createShelfSystem()];
    const other = connect(plugin.ports[1] ?? 0);
    try {
      await other.call("attach", new pluginPb.PluginAttach().setAddress(engine.address));
      await other.configure(plain({ folder: otherSystem.folder, owner: "other" }));
      system.disturb("silence");
      const waiting = errorOf(provider.read(book, "alpha"));
      await expect.poll(() => system.log().length).toBe(1);
      await other.cancel();
      expect((await other.create(book, alpha)).outputs.value.shelvedBy).toBe("other");
      expect(engine.messages.map(({ message }) => message)).toEqual([
        "shelving alpha, note null, token undefined",
      ]);
      expect(plugin.engine.messages).toEqual([]);
      const still = await Promise.race([waiting.then(() => "ended"), sleep(100, "still waiting")]);
      expect(still).toBe("still waiting");
      await provider.cancel();
      expect((await waiting).details).toContain("cancelled");
    } finally {
      other.close();
      engine.close();
      otherSystem.remove();
    }
  });
});
