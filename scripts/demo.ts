/**
 * `npm run demo`: the engine, the lab, every collectivité of `tenants/` deployed, and mail that its owner
 * reads. May be stopped and started again at any point; what is done already is not done again.
 */
import { randomUUID } from "node:crypto";
import {
  createProgress,
  installInterruption,
  interruption,
  type Progress,
  reportError,
  SystemError,
} from "./cli/index.ts";
import { enrolAll, type Protected } from "./demo/antivirus.ts";
import { type BackedUp, backUp } from "./demo/backup.ts";
import { type FilesUsed, useFiles } from "./demo/files.ts";
import { type Filtered, filterMail } from "./demo/filtering.ts";
import { loggedIn } from "./demo/first-login.ts";
import { type Login, send, waitFor } from "./demo/mail.ts";
import { type Owner, ownersOf } from "./demo/owner.ts";
import { summaryText } from "./demo/summary.ts";
import { resolveEnvironment } from "./engine/environment.ts";
import { ensureEngine } from "./engine/index.ts";
import { checkHost, type LabPaths, labPaths, labStatus, labUp, type PresentLab } from "./lab/index.ts";
import { withStacks } from "./stack/command.ts";
import type { DeployContext } from "./stack/context.ts";
import { deployStack } from "./stack/deploy.ts";
import { withLease } from "./stack/lease.ts";
import { firstPassword } from "./stack/passwords.ts";
import { reportText } from "./stack/report.ts";
import { platformStack } from "./stack/selection.ts";
import { openSession, type Session } from "./stack/session.ts";

/** A second demonstration, or a command at another terminal, is waited for. */
const demoWaitMs = 120_000;

installInterruption();
try {
  await demo(createProgress());
} catch (error) {
  process.exitCode = reportError(interruption.aborted ? interruption.reason : error, false);
}

async function demo(progress: Progress): Promise<void> {
  const paths = labPaths();
  await refuseUnfitHost(progress);
  // Building the engine keeps the processors busy, building the lab mostly waits.
  await allOrFirstFailure([ensureEngine(progress), labUp(paths, progress)]);
  interruption.throwIfAborted();
  const lab = await present(paths);
  const session = openSession(resolveEnvironment({ lab: paths.name }));
  // Collectivités need its network.
  const platform = { slugs: [platformStack] };
  await withStacks(session, progress, platform, async (context) => await deploy(context, platformStack));
  const { plans, cdg } = await withStacks(session, progress, { slugs: [] }, async (context, selection) => {
    for (const slug of selection.slugs) await deploy(context, slug);
    return {
      plans: selection.slugs.flatMap((slug) => selection.plans.get(slug) ?? []),
      cdg: selection.catalogue.cdg,
    };
  });
  const owners = ownersOf(plans);
  const filtered: Filtered[] = [];
  for (const owner of owners) {
    const login = await readMail({ paths, lab, session, progress }, owner);
    const plan = plans.find(({ slug }) => slug === owner.slug);
    if (plan === undefined) continue;
    const seen = await progress.step(`${owner.address}: mail through both relays, and spam`, async () => {
      return await filterMail(lab, plan, login);
    });
    if (seen !== null) filtered.push(seen);
  }
  const protectedBy: Protected[] = [];
  for (const plan of plans) {
    const machines = await progress.step(`${plan.slug}: antivirus`, () => enrolAll(paths, session, plan));
    if (machines !== null) protectedBy.push(machines);
  }
  const backupUrl = cdg.connections.restic?.url;
  const backups: BackedUp[] = [];
  for (const plan of backupUrl === undefined ? [] : plans) {
    const done = await progress.step(`${plan.slug}: backup`, () =>
      backUp(paths, session, plan, backupUrl ?? ""),
    );
    if (done !== null) backups.push(done);
  }
  const files: FilesUsed[] = [];
  for (const plan of plans) {
    const used = await progress.step(`${plan.slug}: share and transfer`, () =>
      useFiles(paths, session, plan, cdg),
    );
    if (used !== null) files.push(used);
  }
  const result = { paths, lab, plans, owners, filtered, protectedBy, backups, files };
  process.stdout.write(`${summaryText(result)}\n`);
}

/** Told before anything is installed; `labUp` refuses for itself. */
async function refuseUnfitHost(progress: Progress): Promise<void> {
  const { canRun } = await checkHost();
  if (!canRun) await labUp(labPaths(), progress);
}

/** Waits for both, so that a failure of one does not leave the other half-way, and tells the first failure. */
async function allOrFirstFailure(work: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === "rejected") throw result.reason;
}

async function present(paths: LabPaths): Promise<PresentLab> {
  const status = await labStatus(paths);
  if (status.state !== "absent") return status;
  throw new SystemError(`The lab ${paths.name} is not there although it was started.`, {
    code: "LAB_ABSENT",
  });
}

async function deploy(context: DeployContext, slug: string): Promise<void> {
  interruption.throwIfAborted();
  const report = await context.progress.step(`${slug}: deployment`, async () => {
    const lease = { waitMs: demoWaitMs, progress: context.progress };
    const done = await withLease(context.session, slug, lease, () => deployStack(context, slug));
    if (done.status === "failed" || done.status === "refused")
      throw new SystemError(done.errors.join("\n"), {
        code: "DEMO_DEPLOYMENT",
        hint: "npm run demo goes on from here.",
      });
    return done;
  });
  process.stdout.write(`${reportText(report, "past")}\n`);
}

interface MailContext {
  readonly paths: LabPaths;
  readonly lab: PresentLab;
  readonly session: Session;
  readonly progress: Progress;
}

/** Sends a message to each address that leads to the owner, and reads them as she would; gives her login. */
async function readMail({ paths, lab, session, progress }: MailContext, owner: Owner): Promise<Login> {
  interruption.throwIfAborted();
  const { slug, address, reachedBy } = owner;
  const ways = reachedBy.map(({ what }) => what).join(", ");
  return await progress.step(`${address}: mail by ${ways}, over SMTP and IMAP`, async () => {
    const first = () => firstPassword(session, slug, address);
    const login = { user: address, pass: await loggedIn(paths, lab, address, first) };
    const run = randomUUID().slice(0, 8);
    const subjects = reachedBy.map(({ what }) => `Démonstration ${run} (${what})`);
    for (const [index, { address: to }] of reachedBy.entries()) await send(lab, to, subjects[index] ?? run);
    await waitFor(lab, login, subjects);
    return login;
  });
}
