import * as pulumi from "@pulumi/pulumi";
import type { SharePlan } from "../plan/types.ts";
import { FileUsage, Folder, Group } from "../providers/cdg/sdk/sftpgo.ts";
import { componentTokens } from "./tokens.ts";

export interface FileShareArgs {
  /** What the collectivité gets. */
  readonly plan: SharePlan;
}

/**
 * The file share of one collectivité (article 13): a folder that its people see in the web client, over SFTP
 * and over WebDAV, a group that mounts it with the collectivité's quota, and one resource that measures.
 *
 * Nothing here deletes files: a folder that leaves the plan is kept, and the same one when it comes back.
 *
 * ```ts
 * new FileShare("share", { plan: plan.files.share }, { parent: tenant });
 * ```
 */
export class FileShare extends pulumi.ComponentResource {
  readonly folder: Folder;
  readonly group: Group;
  readonly usage: FileUsage;

  constructor(name: string, args: FileShareArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentTokens.fileShare, name, {}, opts);
    const { name: natural, mountedAt, quotaBytes } = args.plan;

    this.folder = new Folder("share", { name: natural }, { parent: this });
    this.group = new Group(
      "share",
      { name: natural, folder: this.folder.name, mountedAt, quotaBytes },
      { parent: this },
    );
    this.usage = new FileUsage("share", { folder: this.folder.name }, { parent: this });

    this.registerOutputs({ folder: this.folder.name, usedBytes: this.usage.usedBytes });
  }
}
