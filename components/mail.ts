import * as pulumi from "@pulumi/pulumi";
import type {
  AggregatePlan,
  DomainPlan,
  FormerDomainPlan,
  ListPlan,
  MailboxPlan,
  MailPlan,
} from "../plan/types.ts";
import { OldMailbox } from "../providers/cdg/sdk/old-mailbox.ts";
import {
  DistributionList,
  Domain,
  FormerDomain,
  Mailbox,
  type MailboxArgs,
  MailUsage,
} from "../providers/cdg/sdk/zimbra.ts";
import { componentTokens } from "./tokens.ts";

export interface MailArgs {
  /** What the collectivité gets: names, counts and branches are plain values of the plan. */
  readonly plan: MailPlan;
  /**
   * True for a run that takes over what is in Zimbra already: it is imported instead of made.
   * @default false
   */
  readonly imported?: boolean;
  /**
   * Passwords of old mailboxes by their addresses: those that are there are collected, the others wait.
   * @default none
   */
  readonly oldPasswords?: ReadonlyMap<string, pulumi.Input<string>>;
}

/**
 * The messaging of one collectivité (articles 6a and 6b): its domain, mailboxes, distribution lists, one
 * resource that measures what is used, and the collection of old mailboxes.
 *
 * Nothing here deletes mail: a mailbox or list that leaves the plan is closed by its provider and opened
 * again when it comes back. A change of address is a rename of the same mailbox.
 *
 * ```ts
 * new Mail("mail", { plan: plan.mail }, { parent: tenant });
 * ```
 */
export class Mail extends pulumi.ComponentResource {
  readonly domain: Domain;
  /** By name. */
  readonly formerDomains: ReadonlyMap<string, FormerDomain>;
  /** By address. */
  readonly mailboxes: ReadonlyMap<string, Mailbox>;
  /** By address. */
  readonly lists: ReadonlyMap<string, DistributionList>;
  readonly usage: MailUsage;
  /** Collections by the address of the old mailbox. */
  readonly oldMailboxes: ReadonlyMap<string, OldMailbox>;

  constructor(name: string, args: MailArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentTokens.mail, name, {}, opts);
    const { plan, imported = false, oldPasswords = new Map() } = args;
    const importing = (id: string) => (imported ? { import: id } : {});

    this.domain = createDomain(plan, this, importing);
    this.formerDomains = createFormerDomains(plan, this.domain, this);
    const domains = [this.domain, ...this.formerDomains.values()];
    this.mailboxes = createMailboxes(plan.mailboxes, domains, this, importing);
    const context = { domains, mailboxes: this.mailboxes, plan, importing };
    this.lists = createLists(plan.lists, context, this);
    this.usage = createUsage(
      plan.domain,
      [...domains, ...this.mailboxes.values(), ...this.lists.values()],
      this,
    );
    this.oldMailboxes = createOldMailboxes(plan.mailboxes, oldPasswords, this);

    this.registerOutputs({
      domain: this.domain.name,
      openMailboxes: this.usage.openMailboxes,
      usedBytes: this.usage.usedBytes,
    });
  }
}

/** Options of a resource that is there already, by its id. */
type Importing = (id: string) => { readonly import?: string };

function createDomain(
  { domain: plan, formerDomains = [] }: MailPlan,
  parent: Mail,
  importing: Importing,
): Domain {
  const { name, displayName, aggregateQuotaBytes, aggregate = {}, status, limitsManaged } = plan;
  const description = displayName === name ? {} : { description: displayName };
  const own = formerDomains.filter(({ giver }) => giver === null).map((former) => former.name);
  const formerNames = own.length === 0 ? {} : { formerNames: own };
  const maxMailboxes = limitsManaged ? plan.maxMailboxes : null;
  // A tenant that was taken over and not put in order yet keeps the limits it was found with.
  const ignoreChanges = limitsManaged ? [] : ["aggregateQuotaBytes", "description", "status"];
  return new Domain(
    plan.logicalName,
    {
      name,
      ...formerNames,
      ...description,
      maxMailboxes,
      aggregateQuotaBytes,
      ...aggregateArgs(aggregate),
      status,
    },
    { parent, ignoreChanges, ...importing(name) },
  );
}

/** Zimbra's words for what the CDG chose. */
const policies = {
  allow: "ALLOWSENDRECEIVE",
  "block-send": "BLOCKSEND",
  "block-send-receive": "BLOCKSENDRECEIVE",
} as const satisfies Record<NonNullable<AggregatePlan["exceeded"]>, string>;

function aggregateArgs({ exceeded, warnPercent, warnRecipient }: AggregatePlan) {
  return {
    ...(exceeded === undefined ? {} : { aggregateQuotaPolicy: policies[exceeded] }),
    ...(warnPercent === undefined ? {} : { aggregateWarnPercent: warnPercent }),
    ...(warnRecipient === undefined ? {} : { aggregateWarnRecipient: warnRecipient }),
  };
}

/** Before the mailboxes: mail to an address that moves is sent on from the first moment. */
function createFormerDomains(
  { domain: { name: target }, formerDomains = [] }: MailPlan,
  domain: Domain,
  parent: Mail,
): ReadonlyMap<string, FormerDomain> {
  const entries = formerDomains.map(({ logicalName, name, giver }: FormerDomainPlan) => {
    const args = { name, target, forwards: giver === null, giver };
    return [name, new FormerDomain(logicalName, args, { parent, dependsOn: [domain] })] as const;
  });
  return new Map(entries);
}

function createMailboxes(
  plans: readonly MailboxPlan[],
  domains: readonly pulumi.Resource[],
  parent: Mail,
  importing: Importing,
): ReadonlyMap<string, Mailbox> {
  const entries = plans.map((plan) => {
    const { address, displayName, quotaBytes, aliases, status, asFound = [], takeOver } = plan;
    const former = plan.formerLogicalNames.map((formerName) => ({ name: formerName }));
    const mailbox = new Mailbox(
      plan.logicalName,
      {
        ...{ address, displayName, quotaBytes, aliases: [...aliases], status, ...leaverOf(plan) },
        ...(takeOver && { takeOver }),
      },
      {
        parent,
        dependsOn: [...domains],
        aliases: former,
        ignoreChanges: [...asFound],
        ...importing(address),
      },
    );
    return [address, mailbox] as const;
  });
  return new Map(entries);
}

/** Nothing for a mailbox whose person is there. */
function leaverOf({ departure }: MailboxPlan): Pick<MailboxArgs, "forwardTo" | "autoReply"> {
  const { forwardTo = null, reply = null } = departure ?? {};
  return {
    ...(forwardTo === null ? {} : { forwardTo: [forwardTo] }),
    ...(reply === null ? {} : { autoReply: reply }),
  };
}

interface ListContext {
  readonly domains: readonly pulumi.Resource[];
  readonly mailboxes: ReadonlyMap<string, Mailbox>;
  readonly plan: MailPlan;
  readonly importing: Importing;
}

/** A list waits for those of its members that are mailboxes of this collectivité, and for no other. */
function createLists(
  plans: readonly ListPlan[],
  { domains, mailboxes, plan, importing }: ListContext,
  parent: Mail,
): ReadonlyMap<string, DistributionList> {
  const ownerOf = new Map(
    plan.mailboxes.flatMap(({ address, aliases }) => [address, ...aliases].map((name) => [name, address])),
  );
  const entries = plans.map(({ logicalName, address, displayName, members, takeOver }) => {
    const own = members.flatMap((member) => mailboxes.get(ownerOf.get(member) ?? "") ?? []);
    const taken = takeOver === undefined ? {} : { takeOver, aliases: [takeOver.address] };
    const list = new DistributionList(
      logicalName,
      { address, displayName, members: [...members], ...taken },
      { parent, dependsOn: [...domains, ...new Set(own)], ...importing(address) },
    );
    return [address, list] as const;
  });
  return new Map(entries);
}

/** Comes last, so that its first measurement sees everything. */
function createUsage(plan: DomainPlan, dependsOn: pulumi.Resource[], parent: Mail): MailUsage {
  return new MailUsage("usage", { domain: plan.name }, { parent, dependsOn });
}

/**
 * After everything else, and nothing waits for them: a provider that is down, or a mailbox that does not fit,
 * keeps nobody from their mail.
 */
function createOldMailboxes(
  plans: readonly MailboxPlan[],
  passwords: ReadonlyMap<string, pulumi.Input<string>>,
  parent: Mail,
): ReadonlyMap<string, OldMailbox> {
  const entries = plans.flatMap(({ logicalName, formerLogicalNames, address, status, oldMailbox }) => {
    const account = parent.mailboxes.get(address);
    const password = oldMailbox === undefined ? undefined : passwords.get(oldMailbox.address);
    if (oldMailbox === undefined || account === undefined || password === undefined) return [];
    const { caFile = null, ...old } = oldMailbox;
    const collection = new OldMailbox(
      logicalName,
      {
        ...old,
        caFile,
        password,
        mailbox: address,
        accountId: account.zimbraId,
        enabled: status === "active",
      },
      { parent, dependsOn: [parent.usage], aliases: formerLogicalNames.map((name) => ({ name })) },
    );
    return [[old.address, collection] as const];
  });
  return new Map(entries);
}
