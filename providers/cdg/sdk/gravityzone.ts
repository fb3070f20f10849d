import * as pulumi from "@pulumi/pulumi";
import type * as schema from "../gravityzone/schema.ts";
import type { ArgsOf, Names, OutputsOf } from "./properties.ts";

export type CompanyArgs = ArgsOf<schema.CompanyArgs>;
export type PackageArgs = ArgsOf<schema.PackageArgs>;
export type AccountArgs = ArgsOf<schema.AccountArgs>;
export type UsageArgs = ArgsOf<schema.UsageArgs>;

/**
 * A customer company of GravityZone with its reserved seats. Leaving the program suspends it and gives its seats
 * back; coming back activates the same one.
 */
export class Company extends pulumi.CustomResource implements OutputsOf<schema.CompanyOutputs> {
  declare readonly siren: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  declare readonly reservedSeats: pulumi.Output<number | null>;
  declare readonly status: pulumi.Output<"active" | "suspended">;
  declare readonly endsOn: pulumi.Output<string | null>;
  declare readonly deletion: pulumi.Output<"close" | "purge">;
  declare readonly companyId: pulumi.Output<string>;

  constructor(name: string, args: CompanyArgs, opts?: pulumi.CustomResourceOptions) {
    super("cdg:gravityzone:Company", name, { ...companyNames, ...args }, opts);
  }
}

const companyNames: Names<schema.CompanyOutputs> = {
  siren: undefined,
  name: undefined,
  reservedSeats: undefined,
  status: undefined,
  endsOn: undefined,
  deletion: undefined,
  companyId: undefined,
};

/** An installation package of a company. Its links enrol a machine each time that one is run. */
export class Package extends pulumi.CustomResource implements OutputsOf<schema.PackageOutputs> {
  declare readonly companyId: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  declare readonly language: pulumi.Output<string>;
  declare readonly packageId: pulumi.Output<string>;
  declare readonly windowsUrl: pulumi.Output<string>;
  declare readonly macUrl: pulumi.Output<string>;
  declare readonly linuxUrl: pulumi.Output<string>;

  constructor(name: string, args: PackageArgs, opts?: pulumi.CustomResourceOptions) {
    super("cdg:gravityzone:Package", name, { ...packageNames, ...args }, opts);
  }
}

const packageNames: Names<schema.PackageOutputs> = {
  companyId: undefined,
  name: undefined,
  language: undefined,
  packageId: undefined,
  windowsUrl: undefined,
  macUrl: undefined,
  linuxUrl: undefined,
};

/**
 * A company administrator's account. `password` is the first one; `null` for an account that was there already.
 */
export class Account extends pulumi.CustomResource implements OutputsOf<schema.AccountOutputs> {
  declare readonly companyId: pulumi.Output<string>;
  declare readonly email: pulumi.Output<string>;
  declare readonly fullName: pulumi.Output<string>;
  declare readonly language: pulumi.Output<string>;
  declare readonly timezone: pulumi.Output<string>;
  declare readonly accountId: pulumi.Output<string>;
  /** A secret. */
  declare readonly password: pulumi.Output<string | null>;

  constructor(name: string, args: AccountArgs, opts?: pulumi.CustomResourceOptions) {
    const secret = { additionalSecretOutputs: ["password"] };
    super("cdg:gravityzone:Account", name, { ...accountNames, ...args }, pulumi.mergeOptions(opts, secret));
  }
}

const accountNames: Names<schema.AccountOutputs> = {
  companyId: undefined,
  email: undefined,
  fullName: undefined,
  language: undefined,
  timezone: undefined,
  accountId: undefined,
  password: undefined,
};

/**
 * Measured use of a company. A refresh measures again, a preview is silent about new figures; when GravityZone does
 * not answer, the last figures stay with their date.
 */
export class Usage extends pulumi.CustomResource implements OutputsOf<schema.UsageOutputs> {
  declare readonly companyId: pulumi.Output<string>;
  declare readonly workstations: pulumi.Output<number>;
  declare readonly servers: pulumi.Output<number>;
  declare readonly usedSeats: pulumi.Output<number>;
  declare readonly reservedSeats: pulumi.Output<number | null>;
  declare readonly suspended: pulumi.Output<boolean>;
  declare readonly measuredAt: pulumi.Output<string>;

  constructor(name: string, args: UsageArgs, opts?: pulumi.CustomResourceOptions) {
    super("cdg:gravityzone:Usage", name, { ...usageNames, ...args }, opts);
  }
}

const usageNames: Names<schema.UsageOutputs> = {
  companyId: undefined,
  workstations: undefined,
  servers: undefined,
  usedSeats: undefined,
  reservedSeats: undefined,
  suspended: undefined,
  measuredAt: undefined,
};
