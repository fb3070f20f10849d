/** What the simulator keeps. Ids are 24 hex digits, as the vendor's. */

export interface Company {
  readonly kind: "company";
  readonly id: string;
  /** `null` for the company that owns the API key. */
  readonly parentId: string | null;
  /** 0 partner, 1 customer. */
  readonly type: 0 | 1;
  readonly name: string;
  readonly address: string;
  readonly phone: string;
  readonly country: string;
  readonly state: string;
  readonly industry: number;
  readonly canBeManagedByAbove: boolean;
  readonly enforce2FA: boolean;
  readonly skip2FAPeriod: number;
  readonly contactPerson: Readonly<Record<string, string>>;
  readonly customFields: readonly unknown[];
  readonly isSuspended: boolean;
  readonly createdAt: string;
  /** Its group "Computers and Groups". */
  readonly groupId: string;
  readonly licence: Licence;
}

export interface Licence {
  /** 1 trial, 2 licence key, 3 monthly subscription, 4 to 6 trials and FRAT. */
  readonly type: number;
  readonly licenseKey: string;
  /** Seats set aside for it; `null` = it draws on its parent's. The key's owner: all that were bought. */
  readonly reservedSlots: number | null;
  readonly endSubscription: string;
  readonly autoRenewPeriod: number;
  readonly minimumUsage: number;
  readonly assignedProductType: number;
  /** `manage…` add-ons. */
  readonly flags: Readonly<Record<string, boolean>>;
}

export interface Package {
  readonly kind: "package";
  readonly id: string;
  readonly companyId: string;
  readonly name: string;
  readonly description: string;
  readonly language: string;
  /** Part of its installation links. */
  readonly token: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Account {
  readonly kind: "account";
  readonly id: string;
  readonly companyId: string;
  readonly email: string;
  readonly profile: { readonly fullName: string; readonly language: string; readonly timezone: string };
  readonly role: number;
  readonly rights: Readonly<Record<string, boolean>>;
  readonly targetIds: readonly string[];
  /** scrypt, `salt:hash` in hex; empty when none was given (the vendor sends a link by mail). */
  readonly passwordHash: string;
}

export interface Endpoint {
  readonly kind: "endpoint";
  readonly id: string;
  readonly companyId: string;
  readonly groupId: string;
  readonly name: string;
  readonly operatingSystem: string;
  readonly ip: string;
  readonly mac: string;
  readonly enrolledAt: string;
  readonly policyId: string;
}

export interface Group {
  readonly kind: "group";
  readonly id: string;
  readonly companyId: string;
  readonly parentId: string;
  readonly name: string;
}

export interface CustomField {
  readonly kind: "customField";
  readonly id: string;
  readonly name: string;
}

/** Settings of push events, one record. */
export interface Push {
  readonly kind: "push";
  readonly id: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export type AnyRecord = Company | Package | Account | Endpoint | Group | CustomField | Push;
export type Kind = AnyRecord["kind"];
export type RecordOf<K extends Kind> = Extract<AnyRecord, { readonly kind: K }>;
