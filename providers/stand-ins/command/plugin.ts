/** The stand-in for the official plugin `command`: `remote.Command`; the rest is refused by name. */
import { z } from "zod";
import type { JsonObject, Plugin } from "../../kit/index.ts";
import { remoteCommand } from "./command.ts";

const nothing: z.ZodType<JsonObject> = z.strictObject({});

export const plugin: Plugin<null> = {
  name: "command",
  // Of the npm package, whose schema this is; a test keeps them equal.
  version: "1.2.1",
  description: "Commands on hosts, over SSH.",
  config: nothing,
  configStamp: { "__pulumi-go-provider-version": "1.2.0" },
  resources: [remoteCommand],
  finishesOnCancel: true,
  deadlineSeconds: 3_600,
  async configure() {
    return null;
  },
};
