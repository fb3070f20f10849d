import * as pulumi from "@pulumi/pulumi";
import type { FilesPlan, TenantPlan } from "../plan/types.ts";
import { User } from "../providers/cdg/sdk/sftpgo.ts";
import { AntiSpam } from "./anti-spam.ts";
import { AntivirusLicences } from "./antivirus-licences.ts";
import { type BackupPlatform, BackupTarget } from "./backup-target.ts";
import { FileShare } from "./file-share.ts";
import { FileTransfer } from "./file-transfer.ts";
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
  /**
   * What a backup needs of the platform.
   * @default none: no backup is made
   */
  readonly backup?: BackupPlatform | null;
}

/**
 * One collectivité: the services of its convention, and the only place that fans out into them.
 *
 * Creates a {@link Mail} where the plan holds mailboxes, an {@link AntiSpam} where relays filter it,
 * {@link AntivirusLicences} where it holds seats, a
 * {@link FileShare} and a {@link FileTransfer} where it holds those, and the people of both, a {@link BackupTarget} where it holds one. Deletes no data: see
 * the services.
 *
 * ```ts
 * new Tenant("nerac", { plan }, { providers: [cdg] });
 * ```
 */
export class Tenant extends pulumi.ComponentResource {
  /** `null` when the convention brings no mailbox. */
  readonly mail: Mail | null;
  /** `null` without mail, or where the CDG has no relay hosts. */
  readonly antiSpam: AntiSpam | null;
  /** `null` when the file asks for no licence, or the CDG reaches no vendor. */
  readonly antivirus: AntivirusLicences | null;
  /** `null` when the convention brings none, or the CDG has no SFTPGo; so is the next. */
  readonly share: FileShare | null;
  readonly transfer: FileTransfer | null;
  /** `null` when the file asks for none, or the CDG has no Swarm for it. */
  readonly backup: BackupTarget | null;
  /** People of share and transfer, by login: each is declared once, whichever it uses. */
  readonly fileUsers: ReadonlyMap<string, User>;

  constructor(name: string, args: TenantArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentTokens.tenant, name, {}, opts);
    const { plan, imported = false, oldPasswords = new Map(), backup = null } = args;

    const mail = plan.mail === null ? null : { plan: plan.mail, imported, oldPasswords };
    this.mail = mail === null ? null : new Mail("mail", mail, { parent: this });
    this.antiSpam =
      plan.antiSpam === undefined
        ? null
        : new AntiSpam(
            "antispam",
            { plan: plan.antiSpam, recipients: recipientsOf(this.mail) },
            { parent: this },
          );
    const { share, transfer }: Partial<FilesPlan> = plan.files ?? {};
    this.share = share === undefined ? null : new FileShare("share", { plan: share }, { parent: this });
    this.transfer =
      transfer === undefined ? null : new FileTransfer("transfer", { plan: transfer }, { parent: this });
    this.fileUsers = createFileUsers(plan.files ?? { users: [] }, this);

    this.antivirus =
      plan.antivirus === undefined
        ? null
        : new AntivirusLicences("antivirus", { plan: plan.antivirus }, { parent: this });

    this.backup =
      plan.backup === undefined || backup === null
        ? null
        : new BackupTarget("backup", { plan: plan.backup, platform: backup }, { parent: this });

    this.registerOutputs({ slug: plan.slug, state: plan.state });
  }
}

/** A relay accepts an address once it is there; what is only measured or collected is not waited for. */
function recipientsOf(mail: Mail | null): pulumi.Resource[] {
  return mail === null ? [] : [mail.domain, ...mail.mailboxes.values(), ...mail.lists.values()];
}

/** The transfer's limits hold for everything a person sends; the share adds a folder. */
function createFileUsers(plan: FilesPlan, tenant: Tenant): ReadonlyMap<string, User> {
  const entries = plan.users.map(({ logicalName, login, shares, transfers, ...person }) => {
    const { email, displayName, status } = person;
    const groups = shares && plan.share !== undefined ? [plan.share.name] : [];
    const primaryGroup = (transfers ? plan.transfer?.name : undefined) ?? null;
    const dependsOn = [
      ...(groups.length > 0 && tenant.share !== null ? [tenant.share.group] : []),
      ...(primaryGroup !== null && tenant.transfer !== null ? [tenant.transfer.group] : []),
    ];
    const user = new User(
      logicalName,
      { name: login, email, displayName, groups, primaryGroup, links: primaryGroup !== null, status },
      { parent: tenant, dependsOn },
    );
    return [login, user] as const;
  });
  return new Map(entries);
}
