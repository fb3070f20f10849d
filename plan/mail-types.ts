/** What a tenant gets from Zimbra, resolved: the part of the plan that the component `Mail` loops over. */
export interface MailPlan {
  readonly domain: DomainPlan;
  /** Only where the file keeps any: domains whose mail still arrives. Sorted by name. */
  readonly formerDomains?: readonly FormerDomainPlan[];
  readonly mailboxes: readonly MailboxPlan[];
  readonly lists: readonly ListPlan[];
  /** What the collectivité may use: the limits that `usage` is measured against. */
  readonly limits: { readonly mailboxes: number; readonly totalBytes: number | null };
}

export interface DomainPlan {
  /** Logical name of the resource. */
  readonly logicalName: string;
  /** Lower-case A-label form without trailing dot: what every system is given. */
  readonly name: string;
  /** Unicode form, for display only. */
  readonly displayName: string;
  /** `cdg`: a name below the CDG's own domain (article 6a); `owned`: the collectivité's. */
  readonly origin: "cdg" | "owned";
  /** Mailboxes entitled to (forfait + complements). */
  readonly maxMailboxes: number;
  /** Total for the collectivité; `null` = unlimited. */
  readonly aggregateQuotaBytes: number | null;
  /** What the CDG chose to happen at the total; what is absent stays as the server has it. */
  readonly aggregate?: AggregatePlan;
  /** False in `reprise`: the domain's limits stay as they are found, the two above are not applied. */
  readonly limitsManaged: boolean;
  readonly status: "active" | "locked";
  /** Absent while no key was made on the server. */
  readonly dkim?: DkimPlan;
}

export interface DkimPlan {
  /** Lower-case, before `._domainkey`. */
  readonly selector: string;
  /** Public RSA key in base64. */
  readonly key: string;
}

export interface AggregatePlan {
  readonly exceeded?: "allow" | "block-send" | "block-send-receive";
  /** Share of the total from which the server warns. */
  readonly warnPercent?: number;
  readonly warnRecipient?: string;
}

export interface FormerDomainPlan {
  /** Logical name of the resource: the name itself. */
  readonly logicalName: string;
  readonly name: string;
  /** Unicode form, for display only. */
  readonly displayName: string;
  readonly origin: "cdg" | "owned";
  /**
   * The tenant that a merger takes it over from: its addresses are aliases, one by one. `null`: the tenant's
   * own former domain, each address of which stands for the same one in the domain of today.
   */
  readonly giver: string | null;
}

/** What another tenant gives up in a merger. */
export interface TakeOver {
  /** Full address there. */
  readonly address: string;
  /** Slug of the giver. */
  readonly tenant: string;
}

export interface MailboxPlan {
  /** The local part: `<local part>` of the address. */
  readonly logicalName: string;
  /** Former logical names (`avant:`): the resource is the same one, renamed. */
  readonly formerLogicalNames: readonly string[];
  /** Full lower-case address. */
  readonly address: string;
  /** Full former address, kept as an alias, or `null`. */
  readonly formerAddress: string | null;
  /** Empty only in `reprise`, for a mailbox that was found without a name. */
  readonly displayName: string;
  /** Bytes; `null` = unlimited. Never 0. */
  readonly quotaBytes: number | null;
  /** Full addresses, sorted; contains `formerAddress` when there is one. */
  readonly aliases: readonly string[];
  readonly status: "active" | "locked";
  /**
   * Only in `reprise`: what a mailbox that is there already keeps, whatever stands above. Its status, and its
   * quota where the file says none.
   */
  readonly asFound?: readonly ("status" | "quotaBytes")[];
  /** Only where the file says `ancienne`: the mailbox elsewhere whose mail is collected into this one. */
  readonly oldMailbox?: OldMailboxPlan;
  /** Only where its person left (`depart`): it is locked then, whatever the tenant's state. */
  readonly departure?: DeparturePlan;
  /** Only in a merger: the mailbox of another tenant that this one is from now on. */
  readonly takeOver?: TakeOver;
}

/** A mailbox at a former provider, and how it is reached over IMAP. Its password is in no plan. */
export interface OldMailboxPlan {
  /** Full lower-case address there. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte, or after `STARTTLS`; never in clear. */
  readonly security: "tls" | "starttls";
  readonly username: string;
  /** PEM file of the authority that signed the server's certificate, where it is no public one. */
  readonly caFile?: string;
}

export interface DeparturePlan {
  /** ISO day after which the mailbox is to be closed. */
  readonly lastDay: string;
  /** Full address that gets a copy of all mail. */
  readonly forwardTo: string | null;
  /** Automatic answer; `until` is an ISO instant, the last second of `lastDay` in Paris. */
  readonly reply: { readonly text: string; readonly until: string } | null;
}

export interface ListPlan {
  /** `<local part>`, in the lists' own namespace (resources differ by type). */
  readonly logicalName: string;
  readonly address: string;
  readonly displayName: string;
  /** Full addresses, lower-case, sorted, unique; external members allowed. */
  readonly members: readonly string[];
  /** True for postmaster and abuse, which every domain has. */
  readonly technical: boolean;
  /** Only in a merger: the list of another tenant that this one is, whose address it keeps as an alias. */
  readonly takeOver?: TakeOver;
}
