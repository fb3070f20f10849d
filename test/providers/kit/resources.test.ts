import { status } from "@grpc/grpc-js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import { describe, expect, test } from "vitest";
import { providerPb } from "../../../providers/kit/proto.ts";
import { decodeProperties, UNKNOWN } from "../../../providers/kit/wire.ts";
import { errorOf } from "./connection.ts";
import { alpha, book, plain, TOKEN, useShelf } from "./shelf/session.ts";

const shelf = useShelf();

describe("check and diff", () => {
  test("bind a handler's own refusal to its property", async () => {
    const { failures } = await shelf.provider.check(book, plain({ name: "a", title: "forbidden" }));
    expect(failures).toEqual([{ property: "title", reason: "this book is not allowed" }]);
  });

  test("make secret what came secret, as deep as it came", async () => {
    const news = {
      value: { name: "a", title: "A", extra: { x: "1", y: "2" } },
      secrets: [["extra", "y"], ["title"]],
    };
    const { inputs } = await shelf.provider.check(book, news);
    expect(new Set(inputs.secrets)).toEqual(new Set([["extra", "y"], ["title"]]));
  });

  test("replace by deleting first where two objects cannot share a key", async () => {
    const news = plain({ ...alpha.value, kind: "essay", labels: ["x"], extra: { "a.b": "1" } });
    expect(await shelf.provider.diff(book, "alpha", alpha, news)).toEqual({
      changed: true,
      replaces: ["kind"],
      deleteBeforeReplace: true,
      detailed: { kind: "UPDATE_REPLACE", "labels[0]": "ADD", extra: "ADD" },
    });
  });

  test("compare with the inputs among the outputs when an old engine sends no inputs", async () => {
    const { outputs } = await shelf.provider.create(book, alpha);
    expect((await shelf.provider.diff(book, "alpha", null, alpha, outputs)).changed).toBe(false);
  });

  test("refuse a kind that the plugin does not have", async () => {
    const error = await errorOf(shelf.provider.check({ type: "shelf:books:Map" }, alpha));
    expect(error.details).toBe("the plugin shelf has no resource shelf:books:Map");
  });
});

describe("a creation", () => {
  test("previews with unknown computed values, the secret ones secret", async () => {
    const { id, outputs } = await shelf.provider.create(book, alpha, { preview: true });
    expect(id).toBe("");
    expect(outputs).toEqual({
      value: { ...alpha.value, pin: UNKNOWN, shelvedBy: UNKNOWN },
      secrets: [["pin"]],
    });
  });

  test("fails with the system's own words: code, operation, target, no secret, no stack", async () => {
    await shelf.provider.configure(plain({ folder: shelf.system.folder, owner: "somebody" }));
    await shelf.provider.create(book, alpha);
    await shelf.provider.configure({
      value: { folder: shelf.system.folder, token: TOKEN },
      secrets: [["token"]],
    });
    const error = await errorOf(shelf.provider.create(book, alpha));
    expect(error.code).toBe(status.UNKNOWN);
    expect(error.details).toBe("create alpha: is somebody else's (token [secret]) [shelf.foreign]");
  });

  test("that only half succeeded is kept in the state, its secrets secret", async () => {
    const inputs = { value: { ...alpha.value, title: "torn", note: "hush-hush" }, secrets: [["note"]] };
    const error = await errorOf(shelf.provider.create(book, inputs));
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
  });

  test("that meets a defect says so in one line, and the stack goes to the debug log", async () => {
    const error = await errorOf(shelf.provider.create(book, plain({ ...alpha.value, title: "defect" })));
    expect(error.details).toBe("undefined is not a shelf");
    expect(shelf.plugin.engine.messages.at(-1)).toMatchObject({
      severity: 0,
      message: expect.stringMatching(
        /^create shelf:books:Book alpha: TypeError: undefined is not a shelf\n\s+at /,
      ),
    });
  });
});

describe("time", () => {
  test("a handler that heeds no signal is left behind at the plugin's deadline", async () => {
    shelf.system.disturb("stubborn");
    const error = await errorOf(shelf.provider.read(book, "alpha"));
    expect(error.details).toBe("read shelf:books:Book alpha: no answer within 3 s");
  });

  test("the program's own timeout comes before the plugin's", async () => {
    shelf.system.disturb("silence");
    const error = await errorOf(shelf.provider.create(book, alpha, { timeout: 0.2 }));
    expect(error.details).toBe("create shelf:books:Book alpha: no answer within 0.2 s");
  });

  test("Cancel ends the calls that run or wait, and later calls work", async () => {
    shelf.system.disturb("silence");
    const calls = Array.from({ length: 6 }, () =>
      errorOf(shelf.provider.read(book, "alpha", undefined, { timeout: 60 })),
    );
    await expect.poll(() => shelf.system.log().length).toBe(4);
    await shelf.provider.cancel();
    for (const call of calls) expect((await call).details).toBe("read shelf:books:Book alpha: cancelled");
    expect(shelf.system.log()).toHaveLength(4);
    await shelf.system.reset();
    await expect(shelf.provider.create(book, alpha)).resolves.toMatchObject({ id: "alpha" });
  });
});
