/** The plugin `cdg`: every system of the CDG that is declared through an API, in one process. */
import type { Plugin } from "../kit/index.ts";
import { type ProviderConfig, providerConfig } from "./config.ts";
import { connectionTo, gravityzoneConnectionTo } from "./connections.ts";
import { account } from "./gravityzone/account.ts";
import { GravityZone } from "./gravityzone/client.ts";
import { company } from "./gravityzone/company.ts";
import { installationPackage } from "./gravityzone/package.ts";
import { antivirusUsage } from "./gravityzone/usage.ts";
import type { CdgClient } from "./zimbra/client.ts";
import { Zimbra } from "./zimbra/client.ts";
import { domain } from "./zimbra/domain.ts";
import { list } from "./zimbra/list.ts";
import { mailbox } from "./zimbra/mailbox.ts";
import { oldMailbox } from "./zimbra/old-mailbox.ts";
import { usage } from "./zimbra/usage.ts";

export const plugin: Plugin<CdgClient, ProviderConfig> = {
  name: "cdg",
  version: "0.1.0",
  description:
    "The systems of a Centre de gestion: mail domains, mailboxes and lists of Zimbra, companies and " +
    "licences of GravityZone, and their use.",
  config: providerConfig,
  resources: [
    domain,
    mailbox,
    list,
    oldMailbox,
    usage,
    company,
    installationPackage,
    account,
    antivirusUsage,
  ],

  /** Resolves the credential and calls nothing: a preview without a refresh sends no request. */
  async configure({ tenant, zimbra, gravityzone }, { hide, log }) {
    for (const { url } of [zimbra, ...(gravityzone === undefined ? [] : [gravityzone])]) {
      if (url.startsWith("http:") && !isLoopback(url)) {
        log(
          "warning",
          `${new URL(url).host} is reached without TLS: the administrator's password is readable`,
        );
      }
    }
    return {
      zimbra: new Zimbra({ tenant, connection: await connectionTo(zimbra, hide), hide }),
      gravityzone:
        gravityzone === undefined
          ? null
          : new GravityZone({
              tenant,
              connection: await gravityzoneConnectionTo(gravityzone, hide),
              parentId: gravityzone.companyId,
              hide,
            }),
    };
  },
};

function isLoopback(url: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);
}
