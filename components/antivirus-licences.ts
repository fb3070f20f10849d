import * as pulumi from "@pulumi/pulumi";
import type { AntivirusPlan } from "../plan/types.ts";
import { Account, Company, Package, Usage } from "../providers/cdg/sdk/gravityzone.ts";
import { componentTokens } from "./tokens.ts";

export interface AntivirusLicencesArgs {
  /** Plain values of the plan. */
  readonly plan: AntivirusPlan;
}

/** The vendor may tell everybody to wait for a minute, several times. */
const PATIENT = { customTimeouts: { create: "15m", update: "15m", delete: "15m" } };

/**
 * The antivirus licences of one collectivité (article 4d): its company at the vendor with its reserved seats, the
 * package that its machines are enrolled by, an administrator's account for its contact, and one resource that
 * measures what is used.
 *
 * Nothing here removes a machine: a company that leaves the plan is suspended and gives its seats back, and comes
 * back as the same one.
 *
 * ```ts
 * new AntivirusLicences("antivirus", { plan: plan.antivirus }, { parent: tenant });
 * ```
 */
export class AntivirusLicences extends pulumi.ComponentResource {
  readonly company: Company;
  readonly installation: Package;
  /** `null` where the collectivité's file names no contact. */
  readonly administrator: Account | null;
  readonly usage: Usage;
  /** What the file asks for. */
  readonly limits: AntivirusPlan["limits"];

  constructor(name: string, args: AntivirusLicencesArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentTokens.antivirus, name, {}, opts);
    const { company, packageName, administrator, limits } = args.plan;
    const options = { parent: this, ...PATIENT };

    this.limits = limits;
    this.company = new Company("company", company, options);
    const { companyId } = this.company;
    this.installation = new Package("package", { companyId, name: packageName }, options);
    this.administrator =
      administrator === null ? null : new Account("administrator", { companyId, ...administrator }, options);
    this.usage = new Usage("usage", { companyId }, options);

    this.registerOutputs({ usedSeats: this.usage.usedSeats, reservedSeats: this.usage.reservedSeats });
  }
}
