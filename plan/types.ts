/**
 * What a tenant gets, resolved: the one value that components loop over.
 *
 * Plain data, sorted, without today's date, and equal for equal YAML and catalogue. Logical names are a
 * contract with the state of every deployed stack: they come from natural keys, never from positions.
 */
import type { MailPlan } from "./mail-types.ts";

export type * from "./mail-types.ts";

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
  /** Snapshots older than this, counted back from the last one, go when the CDG applies the retention. */
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
