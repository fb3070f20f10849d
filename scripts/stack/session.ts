import { SystemError } from "../cli/index.ts";
import { type Environment, resolveEnvironment } from "../engine/environment.ts";
import type { Engine } from "../engine/index.ts";
import { checkoutRoot } from "../lab/paths.ts";

/** Everything that running a stack needs: where it acts, and with which engine. */
export interface Session {
  readonly root: string;
  readonly environment: Environment;
  readonly engine: Engine;
  /** Variables of the CLI, its plugins and the program; the program reads them in this process. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Variables that make the CLI quick, quiet and hermetic; none of them changes what is made. */
const engineSettings = {
  PULUMI_SKIP_UPDATE_CHECK: "true",
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  PULUMI_DIY_BACKEND_NO_LEGACY_WARNING: "true",
  // Makes the hidden flag --event-log known.
  PULUMI_DEBUG_COMMANDS: "true",
} as const;

/**
 * Opens a session on the lab or on production, as the environment says.
 *
 * @throws SystemError when the engine is not set up.
 */
export function openSession(environment: Environment = resolveEnvironment()): Session {
  const { engine } = environment;
  if (engine === null)
    throw new SystemError("The Pulumi engine is not set up in this checkout.", {
      code: "ENGINE_MISSING",
      hint: "npx bastide setup",
    });
  const env = { ...process.env, ...environment.env, ...engineSettings };
  return { root: checkoutRoot, environment, engine, env };
}

/** Like {@link openSession}, and says on standard error where the command acts. */
export function announcedSession(): Session {
  const session = openSession();
  const bounds = process.env.BASTIDE_READ_ONLY ? ", read-only: no call may change Zimbra" : "";
  process.stderr.write(`${session.environment.banner}${bounds}\n`);
  return session;
}
