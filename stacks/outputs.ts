/**
 * The contract of a tenant stack's outputs: everything after the deployment (reports, dashboard, bills,
 * other programs) reads this and nothing else. Names are a supported interface: never renamed, only added.
 */

/** One licence or quota: how much is used of how much. */
export interface UsageFigure {
  /** `null` = unknown (never measured, or the system did not say). */
  readonly used: number | null;
  /** `null` = unlimited. */
  readonly limit: number | null;
  readonly unit: "bytes" | "mailboxes" | "workstations" | "servers" | "seats";
  /** ISO instant of the measurement, `null` when never measured. */
  readonly measuredAt: string | null;
  /** ISO instant of the last snapshot seen; `null` = none, or unknown. Backup only. */
  readonly lastSnapshotAt?: string | null;
}

export interface TenantOutputs {
  readonly slug: string;
  readonly name: string;
  readonly siren: string | null;
  readonly forfait: { readonly key: string; readonly label: string };
  readonly state: string;
  /** Services that run, with the address a person uses. */
  readonly services: Readonly<
    Record<
      string,
      {
        readonly url: string | null;
        readonly addresses: readonly string[];
        /** As measured: `suspended` when the system itself has it so. Only for services that can be. */
        readonly state?: "active" | "suspended";
        /** Storage node that holds the data. Backup only. */
        readonly node?: string;
        /** ISO instant of the last snapshot seen; `null` = none, or unknown. Backup only. */
        readonly lastSnapshotAt?: string | null;
        /** Links by platform: whoever runs one enrols a machine. Antivirus only. */
        readonly installers?: Readonly<Record<"windows" | "mac" | "linux", string>>;
      }
    >
  >;
  /** By service, then by figure: `usage.mail.mailboxes`, `usage.mail.storage`, `usage.share.storage`. */
  readonly usage: Readonly<Record<string, Readonly<Record<string, UsageFigure>>>>;
  /** Measured bytes of each mailbox by address, with what the last measurement saw. */
  readonly mailboxes: Readonly<
    Record<string, { readonly usedBytes: number | null; readonly quotaBytes: number | null }>
  >;
  /** First passwords by address, of share and transfer by login: a secret. `bastide password SLUG ADDRESS` shows one. */
  readonly passwords: Readonly<Record<string, string | null>>;
  /** Records the collectivité must publish. */
  readonly dns: readonly {
    readonly name: string;
    readonly type: string;
    readonly value: string;
    readonly why: string;
  }[];
  readonly obligations: readonly {
    readonly key: string;
    readonly label: string;
    readonly article: string | null;
    readonly due: string | null;
  }[];
  readonly costs: {
    readonly totalCentsPerYear: number;
    readonly lines: readonly {
      readonly label: string;
      readonly quantity: number;
      readonly centsPerYear: number;
      /** First and last ISO day that is billed; `null` = as long as the convention. */
      readonly from: string | null;
      readonly until: string | null;
    }[];
  };
  readonly planHash: string;
}
