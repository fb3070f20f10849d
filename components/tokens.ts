/**
 * Type tokens of the components. They are part of every deployed URN: changing one without an alias would
 * close and reopen all that lies below it.
 */
export const componentTokens = {
  platform: "bastide:platform:Platform",
  filesPlatform: "bastide:platform:FilesPlatform",
  relayHosts: "bastide:platform:RelayHosts",
  backup: "bastide:backup:BackupTarget",
  tenant: "bastide:tenant:Tenant",
  mail: "bastide:mail:Mail",
  antiSpam: "bastide:mail:AntiSpam",
  antivirus: "bastide:antivirus:AntivirusLicences",
  fileShare: "bastide:files:FileShare",
  fileTransfer: "bastide:files:FileTransfer",
} as const;
