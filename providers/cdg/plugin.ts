/** The plugin `cdg`: every system of the CDG that is declared through an API, in one process. */
import type { Plugin } from "../kit/index.ts";
import type { CdgClient } from "./client.ts";
import { type ProviderConfig, providerConfig } from "./config.ts";
import { connectionTo, gravityzoneConnectionTo, sftpgoAt } from "./connections.ts";
import { resolveCredential } from "./credential.ts";
import { account } from "./gravityzone/account.ts";
import { GravityZone } from "./gravityzone/client.ts";
import { company } from "./gravityzone/company.ts";
import { installationPackage } from "./gravityzone/package.ts";
import { antivirusUsage } from "./gravityzone/usage.ts";
import { access } from "./restic/access.ts";
import { Restic } from "./restic/client.ts";
import { repository } from "./restic/repository.ts";
import { backupUsage } from "./restic/usage.ts";
import { serverAccess } from "./sftpgo/access.ts";
import { Sftpgo } from "./sftpgo/client.ts";
import { folder } from "./sftpgo/folder.ts";
import { group } from "./sftpgo/group.ts";
import { retention } from "./sftpgo/retention.ts";
import { server } from "./sftpgo/server.ts";
import { usage as fileUsage } from "./sftpgo/usage.ts";
import { user } from "./sftpgo/user.ts";
import { Zimbra } from "./zimbra/client.ts";
import { domain } from "./zimbra/domain.ts";
import { formerDomain } from "./zimbra/former-domain.ts";
import { list } from "./zimbra/list.ts";
import { mailbox } from "./zimbra/mailbox.ts";
import { oldMailbox } from "./zimbra/old-mailbox.ts";
import { usage } from "./zimbra/usage.ts";

export const plugin: Plugin<CdgClient, ProviderConfig> = {
  name: "cdg",
  version: "0.1.0",
  description:
    "The systems of a Centre de gestion: mail domains, mailboxes and lists of Zimbra, companies and " +
    "licences of GravityZone, folders, groups and users of SFTPGo, repositories of restic, and their use.",
  config: providerConfig,
  resources: [
    domain,
    formerDomain,
    mailbox,
    list,
    oldMailbox,
    usage,
    company,
    installationPackage,
    account,
    antivirusUsage,
    folder,
    group,
    user,
    retention,
    fileUsage,
    serverAccess,
    server,
    access,
    repository,
    backupUsage,
  ],

  /** Resolves the credential and calls nothing: a preview without a refresh sends no request. */
  async configure({ tenant, mergedInto = null, zimbra, gravityzone, sftpgo, restic }, { hide, log }) {
    for (const connection of [zimbra, gravityzone, sftpgo, restic]) {
      if (!connection?.url.startsWith("http:") || isLoopback(connection.url)) continue;
      const { host } = new URL(connection.url);
      log("warning", `${host} is reached without TLS: the administrator's password is readable`);
    }
    const backups = restic === undefined ? null : await resticClient(restic, hide);
    const shared = sftpgo === undefined ? null : await sftpgoClient(tenant, sftpgo, hide);
    return {
      zimbra: new Zimbra({ tenant, mergedInto, connection: await connectionTo(zimbra, hide), hide }),
      gravityzone:
        gravityzone === undefined
          ? null
          : new GravityZone({
              tenant,
              connection: await gravityzoneConnectionTo(gravityzone, hide),
              parentId: gravityzone.companyId,
              hide,
            }),
      sftpgo() {
        if (shared !== null) return shared;
        throw new Error("The CDG has no SFTPGo: catalogue/cdg.yaml holds no connections.sftpgo.");
      },
      restic() {
        if (backups !== null) return backups;
        throw new Error("The CDG has no backups: catalogue/cdg.yaml holds no connections.restic.");
      },
    };
  },
};

async function sftpgoClient(
  tenant: string,
  config: NonNullable<ProviderConfig["sftpgo"]>,
  hide: (secret: string) => void,
): Promise<Sftpgo> {
  return new Sftpgo({ tenant, rest: await sftpgoAt(config, hide), foldersPath: config.foldersPath, hide });
}

async function resticClient(
  { url, caFile, credential }: NonNullable<ProviderConfig["restic"]>,
  hide: (secret: string) => void,
): Promise<Restic> {
  const maintenanceKey = await resolveCredential(credential);
  hide(maintenanceKey);
  return new Restic({ url, caFile, maintenanceKey, hide });
}

function isLoopback(url: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);
}
