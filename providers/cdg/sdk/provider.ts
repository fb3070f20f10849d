import * as pulumi from "@pulumi/pulumi";
import type { ProviderArgs } from "../config.ts";

export type { ProviderArgs } from "../config.ts";

/**
 * Reaches the CDG's systems for one tenant. Holds no secret: credentials are references that the plugin
 * resolves, so that rotating a password touches no stack.
 *
 * ```ts
 * new Provider("cdg", {
 *   tenant: "nerac",
 *   zimbra: { url: "https://zimbra.cdg.example:7071/service/admin/soap/", account: "bastide@cdg.example",
 *             credential: "env:ZIMBRA_PASSWORD" },
 * });
 * ```
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    super("cdg", name, { ...args }, opts);
  }
}
