import * as pulumi from "@pulumi/pulumi";
import type { TransferPlan } from "../plan/types.ts";
import { FileUsage, Folder, Group, Retention } from "../providers/cdg/sdk/sftpgo.ts";
import { componentTokens } from "./tokens.ts";

export interface FileTransferArgs {
  /** What the collectivité gets. */
  readonly plan: TransferPlan;
}

/**
 * The sending of large files of one collectivité (article 12): a folder with a quota of its own, a group whose
 * members make links that end, a rule that deletes what was sent, and one resource that measures.
 *
 * The rule is the only thing here that deletes files: those older than the plan's days.
 *
 * ```ts
 * new FileTransfer("transfer", { plan: plan.files.transfer }, { parent: tenant });
 * ```
 */
export class FileTransfer extends pulumi.ComponentResource {
  readonly folder: Folder;
  readonly group: Group;
  readonly retention: Retention;
  readonly usage: FileUsage;

  constructor(name: string, args: FileTransferArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentTokens.fileTransfer, name, {}, opts);
    const { name: natural, mountedAt, quotaBytes, maxFileBytes, linkDays, retentionDays } = args.plan;
    const { passwordStrength } = args.plan;

    this.folder = new Folder("transfer", { name: natural }, { parent: this });
    const limits = { quotaBytes, maxFileBytes, linkDays, passwordStrength };
    this.group = new Group(
      "transfer",
      { name: natural, folder: this.folder.name, mountedAt, ...limits },
      { parent: this },
    );
    this.retention = new Retention(
      "transfer",
      { group: this.group.name, path: mountedAt, days: retentionDays },
      { parent: this },
    );
    this.usage = new FileUsage("transfer", { folder: this.folder.name }, { parent: this });

    this.registerOutputs({ folder: this.folder.name, usedBytes: this.usage.usedBytes });
  }
}
