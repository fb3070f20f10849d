import { setTimeout as sleep } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { emptyPb, pluginPb, providerPb } from "../../../providers/kit/proto.ts";
import { UNKNOWN } from "../../../providers/kit/wire.ts";
import { connect, errorOf, urnOf } from "./connection.ts";
import { startEngineDouble } from "./engine-double.ts";
import { alpha, book, plain, useShelf } from "./shelf/session.ts";
import { createShelfSystem } from "./shelf/system.ts";

const shelf = useShelf();

describe("the protocol", () => {
  test("tells the plugin's version", async () => {
    const info: pluginPb.PluginInfo = await shelf.provider.call("getPluginInfo", new emptyPb.Empty());
    expect(info.getVersion()).toBe("0.1.0");
  });

  test("takes secrets, outputs, resources and previews", async () => {
    const answer = await shelf.provider.configure(plain({ folder: shelf.system.folder }));
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
    expect((await errorOf(shelf.provider.call(method, request))).code).toBe(status.UNIMPLEMENTED);
  });

  test("has no mappings to another tool", async () => {
    const mapping: providerPb.GetMappingResponse = await shelf.provider.call(
      "getMapping",
      new providerPb.GetMappingRequest().setKey("terraform"),
    );
    expect(mapping.toObject()).toEqual({ provider: "", data: "" });
  });

  test("sends a handler's messages to the engine with the resource, without secrets", async () => {
    const inputs = { value: { ...alpha.value, note: "hush-hush" }, secrets: [["note"]] };
    await shelf.provider.create(book, inputs);
    expect(shelf.plugin.engine.messages).toEqual([
      { severity: 1, message: "shelving alpha, note [secret], token [secret]", urn: urnOf(book) },
    ]);
  });
});

describe("the provider's configuration", () => {
  test("is checked by property, nested ones too", async () => {
    const { failures } = await shelf.provider.checkConfig(
      plain({ folder: 1, limits: { books: 0 }, colour: "red" }),
    );
    expect(failures).toEqual([
      { property: "folder", reason: "Invalid input: expected string, received number" },
      { property: "limits.books", reason: "Too small: expected number to be >=1" },
      { property: "colour", reason: "no such property" },
    ]);
  });

  test("gets its defaults, keeps the engine's keys, hides its secrets", async () => {
    const { inputs } = await shelf.provider.checkConfig(plain({ folder: "f", token: "t", version: "1.2.3" }));
    expect(inputs).toEqual({
      value: { folder: "f", owner: "nobody", token: "t", version: "1.2.3" },
      secrets: [["token"]],
    });
  });

  test("may come as JSON text, as generated SDKs send it", async () => {
    const { inputs, failures } = await shelf.provider.checkConfig(
      plain({ folder: "f", limits: '{"books": 3}' }),
    );
    expect(failures).toEqual([]);
    expect(inputs.value.limits).toEqual({ books: 3 });
  });

  test("that is partly unknown is accepted", async () => {
    const { inputs, failures } = await shelf.provider.checkConfig(plain({ folder: UNKNOWN }));
    expect(failures).toEqual([]);
    expect(inputs.value).toEqual({ folder: UNKNOWN, owner: "nobody" });
  });

  test("changes without replacing anything", async () => {
    const { inputs: olds } = await shelf.provider.checkConfig(plain({ folder: "f", version: "1.0.0" }));
    const { inputs: news } = await shelf.provider.checkConfig(plain({ folder: "g", version: "2.0.0" }));
    expect(await shelf.provider.diffConfig(olds, news)).toEqual({
      changed: true,
      replaces: [],
      deleteBeforeReplace: false,
      detailed: { folder: "UPDATE" },
    });
  });

  test("may come as variables only", async () => {
    const request = new providerPb.ConfigureRequest();
    request.getVariablesMap().set("shelf:config:folder", shelf.system.folder).set("shelf:config:owner", "me");
    await shelf.provider.call("configure", request);
    expect((await shelf.provider.create(book, alpha)).outputs.value.shelvedBy).toBe("me");
  });

  test("is named when it is wrong, and no resource can be touched then", async () => {
    const wrong = await errorOf(shelf.provider.configure(plain({ owner: "me" })));
    expect(wrong.details).toBe("provider shelf: folder: Invalid input: expected string, received undefined");
    const touched = await errorOf(shelf.provider.create(book, alpha));
    expect(touched.details).toBe("create shelf:books:Book alpha: the provider shelf is not configured");
  });
});

describe("a function", () => {
  test("answers", async () => {
    await shelf.provider.create(book, alpha);
    expect(await shelf.provider.invoke("shelf:books:isThere", plain({ name: "alpha" }))).toEqual({
      result: { value: { there: true }, secrets: [] },
      failures: [],
    });
  });

  test("names a wrong argument", async () => {
    const { failures } = await shelf.provider.invoke("shelf:books:isThere", plain({}));
    expect(failures).toEqual([
      { property: "name", reason: "Invalid input: expected string, received undefined" },
    ]);
  });

  test("that the plugin does not have is not implemented", async () => {
    const error = await errorOf(shelf.provider.invoke("shelf:books:burn", plain({})));
    expect(error.code).toBe(status.UNIMPLEMENTED);
    expect(error.details).toBe("the plugin shelf has no function shelf:books:burn");
  });
});

describe("two stacks that share a process", () => {
  test("have a configuration, messages and a Cancel of their own", async () => {
    const [engine, otherSystem] = [await startEngineDouble(), createShelfSystem()];
    const other = connect(shelf.plugin.ports[1] ?? 0);
    try {
      await other.call("attach", new pluginPb.PluginAttach().setAddress(engine.address));
      await other.configure(plain({ folder: otherSystem.folder, owner: "other" }));
      shelf.system.disturb("silence");
      const waiting = errorOf(shelf.provider.read(book, "alpha", undefined, { timeout: 60 }));
      await expect.poll(() => shelf.system.log().length).toBe(1);
      await other.cancel();
      expect((await other.create(book, alpha)).outputs.value.shelvedBy).toBe("other");
      expect(engine.messages.map(({ message }) => message)).toEqual([
        "shelving alpha, note null, token undefined",
      ]);
      expect(shelf.plugin.engine.messages).toEqual([]);
      const still = await Promise.race([waiting.then(() => "ended"), sleep(100, "still waiting")]);
      expect(still).toBe("still waiting");
      await shelf.provider.cancel();
      expect((await waiting).details).toContain("cancelled");
    } finally {
      other.close();
      engine.close();
      otherSystem.remove();
    }
  });
});
