import * as pulumi from "@pulumi/pulumi";
import type * as schema from "../sftpgo/schema.ts";
import type { ArgsOf, Names, OutputsOf } from "./properties.ts";

export type FolderArgs = ArgsOf<schema.FolderArgs>;
export type GroupArgs = ArgsOf<schema.GroupArgs>;
export type UserArgs = ArgsOf<schema.UserArgs>;
export type RetentionArgs = ArgsOf<schema.RetentionArgs>;
export type FileUsageArgs = ArgsOf<schema.FileUsageArgs>;
export type ServerAccessArgs = ArgsOf<schema.ServerAccessArgs>;
export type ServerArgs = ArgsOf<schema.ServerArgs>;

/**
 * A folder of SFTPGo that several users see. Leaving the program marks it as closed and keeps its files.
 * Changing `name` replaces it, which guards refuse.
 */
export class Folder extends pulumi.CustomResource implements OutputsOf<schema.FolderOutputs> {
  declare readonly name: pulumi.Output<string>;
  declare readonly deletion: pulumi.Output<"close" | "purge">;
  declare readonly mappedPath: pulumi.Output<string>;

  constructor(name: string, args: FolderArgs, opts?: pulumi.CustomResourceOptions) {
    super("cdg:sftpgo:Folder", name, { ...folderNames, ...args }, opts);
  }
}

const folderNames: Names<schema.FolderOutputs> = {
  name: undefined,
  deletion: undefined,
  mappedPath: undefined,
};

/** What the members of one service may do: one folder, its quota, limits on files and links. Holds no data. */
export class Group extends pulumi.CustomResource implements OutputsOf<schema.GroupOutputs> {
  declare readonly name: pulumi.Output<string>;
  declare readonly folder: pulumi.Output<string>;
  declare readonly mountedAt: pulumi.Output<string>;
  declare readonly quotaBytes: pulumi.Output<number | null>;
  declare readonly maxFileBytes: pulumi.Output<number | null>;
  declare readonly linkDays: pulumi.Output<number | null>;
  declare readonly passwordStrength: pulumi.Output<number | null>;

  constructor(name: string, args: GroupArgs, opts?: pulumi.CustomResourceOptions) {
    super("cdg:sftpgo:Group", name, { ...groupNames, ...args }, opts);
  }
}

const groupNames: Names<schema.GroupOutputs> = {
  name: undefined,
  folder: undefined,
  mountedAt: undefined,
  quotaBytes: undefined,
  maxFileBytes: undefined,
  linkDays: undefined,
  passwordStrength: undefined,
};

/**
 * A person. Leaving the program disables the user, coming back opens the same one. `password` is the first
 * one, to be changed at the first login; `null` for a user that was taken up again or imported.
 */
export class User extends pulumi.CustomResource implements OutputsOf<schema.UserOutputs> {
  declare readonly name: pulumi.Output<string>;
  declare readonly email: pulumi.Output<string | null>;
  declare readonly displayName: pulumi.Output<string>;
  declare readonly groups: pulumi.Output<string[]>;
  declare readonly primaryGroup: pulumi.Output<string | null>;
  declare readonly links: pulumi.Output<boolean>;
  declare readonly status: pulumi.Output<"active" | "locked">;
  declare readonly lastDay: pulumi.Output<string | null>;
  declare readonly deletion: pulumi.Output<"close" | "purge">;
  /** A secret. */
  declare readonly password: pulumi.Output<string | null>;

  constructor(name: string, args: UserArgs, opts?: pulumi.CustomResourceOptions) {
    const secret = { additionalSecretOutputs: ["password"] };
    super("cdg:sftpgo:User", name, { ...userNames, ...args }, pulumi.mergeOptions(opts, secret));
  }
}

const userNames: Names<schema.UserOutputs> = {
  name: undefined,
  email: undefined,
  displayName: undefined,
  groups: undefined,
  primaryGroup: undefined,
  links: undefined,
  status: undefined,
  lastDay: undefined,
  deletion: undefined,
  password: undefined,
};

/** Deletes files of a group's folder that are older than so many days, each night. */
export class Retention extends pulumi.CustomResource implements OutputsOf<schema.RetentionOutputs> {
  declare readonly group: pulumi.Output<string>;
  declare readonly path: pulumi.Output<string>;
  declare readonly days: pulumi.Output<number>;

  constructor(name: string, args: RetentionArgs, opts?: pulumi.CustomResourceOptions) {
    super("cdg:sftpgo:Retention", name, { ...retentionNames, ...args }, opts);
  }
}

const retentionNames: Names<schema.RetentionOutputs> = { group: undefined, path: undefined, days: undefined };

/**
 * Measured use of a folder. A refresh counts again, a preview is silent about new figures; when SFTPGo does
 * not answer, the last figures stay with their date.
 */
export class FileUsage extends pulumi.CustomResource implements OutputsOf<schema.FileUsageOutputs> {
  declare readonly folder: pulumi.Output<string>;
  declare readonly usedBytes: pulumi.Output<number>;
  declare readonly files: pulumi.Output<number>;
  declare readonly measuredAt: pulumi.Output<string>;

  constructor(name: string, args: FileUsageArgs, opts?: pulumi.CustomResourceOptions) {
    super("cdg:sftpgo:FileUsage", name, { ...usageNames, ...args }, opts);
  }
}

const usageNames: Names<schema.FileUsageOutputs> = {
  folder: undefined,
  usedBytes: undefined,
  files: undefined,
  measuredAt: undefined,
};

/** What SFTPGo and its database are started with. Another `number` makes another password of the database. */
export class ServerAccess extends pulumi.CustomResource implements OutputsOf<schema.ServerAccessOutputs> {
  declare readonly number: pulumi.Output<number>;
  /** A secret, as is the next. */
  declare readonly databaseLogin: pulumi.Output<string>;
  declare readonly administrators: pulumi.Output<string>;
  declare readonly digest: pulumi.Output<string>;

  constructor(name: string, args: ServerAccessArgs, opts?: pulumi.CustomResourceOptions) {
    const secret = { additionalSecretOutputs: ["databaseLogin", "administrators"] };
    super(
      "cdg:sftpgo:ServerAccess",
      name,
      { ...serverAccessNames, ...args },
      pulumi.mergeOptions(opts, secret),
    );
  }
}

const serverAccessNames: Names<schema.ServerAccessOutputs> = {
  number: undefined,
  databaseLogin: undefined,
  administrators: undefined,
  digest: undefined,
};

/** A deployed SFTPGo that answers and takes the administrator's login; makes nothing. */
export class Server extends pulumi.CustomResource implements OutputsOf<schema.ServerOutputs> {
  declare readonly revision: pulumi.Output<string>;
  declare readonly version: pulumi.Output<string>;

  constructor(name: string, args: ServerArgs, opts?: pulumi.CustomResourceOptions) {
    super("cdg:sftpgo:Server", name, { ...serverNames, ...args }, opts);
  }
}

const serverNames: Names<schema.ServerOutputs> = {
  revision: undefined,
  version: undefined,
};
