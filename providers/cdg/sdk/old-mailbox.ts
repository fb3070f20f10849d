import * as pulumi from "@pulumi/pulumi";
import type * as schema from "../zimbra/old-mailbox-schema.ts";
import type { ArgsOf, Names, OutputsOf } from "./properties.ts";

export type OldMailboxArgs = ArgsOf<schema.OldMailboxArgs>;

/**
 * Collection of a mailbox at a former provider into a mailbox of Zimbra. Made only once its password opens it
 * and its size fits the quota; never deletes at the provider. Leaving the program removes the data source alone:
 * what was collected stays. Changing `address` or `accountId` replaces it.
 */
export class OldMailbox extends pulumi.CustomResource implements OutputsOf<schema.OldMailboxOutputs> {
  declare readonly address: pulumi.Output<string>;
  declare readonly mailbox: pulumi.Output<string>;
  declare readonly accountId: pulumi.Output<string>;
  declare readonly host: pulumi.Output<string>;
  declare readonly port: pulumi.Output<number>;
  declare readonly security: pulumi.Output<"tls" | "starttls">;
  declare readonly username: pulumi.Output<string>;
  declare readonly password: pulumi.Output<string>;
  declare readonly caFile: pulumi.Output<string | null>;
  declare readonly enabled: pulumi.Output<boolean>;
  declare readonly dataSourceId: pulumi.Output<string>;

  constructor(name: string, args: OldMailboxArgs, opts?: pulumi.CustomResourceOptions) {
    const given = { ...outputNames, ...args, password: pulumi.secret(args.password) };
    super("cdg:zimbra:OldMailbox", name, given, opts);
  }
}

const outputNames: Names<schema.OldMailboxOutputs> = {
  address: undefined,
  mailbox: undefined,
  accountId: undefined,
  host: undefined,
  port: undefined,
  security: undefined,
  username: undefined,
  password: undefined,
  caFile: undefined,
  enabled: undefined,
  dataSourceId: undefined,
};
