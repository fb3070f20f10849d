import * as pulumi from "@pulumi/pulumi";
import type * as schema from "../zimbra/schema.ts";
import type { ArgsOf, Names, OutputsOf } from "./properties.ts";

export type DomainArgs = ArgsOf<schema.DomainArgs>;
export type FormerDomainArgs = ArgsOf<schema.FormerDomainArgs>;
export type MailboxArgs = ArgsOf<schema.MailboxArgs>;
export type DistributionListArgs = ArgsOf<schema.ListArgs>;
export type MailUsageArgs = ArgsOf<schema.UsageArgs>;

type AggregateQuotaPolicy = NonNullable<schema.DomainOutputs["aggregateQuotaPolicy"]>;

/**
 * A mail domain of Zimbra with its limits. Leaving the program locks it and marks it with the date; mailboxes
 * and mail are kept. Another `name` is the tenant's new domain where `formerNames` holds the old one; else it
 * is a replacement, which guards refuse.
 */
export class Domain extends pulumi.CustomResource implements OutputsOf<schema.DomainOutputs> {
  declare readonly name: pulumi.Output<string>;
  declare readonly formerNames: pulumi.Output<string[] | undefined>;
  declare readonly description: pulumi.Output<string | null>;
  declare readonly maxMailboxes: pulumi.Output<number | null>;
  declare readonly aggregateQuotaBytes: pulumi.Output<number | null>;
  declare readonly aggregateQuotaPolicy: pulumi.Output<AggregateQuotaPolicy | undefined>;
  declare readonly aggregateWarnPercent: pulumi.Output<number | undefined>;
  declare readonly aggregateWarnRecipient: pulumi.Output<string | undefined>;
  declare readonly status: pulumi.Output<"active" | "locked">;
  declare readonly deletion: pulumi.Output<"close" | "purge">;

  constructor(name: string, args: DomainArgs, opts?: pulumi.CustomResourceOptions) {
    super("cdg:zimbra:Domain", name, { ...domainNames, ...args }, opts);
  }
}

const domainNames: Names<schema.DomainOutputs> = {
  name: undefined,
  formerNames: undefined,
  description: undefined,
  maxMailboxes: undefined,
  aggregateQuotaBytes: undefined,
  aggregateQuotaPolicy: undefined,
  aggregateWarnPercent: undefined,
  aggregateWarnRecipient: undefined,
  status: undefined,
  deletion: undefined,
};

/**
 * A domain that a tenant had, whose mail still arrives: by forwarding of the whole domain after a change of
 * domain, by aliases after a merger. Comes before the mailboxes, so that no moment exists in which mail is
 * refused. Leaving the program deletes the domain, which holds no mail: closed mailboxes are moved along.
 */
export class FormerDomain extends pulumi.CustomResource implements OutputsOf<schema.FormerDomainOutputs> {
  declare readonly name: pulumi.Output<string>;
  declare readonly target: pulumi.Output<string>;
  declare readonly forwards: pulumi.Output<boolean>;
  declare readonly giver: pulumi.Output<string | null>;

  constructor(name: string, args: FormerDomainArgs, opts?: pulumi.CustomResourceOptions) {
    super("cdg:zimbra:FormerDomain", name, { ...formerDomainNames, ...args }, opts);
  }
}

const formerDomainNames: Names<schema.FormerDomainOutputs> = {
  name: undefined,
  target: undefined,
  forwards: undefined,
  giver: undefined,
};

/**
 * A mailbox of Zimbra with its aliases. Leaving the program closes it (no login, mail kept); coming back
 * reopens the same one. `password` is the first one, to be changed at the first login; `null` for a mailbox
 * that was reopened or imported.
 */
export class Mailbox extends pulumi.CustomResource implements OutputsOf<schema.MailboxOutputs> {
  declare readonly address: pulumi.Output<string>;
  declare readonly displayName: pulumi.Output<string>;
  declare readonly quotaBytes: pulumi.Output<number | null>;
  declare readonly aliases: pulumi.Output<string[]>;
  declare readonly status: pulumi.Output<"active" | "locked">;
  declare readonly forwardTo: pulumi.Output<string[] | undefined>;
  declare readonly autoReply: pulumi.Output<schema.MailboxOutputs["autoReply"]>;
  declare readonly deletion: pulumi.Output<"close" | "purge">;
  declare readonly takeOver: pulumi.Output<schema.MailboxOutputs["takeOver"]>;
  declare readonly zimbraId: pulumi.Output<string>;
  /** A secret. */
  declare readonly password: pulumi.Output<string | null>;
  /** A secret. */
  declare readonly personalAnswer: pulumi.Output<Record<string, string> | undefined>;

  constructor(name: string, args: MailboxArgs, opts?: pulumi.CustomResourceOptions) {
    const secret = { additionalSecretOutputs: ["password", "personalAnswer"] };
    super("cdg:zimbra:Mailbox", name, { ...mailboxNames, ...args }, pulumi.mergeOptions(opts, secret));
  }
}

const mailboxNames: Names<schema.MailboxOutputs> = {
  address: undefined,
  displayName: undefined,
  quotaBytes: undefined,
  aliases: undefined,
  status: undefined,
  forwardTo: undefined,
  autoReply: undefined,
  deletion: undefined,
  takeOver: undefined,
  zimbraId: undefined,
  password: undefined,
  personalAnswer: undefined,
};

/**
 * A distribution list of Zimbra with its members. Leaving the program frees its address: the list is renamed
 * `<name>.ferme-<date>` and receives nothing; coming back brings the same one back.
 */
export class DistributionList extends pulumi.CustomResource implements OutputsOf<schema.ListOutputs> {
  declare readonly address: pulumi.Output<string>;
  declare readonly displayName: pulumi.Output<string>;
  declare readonly members: pulumi.Output<string[]>;
  declare readonly deletion: pulumi.Output<"close" | "purge">;
  declare readonly aliases: pulumi.Output<string[] | undefined>;
  declare readonly takeOver: pulumi.Output<schema.ListOutputs["takeOver"]>;
  declare readonly zimbraId: pulumi.Output<string>;

  constructor(name: string, args: DistributionListArgs, opts?: pulumi.CustomResourceOptions) {
    super("cdg:zimbra:DistributionList", name, { ...listNames, ...args }, opts);
  }
}

const listNames: Names<schema.ListOutputs> = {
  address: undefined,
  displayName: undefined,
  members: undefined,
  deletion: undefined,
  aliases: undefined,
  takeOver: undefined,
  zimbraId: undefined,
};

/**
 * Measured use of a mail domain. A refresh measures again, a preview is silent about new figures; when
 * Zimbra does not answer, the last figures stay with their date.
 */
export class MailUsage extends pulumi.CustomResource implements OutputsOf<schema.UsageOutputs> {
  declare readonly domain: pulumi.Output<string>;
  declare readonly mailboxes: pulumi.Output<schema.UsageOutputs["mailboxes"]>;
  declare readonly usedBytes: pulumi.Output<number>;
  declare readonly openMailboxes: pulumi.Output<number>;
  declare readonly measuredAt: pulumi.Output<string>;

  constructor(name: string, args: MailUsageArgs, opts?: pulumi.CustomResourceOptions) {
    super("cdg:zimbra:MailUsage", name, { ...usageNames, ...args }, opts);
  }
}

const usageNames: Names<schema.UsageOutputs> = {
  domain: undefined,
  mailboxes: undefined,
  usedBytes: undefined,
  openMailboxes: undefined,
  measuredAt: undefined,
};
