import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { BACKUP_PORT } from "../plan/edge.ts";
import type { BackupPlan } from "../plan/index.ts";
import { Access, BackupUsage, Repository } from "../providers/cdg/sdk/restic.ts";
import { onStorageNode } from "./swarm.ts";
import { componentTokens } from "./tokens.ts";

/** What the platform gives every backup. */
export interface BackupPlatform {
  /** Id of rest-server's image, on the storage node. */
  readonly image: string;
  /** Overlay network that the edge is in. */
  readonly networkId: pulumi.Input<string>;
  /** The storage node's own engine: a volume is where it was made. */
  readonly storage: docker.Provider;
}

export interface BackupTargetArgs {
  /** What the collectivité gets. */
  readonly plan: BackupPlan;
  readonly platform: BackupPlatform;
}

/**
 * The backup target of one collectivité (article 4c): a volume on its storage node, restic's rest-server in front
 * of it, append-only and within its quota, the repository inside, and one resource that measures.
 *
 * Nothing here deletes a backup. The volume stays when the service leaves the plan, and is taken up again when it
 * comes back; only its name is an input, so that no label replaces it.
 *
 * ```ts
 * new BackupTarget("backup", { plan: plan.backup, platform }, { parent: tenant });
 * ```
 */
export class BackupTarget extends pulumi.ComponentResource {
  readonly access: Access;
  readonly usage: BackupUsage;
  readonly repository: Repository;

  constructor(name: string, args: BackupTargetArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentTokens.backup, name, {}, opts);
    const { plan, platform } = args;
    const { user, maintenance } = plan;

    const volume = new docker.Volume(
      "backup",
      { name: plan.volumeName },
      { parent: this, provider: platform.storage, retainOnDelete: true },
    );
    this.access = new Access("backup", { user, number: plan.accessNumber }, { parent: this });
    const users = createUsers(plan, this.access, this);
    const service = createService(plan, platform, { volume, users }, this);

    const { password, repositoryPassword } = this.access;
    this.repository = new Repository(
      "backup",
      { user, password, repositoryPassword, maintenance },
      { parent: this, dependsOn: [service] },
    );
    this.usage = new BackupUsage(
      "backup",
      { user, password, maintenance },
      { parent: this, dependsOn: [this.repository] },
    );

    this.registerOutputs({ usedBytes: this.usage.usedBytes, lastSnapshotAt: this.usage.lastSnapshotAt });
  }
}

/** A list of users in use cannot be removed: another content has another name, and the old one goes last. */
function createUsers({ serviceName }: BackupPlan, access: Access, parent: BackupTarget): docker.Secret {
  return new docker.Secret(
    "backup",
    {
      name: pulumi.interpolate`${serviceName}-${access.digest}`,
      data: access.htpasswd.apply((line) => Buffer.from(line).toString("base64")),
    },
    { parent, deleteBeforeReplace: false },
  );
}

function createService(
  { serviceName, node, quotaBytes }: BackupPlan,
  { image, networkId }: BackupPlatform,
  { volume, users }: { readonly volume: docker.Volume; readonly users: docker.Secret },
  parent: BackupTarget,
): docker.Service {
  const limit = quotaBytes === null ? [] : [`--max-size=${quotaBytes}`];
  return new docker.Service(
    "backup",
    {
      name: serviceName,
      taskSpec: {
        containerSpec: {
          image,
          user: "65534:65534",
          args: [
            `--listen=:${BACKUP_PORT}`,
            "--path=/data",
            "--htpasswd-file=/run/secrets/htpasswd",
            "--append-only",
            "--private-repos",
            ...limit,
          ],
          readOnly: true,
          mounts: [{ type: "volume", source: volume.name, target: "/data" }],
          secrets: [{ secretId: users.id, secretName: users.name, fileName: "htpasswd" }],
          stopGracePeriod: "30s",
        },
        networksAdvanceds: [{ id: networkId }],
        placement: onStorageNode(node),
        restartPolicy: { condition: "any", delay: "2s" },
      },
      endpointSpec: { mode: "dnsrr" },
      // Two servers would each count for themselves.
      updateConfig: { order: "stop-first" },
      convergeConfig: { delay: "2s", timeout: "45s" },
    },
    { parent },
  );
}
