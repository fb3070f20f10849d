import type { Operation } from "../engine.ts";
import { values, withAttributes } from "../entry.ts";
import { missingElement, noSuch } from "../faults.ts";
import { modifiedAttributes, readWishes } from "../modifications.ts";
import { configEntry } from "../services.ts";
import { encodeEntry } from "./encode.ts";
import { adminOperation, required, requiredChild, selector } from "./operation.ts";

/** The installation: its version, its one server, its global config. */
export const serverOperations: readonly Operation[] = [
  adminOperation("Ping", () => undefined),
  adminOperation("NoOp", () => undefined),
  adminOperation("FlushCache", ({ request }) => {
    required(requiredChild(request, "cache"), "type");
  }),
  adminOperation("CheckHealth", (_call, response) => {
    response.set("healthy", true);
  }),
  // What the build says about itself; `host` is the machine it was built on.
  adminOperation("GetVersionInfo", (_call, response) => {
    response
      .add("info")
      .set("type", "FOSS")
      .set("version", "10.1.0_GA_0000.FOSS")
      .set("release", "20241024000000")
      .set("buildDate", "20241024-0000")
      .set("host", "oracle")
      .set("majorversion", "10")
      .set("minorversion", "1")
      .set("microversion", "0")
      .set("platform", "unknown");
  }),
  adminOperation("GetAllServers", ({ services }, response) => {
    for (const server of services.directory.all("server")) encodeEntry(response, "server", server);
  }),
  adminOperation("GetServer", ({ request, services }, response) => {
    const { by, key } = selector(requiredChild(request, "server"), ["name", "id", "serviceHostname"]);
    const server = services.directory[by === "id" ? "byId" : "byName"]("server", key);
    if (server === null) throw noSuch("SERVER", key);
    encodeEntry(response, "server", server);
  }),
  adminOperation("GetAllConfig", ({ services }, response) => {
    for (const [name, list] of Object.entries(configEntry(services.directory).attributes)) {
      for (const text of list) response.add("a", text).set("n", name);
    }
  }),
  adminOperation("GetConfig", ({ request, services }, response) => {
    const element = request.child("a");
    if (element === null) throw missingElement("a");
    const name = required(element, "n");
    for (const text of values(configEntry(services.directory), name)) response.add("a", text).set("n", name);
  }),
  adminOperation("ModifyConfig", ({ request, services }) => {
    const config = configEntry(services.directory);
    services.directory.put(withAttributes(config, modifiedAttributes(config, readWishes(request))));
  }),
];
