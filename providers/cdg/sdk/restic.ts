import * as pulumi from "@pulumi/pulumi";
import type * as schema from "../restic/schema.ts";
import type { ArgsOf, Names, OutputsOf } from "./properties.ts";

export type AccessArgs = ArgsOf<schema.AccessArgs>;
export type RepositoryArgs = ArgsOf<schema.RepositoryArgs>;
export type BackupUsageArgs = ArgsOf<schema.BackupUsageArgs>;

/** Login and key of one backup. Another `number` makes another password; the key stays. */
export class Access extends pulumi.CustomResource implements OutputsOf<schema.AccessOutputs> {
  declare readonly user: pulumi.Output<string>;
  declare readonly number: pulumi.Output<number>;
  /** A secret, as are the next two. */
  declare readonly password: pulumi.Output<string>;
  declare readonly repositoryPassword: pulumi.Output<string>;
  declare readonly htpasswd: pulumi.Output<string>;
  declare readonly digest: pulumi.Output<string>;

  constructor(name: string, args: AccessArgs, opts?: pulumi.CustomResourceOptions) {
    const secret = { additionalSecretOutputs: ["password", "repositoryPassword", "htpasswd"] };
    super("cdg:restic:Access", name, { ...accessNames, ...args }, pulumi.mergeOptions(opts, secret));
  }
}

const accessNames: Names<schema.AccessOutputs> = {
  user: undefined,
  number: undefined,
  password: undefined,
  repositoryPassword: undefined,
  htpasswd: undefined,
  digest: undefined,
};

/** A restic repository. Leaving the program leaves it as it is; one that is there is taken up again. */
export class Repository extends pulumi.CustomResource implements OutputsOf<schema.RepositoryOutputs> {
  declare readonly user: pulumi.Output<string>;
  declare readonly password: pulumi.Output<string>;
  declare readonly repositoryPassword: pulumi.Output<string>;
  declare readonly maintenance: pulumi.Output<boolean>;

  constructor(name: string, args: RepositoryArgs, opts?: pulumi.CustomResourceOptions) {
    const secret = { additionalSecretOutputs: ["password", "repositoryPassword"] };
    super("cdg:restic:Repository", name, { ...repositoryNames, ...args }, pulumi.mergeOptions(opts, secret));
  }
}

const repositoryNames: Names<schema.RepositoryOutputs> = {
  user: undefined,
  password: undefined,
  repositoryPassword: undefined,
  maintenance: undefined,
};

/**
 * Measured use of a backup. A refresh measures again, a preview is silent about new figures; when the server does
 * not answer, the last figures stay with their date.
 */
export class BackupUsage extends pulumi.CustomResource implements OutputsOf<schema.BackupUsageOutputs> {
  declare readonly user: pulumi.Output<string>;
  declare readonly password: pulumi.Output<string>;
  declare readonly maintenance: pulumi.Output<boolean>;
  declare readonly usedBytes: pulumi.Output<number>;
  declare readonly snapshots: pulumi.Output<number | null>;
  declare readonly lastSnapshotAt: pulumi.Output<string | null>;
  declare readonly measuredAt: pulumi.Output<string>;

  constructor(name: string, args: BackupUsageArgs, opts?: pulumi.CustomResourceOptions) {
    const secret = { additionalSecretOutputs: ["password"] };
    super("cdg:restic:BackupUsage", name, { ...usageNames, ...args }, pulumi.mergeOptions(opts, secret));
  }
}

const usageNames: Names<schema.BackupUsageOutputs> = {
  user: undefined,
  password: undefined,
  maintenance: undefined,
  usedBytes: undefined,
  snapshots: undefined,
  lastSnapshotAt: undefined,
  measuredAt: undefined,
};
