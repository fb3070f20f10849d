import { describe, expect, it } from "vitest";
import { useSimulator } from "./api.ts";

const lab = useSimulator({ enabledApis: ["general", "companies"] });

const call = (more: object = {}) =>
  JSON.stringify({ id: "x1", jsonrpc: "2.0", method: "getApiKeyDetails", params: {}, ...more });

describe("the envelope", () => {
  it("echoes the id and names what the key may use", async () => {
    const { status, body } = await lab.api.post("general", call());
    expect(status).toBe(200);
    expect(body).toEqual({
      id: "x1",
      jsonrpc: "2.0",
      result: {
        enabledApis: ["general", "companies"],
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
      },
    });
  });

  it.each(["v1.0", "v1.1", "v1.2"])("is spoken below %s", async (version) => {
    expect((await lab.api.post("general", call(), { version })).status).toBe(200);
  });

  it.each([
    ["no JSON", "{", -32700, "Parse error"],
    ["no version", call({ jsonrpc: undefined }), -32600, "Invalid Request"],
    ["no method", call({ method: undefined }), -32600, "Invalid Request"],
    ["a batch", `[${call()}]`, -32600, "Invalid Request"],
    ["an unknown method", call({ method: "getNothing" }), -32601, "Method not found"],
    ["a method of the prototype", call({ method: "constructor" }), -32601, "Method not found"],
    ["parameters that are a list", call({ params: [1] }), -32602, "Invalid params"],
  ])("%s is an error object with HTTP 200 whose details say why", async (_what, body, code, message) => {
    const reply = await lab.api.post("general", body);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({
      jsonrpc: "2.0",
      error: { code, message, data: { details: expect.stringMatching(/\w/) } },
    });
    expect(reply.body).not.toHaveProperty("result");
  });

  it.each([null, undefined])("parameters may be %s", async (params) => {
    expect((await lab.api.post("general", call({ params }))).body).toHaveProperty("result");
  });

  it("turns a wrong key away with 401", async () => {
    const { status, headers, body } = await lab.api.post("general", call(), { key: "other" });
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toBe('Basic realm="GravityZone"');
    expect(body.error).toMatchObject({ code: -32001, data: { details: "The API key is not valid." } });
  });

  it("turns an API that the key may not use away with 403", async () => {
    const { status, body } = await lab.api.post("network", call());
    expect(status).toBe(403);
    expect(body.error?.data.details).toBe("The API 'network' is not enabled for this API key.");
  });

  it("takes POST only", async () => {
    expect((await lab.api.post("general", "", { method: "GET" })).status).toBe(405);
  });
});
