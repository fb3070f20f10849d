import { relative } from "node:path";
import type { TenantPlan } from "../../plan/index.ts";
import { colour } from "../cli/index.ts";
import type { LabPaths, PresentLab } from "../lab/index.ts";
import { antivirusLine, type Protected } from "./antivirus.ts";
import { type BackedUp, backupLine } from "./backup.ts";
import { type FilesUsed, filesLines } from "./files.ts";
import { type Filtered, filteringLine } from "./filtering.ts";
import { chosenPasswordFile } from "./first-login.ts";
import type { Owner } from "./owner.ts";

export interface DemoResult {
  readonly paths: LabPaths;
  readonly lab: PresentLab;
  readonly plans: readonly TenantPlan[];
  readonly owners: readonly Owner[];
  readonly filtered: readonly Filtered[];
  readonly protectedBy: readonly Protected[];
  readonly backups: readonly BackedUp[];
  readonly files: readonly FilesUsed[];
}

/** What a person can do now: addresses, where to log in, passwords, the next three commands. */
export function summaryText(result: DemoResult): string {
  const { paths, lab, plans, owners, filtered, protectedBy, backups, files } = result;
  const { imap, submissions, zimbra } = lab;
  const boxes = ({ mail }: TenantPlan) => mail?.mailboxes.length ?? 0;
  const example =
    plans.filter((plan) => boxes(plan) > 1).toSorted((a, b) => boxes(a) - boxes(b))[0] ?? plans[0];
  const slug = example?.slug ?? "nerac";
  const others = example?.mail?.mailboxes.filter(({ address }) =>
    owners.every((owner) => owner.address !== address),
  );
  const mailbox = others?.[0]?.logicalName ?? "accueil";
  const here = (file: string) => relative(process.cwd(), file) || file;
  return [
    "",
    ...plans.flatMap((plan) => [
      ...tenantLines(plan, owners),
      ...filtered.filter(({ slug }) => slug === plan.slug).map(filteringLine),
      ...protectedBy.filter(({ slug }) => slug === plan.slug).map(antivirusLine),
      ...backups.filter(({ slug }) => slug === plan.slug).map(backupLine),
      ...files.filter(({ slug }) => slug === plan.slug).flatMap(filesLines),
      "",
    ]),
    colour("bold", "Where to log in"),
    `  IMAP   ${imap.url}`,
    `  SMTP   ${submissions.url}`,
    `  Zimbra ${zimbra.admin.url} (administrator ${zimbra.admin.user}; npx bastide lab status --json)`,
    `  The lab's certificates are signed by ${here(paths.caFile)}.`,
    "",
    colour("bold", "Passwords"),
    `  npx bastide password ${slug} ${mailbox}    shows a first password, to be changed at the first login:`,
    `  npx bastide lab choose-password ${others?.[0]?.address ?? ""}    changes it, as a webmail would`,
    ...owners.map(({ address }) => `  ${address} has logged in: ${here(chosenPasswordFile(paths, address))}`),
    "",
    colour("bold", "Try next"),
    `  1. add a mailbox to tenants/${slug}.yaml, then:  npx bastide preview ${slug}`,
    `  2. npx bastide up ${slug}`,
    `  3. npx bastide outputs ${slug} usage`,
  ].join("\n");
}

function tenantLines({ slug, identity, mail }: TenantPlan, owners: readonly Owner[]): readonly string[] {
  const title = `${colour("bold", identity.name)} (${slug})`;
  if (mail === null) return [title, "  no mail in its convention"];
  const read = owners.find((owner) => owner.slug === slug);
  return [
    title,
    ...mail.mailboxes.map(
      ({ address, aliases }) => `  ${address}${aliases.length > 0 ? ` (${aliases.join(", ")})` : ""}`,
    ),
    ...mail.lists
      .filter(({ technical }) => !technical)
      .map(({ address, members }) => `  ${address} → ${members.length} members`),
    ...(read === undefined
      ? []
      : [
          `  ${colour("green", "✓")} mail read by ${read.address}, sent to ${read.reachedBy.map(({ address }) => address).join(", ")}`,
        ]),
  ];
}
