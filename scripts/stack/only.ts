import { type Command, Option } from "commander";
import { fail } from "../cli/index.ts";
import { project, type StackState } from "./state.ts";

/** Kinds that a run can be held to, and their types. */
const kinds = {
  domain: "cdg:zimbra:Domain",
  lists: "cdg:zimbra:DistributionList",
  mailboxes: "cdg:zimbra:Mailbox",
} as const;

export type OnlyKind = keyof typeof kinds;

/** Adds `--only <kind>` and `--read-only`: how far a first run on a real system may go. */
export function withBounds(command: Command): Command {
  const only = new Option("--only <kind>", "hold the run to one kind of object").choices(Object.keys(kinds));
  return command
    .addOption(only)
    .option("--read-only", "refuse, in the client itself, every call that would change Zimbra")
    .on("option:read-only", () => {
      // Read by the plugin; the name is that of providers/cdg/zimbra/read-only.ts.
      process.env.BASTIDE_READ_ONLY = "1";
    });
}

/**
 * The engine's flags that hold a run to one kind; none without a kind.
 *
 * @throws UserError for a stack that does not exist: its objects need each other.
 */
export function onlyFlags(
  slug: string,
  only: OnlyKind | undefined,
  state: StackState | null,
): readonly string[] {
  if (only === undefined) return [];
  if (state === null)
    fail(`${slug} is not deployed yet: --only needs a stack.`, {
      code: "ONLY_WITHOUT_STACK",
      hint: `npx bastide up ${slug}, or npx bastide adopt DOMAIN for a domain that exists.`,
    });
  return ["--target", `urn:pulumi:${slug}::${project}::**$${kinds[only]}::*`];
}
