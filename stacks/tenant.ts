import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Mail } from "../components/mail.ts";
import { Tenant } from "../components/tenant.ts";
import type { Catalogue, TenantPlan } from "../plan/index.ts";
import { Provider } from "../providers/cdg/sdk/provider.ts";
import { antiSpamService } from "./anti-spam.ts";
import { antivirusService, antivirusUsageOf } from "./antivirus.ts";
import { backupPasswords, backupPlatform, backupService, backupUsageOf } from "./backup.ts";
import { dnsRecords } from "./dns.ts";
import { fileServices, fileUsageOf } from "./files.ts";
import { inputFiles, readCatalogue, readTenant } from "./inputs.ts";
import { oldPasswordsOf, openObligations } from "./old-mailboxes.ts";
import type { TenantOutputs } from "./outputs.ts";

type StackOutputs = { readonly [Key in keyof TenantOutputs]: pulumi.Input<TenantOutputs[Key]> };

/**
 * The stack of one collectivité.
 *
 * @throws RunError that lists everything wrong in its file or the catalogue, with positions.
 */
export function tenantProgram(slug: string): StackOutputs {
  const files = inputFiles();
  const catalogue = readCatalogue(files);
  const plan = readTenant(slug, catalogue, files);
  const { zimbra, gravityzone, sftpgo, restic } = catalogue.cdg.connections;
  const cdg = new Provider("cdg", {
    tenant: slug,
    ...(plan.mergedInto === undefined ? {} : { mergedInto: plan.mergedInto }),
    zimbra,
    ...(gravityzone === undefined ? {} : { gravityzone }),
    ...(sftpgo === undefined ? {} : { sftpgo }),
    ...(plan.backup === undefined || restic === undefined ? {} : { restic }),
  });
  const backup = backupPlatform(plan, catalogue.cdg, files.networkId);
  // Only where something is done over SSH: a plugin more is a process more in every run.
  const remote = plan.antiSpam === undefined ? {} : { command: new command.Provider("command") };
  const tenant = new Tenant(
    slug,
    {
      plan,
      imported: files.importedSlug === slug,
      oldPasswords: oldPasswordsOf(plan),
      backup: backup?.platform ?? null,
    },
    { providers: { cdg, ...remote, ...(backup === null ? {} : { docker: backup.docker }) } },
  );
  return outputsOf(plan, catalogue, tenant);
}

function outputsOf(plan: TenantPlan, { cdg }: Catalogue, tenant: Tenant): StackOutputs {
  const { mail, backup } = tenant;
  const { slug, identity, forfait, state, costs, planHash } = plan;
  return {
    slug,
    name: identity.name,
    siren: identity.siren,
    forfait,
    state,
    services: servicesOf(plan, cdg, tenant),
    usage: pulumi
      .all([
        mailUsageOf(plan, mail),
        antivirusUsageOf(tenant.antivirus),
        fileUsageOf(plan, tenant),
        backupUsageOf(plan, backup),
      ])
      .apply(([ofMail, ofAntivirus, ofFiles, ofBackup]) => ({
        ...ofMail,
        ...ofAntivirus,
        ...ofFiles,
        ...ofBackup,
      })),
    mailboxes: mail?.usage.mailboxes ?? {},
    passwords: passwordsOf(tenant),
    dns: dnsRecords(plan, cdg),
    obligations: openObligations(plan, mail),
    costs,
    planHash,
  };
}

function servicesOf(
  plan: TenantPlan,
  cdg: Catalogue["cdg"],
  { antivirus, backup }: Tenant,
): StackOutputs["services"] {
  const known = { ...mailServiceOf(plan, cdg), ...antiSpamService(plan, cdg), ...fileServices(plan, cdg) };
  if (antivirus === null && backup === null) return known;
  const measured = pulumi.all([
    antivirus === null ? null : antivirusService(antivirus, cdg),
    backupService(plan, backup, cdg),
  ]);
  return measured.apply(([seats, backups]) => ({
    ...known,
    ...(seats === null ? {} : { antivirus: seats }),
    ...backups,
  }));
}

function mailServiceOf({ mail }: TenantPlan, cdg: Catalogue["cdg"]): TenantOutputs["services"] {
  if (mail === null) return {};
  const addresses = mail.mailboxes.map(({ address }) => address);
  return { mail: { url: cdg.webmail?.url ?? null, addresses } };
}

/** Measured figures beside their limits; unknown until the first measurement. */
function mailUsageOf({ mail: plan }: TenantPlan, mail: Mail | null): StackOutputs["usage"] {
  if (plan === null || mail === null) return {};
  const { openMailboxes, usedBytes, measuredAt } = mail.usage;
  return pulumi.all([openMailboxes, usedBytes, measuredAt]).apply(([open, bytes, at]) => ({
    mail: {
      mailboxes: { used: open, limit: plan.limits.mailboxes, unit: "mailboxes" as const, measuredAt: at },
      storage: { used: bytes, limit: plan.limits.totalBytes, unit: "bytes" as const, measuredAt: at },
    },
  }));
}

function passwordsOf({
  mail,
  antivirus,
  fileUsers,
  backup,
}: Tenant): pulumi.Output<Readonly<Record<string, string | null>>> {
  const owners = [
    ...[...(mail?.mailboxes ?? [])].map(([address, { password }]) => ({ address, password })),
    ...[...fileUsers].map(([address, { password }]) => ({ address, password })),
    ...(antivirus?.administrator
      ? [{ address: antivirus.administrator.email, password: antivirus.administrator.password }]
      : []),
    ...backupPasswords(backup),
  ];
  const passwords = pulumi.all(owners.map(({ address, password }) => pulumi.all([address, password])));
  return pulumi.secret(passwords.apply((entries) => Object.fromEntries(entries)));
}
