/**
 * What a tenant gets, resolved: the one value that components loop over.
 *
 * Plain data, sorted, without today's date, and equal for equal YAML and catalogue. Logical names are a
 * contract with the state of every deployed stack: they come from natural keys, never from positions.
 */

/**
 * Life of a tenant (design: `reprise → active ⇄ suspendue → denoncee → close`); `fusionnee`: another tenant
 * takes its mail over, and its own stack lets go of it.
 */
export type TenantState = "reprise" | "active" | "suspendue" | "denoncee" | "close" | "fusionnee";

export interface TenantPlan {
  /** The file's name without `.yaml`: also the stack's name. At most 40 characters, never recomputed. */
  readonly slug: string;
  readonly identity: TenantIdentity;
  /** Key `aucun` in a `reprise` whose file names no forfait yet. */
  readonly forfait: { readonly key: string; readonly label: string };
  readonly state: TenantState;
  /** Only in state `fusionnee`: slug of the tenant that takes this one's mail over. */
  readonly mergedInto?: string;
  /** `null` when the file has no `messagerie`, and in state `fusionnee`. */
  readonly mail: MailPlan | null;
  /** Only where licences are asked for and the CDG reaches the vendor. */
  readonly antivirus?: AntivirusPlan;
  /** Absent without mail, where the CDG has no relay hosts, and once the tenant is closed. */
  readonly antiSpam?: AntiSpamPlan;
  /** Absent when the file asks for neither share nor transfer, or the CDG has no SFTPGo. */
  readonly files?: FilesPlan;
  /** Absent when the file asks for no backup, or the CDG has no Swarm for it. */
  readonly backup?: BackupPlan;
  /** What the convention gives per year and service, automated or tracked, sorted by service key. */
  readonly entitlements: readonly Entitlement[];
  /** What a person must do or remember; no date of today, due dates as ISO days. Sorted by key. */
  readonly obligations: readonly Obligation[];
  readonly costs: CostPlan;
  /** `sha256:` and 64 hex digits over everything above; equal plans have equal hashes. */
  readonly planHash: string;
}

export interface AntivirusPlan {
  readonly company: {
    readonly siren: string;
    readonly name: string;
    /** Workstations and servers together: the vendor's seats know no difference. */
    readonly reservedSeats: number;
    readonly status: "active" | "suspended";
  };
  readonly packageName: string;
  /** Who administers it in the vendor's console; `null` where the file names no contact. */
  readonly administrator: { readonly email: string; readonly fullName: string } | null;
  /** What `usage` is measured against. */
  readonly limits: { readonly workstations: number; readonly servers: number };
}

/** How the mail of a tenant is filtered before it reaches the mail servers (article 6c). */
export interface AntiSpamPlan {
  readonly document: AntiSpamDocument;
  /** The document as canonical JSON: what `bastide-relay apply` reads on each relay. */
  readonly text: string;
  /** First 16 hex digits of the text's SHA-256, as `bastide-relay` says them. */
  readonly digest: string;
  /** Every host that gets the document, the preferred one first. */
  readonly relays: readonly RelayPlan[];
}

/** What a relay knows of a tenant. Every list is sorted and holds each entry once. */
export interface AntiSpamDocument {
  readonly version: 1;
  /** Its slug. */
  readonly tenant: string;
  readonly domains: readonly string[];
  /** Where accepted mail goes. */
  readonly nextHop: { readonly host: string; readonly port: number };
  /** Every address that exists: mailboxes, aliases, former addresses, lists. Others are refused. */
  readonly recipients: readonly string[];
  /** rspamd's scores; `greylistScore` `null` = nobody is asked to come back. */
  readonly policy: {
    readonly rejectScore: number;
    readonly markScore: number;
    readonly greylistScore: number | null;
  };
  /** Senders whose mail is not filtered, as `address@domain` or `@domain`. */
  readonly allow: readonly string[];
  /** Senders whose mail is refused, written the same way. */
  readonly deny: readonly string[];
}

export interface RelayPlan {
  /** `mx1`: also the logical name of its resource. */
  readonly name: string;
  /** Where it is reached over SSH. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Type and key, without a comment. */
  readonly hostKey: string;
}

export interface TenantIdentity {
  readonly name: string;
  /** 9 digits; `null` only in `reprise`. */
  readonly siren: string | null;
  readonly siret: string | null;
  readonly insee: string | null;
  /** `commune`, `epci`, `syndicat`, `ccas`… as written in the file. */
  readonly type: string;
  readonly population: number | null;
}

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

/** What the collectivité has on SFTPGo. */
export interface FilesPlan {
  readonly share?: SharePlan;
  readonly transfer?: TransferPlan;
  /** Sorted by login; one a person, whichever of the two services it uses. */
  readonly users: readonly FileUserPlan[];
}

export interface SharePlan {
  /** Of folder and group: `<slug>.partage`. A slug holds no dot, so that no two tenants' names are equal. */
  readonly name: string;
  readonly mountedAt: string;
  /** Bytes for the whole collectivité; `null` = unlimited. */
  readonly quotaBytes: number | null;
}

export interface TransferPlan extends SharePlan {
  readonly maxFileBytes: number | null;
  /** Days after which links end, by default and at most. */
  readonly linkDays: number;
  /** Days after which what was sent is deleted. */
  readonly retentionDays: number;
  /** Bits of entropy that a password must have. */
  readonly passwordStrength: number;
}

export interface FileUserPlan {
  /** The local part of the person's mailbox. */
  readonly logicalName: string;
  /** `<slug>.<local part>`. */
  readonly login: string;
  readonly email: string;
  readonly displayName: string;
  readonly shares: boolean;
  readonly transfers: boolean;
  readonly status: "active" | "locked";
}

/** The backup target of a collectivité (article 4c). */
export interface BackupPlan {
  /** Who logs in, and the name of the repository: the slug. */
  readonly user: string;
  readonly serviceName: string;
  readonly volumeName: string;
  /** Label `stockage` of the one node that holds the data. Never moves by itself. */
  readonly node: string;
  /** Bytes; `null` = unlimited. */
  readonly quotaBytes: number | null;
  /** Another number is another password. */
  readonly accessNumber: number;
  /** True where the CDG has a key of its own: without it dates and retention are unknown. */
  readonly maintenance: boolean;
  /** What the collectivité says it backs up; sorted. */
  readonly sources: readonly string[];
  readonly retentionDays: number;
}

export interface Entitlement {
  /** A key of `catalogue/services.yaml`. */
  readonly service: string;
  readonly label: string;
  /** Article of the convention, e.g. `"6b"`. */
  readonly article: string;
  readonly mode: "automated" | "tracked";
  /** Forfait plus complements; `null` = without a count. */
  readonly quantity: number | null;
  readonly unit: string;
  /** Once every so many years; 1 = each year. */
  readonly everyYears: number;
  /** How much of `quantity` complements brought (article 19). */
  readonly fromComplements: number;
}

export interface Obligation {
  readonly key: string;
  readonly label: string;
  readonly article: string | null;
  /** ISO day, or `null` where no date is known. */
  readonly due: string | null;
}

export interface CostPlan {
  /** Euro cents a year, without tax. */
  readonly totalCentsPerYear: number;
  readonly lines: readonly {
    readonly label: string;
    readonly quantity: number;
    readonly centsPerYear: number;
    /** First and last ISO day that is billed; `null` = as long as the convention. */
    readonly from: string | null;
    readonly until: string | null;
  }[];
}
