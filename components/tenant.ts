import * as pulumi from "@pulumi/pulumi";
import type { TenantPlan } from "../plan/types.ts";
import { AntivirusLicences } from "./antivirus-licences.ts";
import { Mail } from "./mail.ts";
import { componentTokens } from "./tokens.ts";

export interface TenantArgs {
  /** What the collectivité gets, resolved. */
  readonly plan: TenantPlan;
  /**
   * True for a run that takes over what is in the real systems already.
   * @default false
   */
  readonly imported?: boolean;
  /**
   * Passwords of old mailboxes by their addresses, as far as they are known.
   * @default none
   */
  readonly oldPasswords?: ReadonlyMap<string, pulumi.Input<string>>;
}

/**
 * One collectivité: the services of its convention, and the only place that fans out into them.
 *
 * Creates a {@link Mail} where the plan holds mailboxes, {@link AntivirusLicences} where it holds seats. Deletes no data: see the services.
 *
 * ```ts
 * new Tenant("nerac", { plan }, { providers: [cdg] });
 * ```
 */
export class Tenant extends pulumi.ComponentResource {
  /** `null` when the convention brings no mailbox. */
  readonly mail: Mail | null;
  /** `null` when the file asks for no licence, or the CDG reaches no vendor. */
  readonly antivirus: AntivirusLicences | null;

  constructor(name: string, args: TenantArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentTokens.tenant, name, {}, opts);
    const { plan, imported = false, oldPasswords = new Map() } = args;

    const mail = plan.mail === null ? null : { plan: plan.mail, imported, oldPasswords };
    this.mail = mail === null ? null : new Mail("mail", mail, { parent: this });

    this.antivirus =
      plan.antivirus === undefined
        ? null
        : new AntivirusLicences("antivirus", { plan: plan.antivirus }, { parent: this });

    this.registerOutputs({ slug: plan.slug, state: plan.state });
  }
}
