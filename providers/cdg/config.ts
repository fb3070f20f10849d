/** What the program passes to the provider: which tenant, and how each system is reached. */
import { z } from "zod";
import { CREDENTIAL_REFERENCE } from "./credential.ts";

export const zimbraConnection = z
  .strictObject({
    url: z
      .url({
        protocol: /^https?$/,
        error: "expected the URL of the admin SOAP service, https://HOST:7071/service/admin/soap/",
      })
      .describe("Admin SOAP service, for example https://zimbra.example.org:7071/service/admin/soap/."),
    account: z.string().min(1).describe("Administrator's account, for example bastide@example.org."),
    credential: z
      .string()
      .regex(CREDENTIAL_REFERENCE, "expected env:NAME or file:PATH, never the password itself")
      .describe("Where the plugin finds the administrator's password: env:NAME or file:PATH."),
    caFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        "PEM file of the authority that signed the server's certificate. Default: the system's list.",
      ),
    requestsPerSecond: z
      .number()
      .positive()
      .max(1000)
      .default(20)
      .describe("Most HTTP requests a second, all tenants of the process together. Default 20."),
  })
  .describe("How Zimbra is reached.");

export const gravityzoneConnection = z
  .strictObject({
    url: z
      .url({
        protocol: /^https?$/,
        error: "expected the access URL of GravityZone's API, https://HOST/api",
      })
      .describe("Access URL, for example https://cloudgz.gravityzone.bitdefender.com/api."),
    credential: z
      .string()
      .regex(CREDENTIAL_REFERENCE, "expected env:NAME or file:PATH, never the key itself")
      .describe("Where the plugin finds the API key: env:NAME or file:PATH."),
    companyId: z
      .string()
      .regex(/^[0-9a-f]{24}$/, "expected 24 hex digits")
      .optional()
      .describe("Partner company below which companies are made. Default: the one that owns the key."),
    caFile: z
      .string()
      .min(1)
      .optional()
      .describe("PEM file of the authority that signed the certificate. Default: the system's list."),
    requestsPerSecond: z
      .number()
      .positive()
      .max(1000)
      .default(5)
      .describe("Most requests a second, all processes of this machine together. Default 5."),
    subscriptionsPerMinute: z
      .number()
      .positive()
      .max(60_000)
      .default(30)
      .describe("Most changes of seats a minute, all processes of this machine together. Default 30."),
  })
  .describe("How GravityZone is reached.");

const credential = z
  .string()
  .regex(CREDENTIAL_REFERENCE, "expected env:NAME or file:PATH, never the password itself");

export const sftpgoConnection = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: "expected the URL of SFTPGo, https://HOST[:PORT]/" })
      .describe("SFTPGo, for example https://fichiers.example.org/; its API is below /api/v2."),
    account: z.string().min(1).describe("Administrator's account, for example bastide."),
    credential: credential.describe("Where the plugin finds the password: env:NAME or file:PATH."),
    caFile: z
      .string()
      .min(1)
      .optional()
      .describe("PEM file of the authority that signed the certificate. Default: the system's list."),
    foldersPath: z
      .string()
      .regex(/^\//, "expected an absolute path")
      .default("/srv/sftpgo/folders")
      .describe("Where shared folders lie on SFTPGo's host. Default /srv/sftpgo/folders."),
  })
  .describe("How SFTPGo is reached.");

export const resticConnection = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: "expected the URL of the backups, https://HOST/backup/" })
      .describe("The edge and the folder below which each tenant has its repository."),
    credential: credential.describe("The CDG's key to every backup: env:NAME or file:PATH."),
    caFile: z
      .string()
      .min(1)
      .optional()
      .describe("PEM file of the authority that signed the certificate. Default: the system's list."),
  })
  .describe("How backups are reached.");

export const providerConfig = z.strictObject({
  tenant: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, "expected a slug: a-z, 0-9 and -, at most 40 characters")
    .describe("Slug of the tenant: the mark on every object that this stack makes."),
  mergedInto: z
    .string()
    .min(1)
    .optional()
    .describe("Slug of the tenant that takes this one over: what leaves the program is left open for it."),
  zimbra: zimbraConnection,
  gravityzone: gravityzoneConnection.optional(),
  sftpgo: sftpgoConnection.optional(),
  restic: resticConnection.optional(),
});

export type ProviderConfig = z.output<typeof providerConfig>;
/** What a program writes: defaults may be left out. */
export type ProviderArgs = z.input<typeof providerConfig>;
