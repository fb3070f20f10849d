import type { MailPlan } from "../../plan/index.ts";
import { fail, type Progress } from "../cli/index.ts";
import { withStacks } from "../stack/command.ts";
import type { DeployContext } from "../stack/context.ts";
import { deployStack, previewStack } from "../stack/deploy.ts";
import { engineCommand } from "../stack/engine-command.ts";
import { clearDeadLocks } from "../stack/locks.ts";
import { checkPassphrase } from "../stack/passphrase.ts";
import type { StackReport } from "../stack/report.ts";
import { messageFlag } from "../stack/run-message.ts";
import type { Session } from "../stack/session.ts";
import { keepingConfig } from "../stack/stack-init.ts";
import { readState, type StackState } from "../stack/state.ts";
import { entryInZimbra } from "./entry-in-zimbra.ts";

export interface Imported {
  readonly address: string;
  /** The engine's command, for whoever wants to run it by hand. */
  readonly command: string;
  /** What a deployment has to change now: where the file differs from what was found. */
  readonly after: StackReport;
}

interface Wanted {
  readonly type: "cdg:zimbra:Mailbox" | "cdg:zimbra:DistributionList";
  readonly name: string;
  readonly address: string;
}

/**
 * Takes one mailbox or list that exists in Zimbra, and that the tenant's file names, into the stack. Nothing
 * else of the stack is touched, and nothing is written to Zimbra.
 *
 * @throws UserError when the stack or the line in the file is missing (the line is then told).
 */
export async function importOne(
  session: Session,
  progress: Progress,
  slug: string,
  asked: string,
): Promise<Imported> {
  return await withStacks(session, progress, { slugs: [slug] }, async (context, { plans, catalogue }) => {
    const state = await readState(session, slug);
    if (state === null)
      fail(`${slug} is not deployed: there is no such stack.`, {
        code: "STACK_UNKNOWN",
        hint: `npx bastide up ${slug}, or npx bastide adopt DOMAIN for a whole domain that exists.`,
      });
    const mail = plans.get(slug)?.mail ?? null;
    const wanted = mail === null ? null : find(mail, asked);
    if (mail === null || wanted === null)
      return fail(`tenants/${slug}.yaml names no mailbox or list ${JSON.stringify(asked)}.`, {
        code: "IMPORT_NOT_IN_FILE",
        hint: await entryInZimbra(session, catalogue, { slug, mail, asked }),
      });
    await checkPassphrase(session, slug, state.salt);
    await clearDeadLocks(session, slug, progress);
    const args = importArguments(slug, wanted, state);
    await progress.step(`${wanted.address}: imported`, () => runImport(context, slug, wanted, args));
    const command = ["pulumi", ...args].join(" ");
    return { address: wanted.address, command, after: await settleOutputs(context, slug) };
  });
}

function find({ domain, mailboxes, lists }: MailPlan, asked: string): Wanted | null {
  const wanted = asked.includes("@") ? asked.toLowerCase() : `${asked.toLowerCase()}@${domain.name}`;
  const named = ({ address }: { readonly address: string }) => address === wanted;
  const mailbox = mailboxes.find(named);
  if (mailbox !== undefined)
    return { type: "cdg:zimbra:Mailbox", name: mailbox.logicalName, address: mailbox.address };
  const list = lists.find(named);
  if (list === undefined) return null;
  return { type: "cdg:zimbra:DistributionList", name: list.logicalName, address: list.address };
}

/** Without parent and provider the import would make another resource than the program's. */
function importArguments(
  slug: string,
  { type, name, address }: Wanted,
  { resources }: StackState,
): readonly string[] {
  const urnOf = (wanted: string) => resources.find((one) => one.type === wanted)?.urn;
  const [parent, provider] = [urnOf("bastide:mail:Mail"), urnOf("pulumi:providers:cdg")];
  if (parent === undefined || provider === undefined)
    fail(`${slug} has no messaging in its stack yet.`, {
      code: "STACK_WITHOUT_MAIL",
      hint: `npx bastide up ${slug}`,
    });
  if (resources.some((one) => one.type === type && one.urn.endsWith(`::${name}`)))
    fail(`${address} is in the stack of ${slug} already.`, { code: "IMPORT_KNOWN" });
  return [
    "import",
    type,
    name,
    address,
    `--stack=${slug}`,
    `--parent=mail=${parent}`,
    `--provider=cdg=${provider}`,
    "--protect=false",
    "--generate-code=false",
    "--yes",
  ];
}

async function runImport(
  { session, lane: { plugin } }: DeployContext,
  slug: string,
  { address }: Wanted,
  args: readonly string[],
): Promise<void> {
  const env = { ...session.env, ...(plugin.isRunning() ? { PULUMI_DEBUG_PROVIDERS: plugin.attach } : {}) };
  const failure = `${address} cannot be imported`;
  await keepingConfig(session, slug, () =>
    engineCommand({ ...session, env }, [...args, "--skip-preview", messageFlag([])], { failure }),
  );
}

/** Stack outputs follow the program: where nothing else is to be done, a deployment writes them alone. */
async function settleOutputs(context: DeployContext, slug: string): Promise<StackReport> {
  const after = await previewStack(context, slug);
  if (after.status !== "pending" || after.changes.length > 0) return after;
  const settled = await deployStack(context, slug);
  return settled.status === "applied" ? await previewStack(context, slug) : settled;
}
