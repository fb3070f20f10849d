import { isAbsolute, join } from "node:path";
import { formatDiagnostic, loadCatalogue } from "../../plan/index.ts";
import { fail, interruption, SystemError } from "../cli/index.ts";
import type { Session } from "./session.ts";

/**
 * Sets a new first password in Zimbra, for a person who forgot hers. It is shown once: the state keeps the
 * one that the mailbox was made with. Goes through the plugin's own door, which refuses mailboxes that are not
 * this collectivité's.
 *
 * @throws SystemError with Zimbra's code.
 */
export async function resetMailboxPassword(session: Session, slug: string, address: string): Promise<string> {
  const { root, environment } = session;
  const loaded = loadCatalogue(join(root, "catalogue"), { cdgPath: environment.cdgFile });
  if (!loaded.ok) fail(loaded.diagnostics.map(formatDiagnostic).join("\n"), { code: "CATALOGUE_INVALID" });
  const { zimbra } = loaded.catalogue.cdg.connections;
  const [{ resetPassword }, { providerConfig }] = await Promise.all([
    import("../../providers/cdg/reset-password.ts"),
    import("../../providers/cdg/config.ts"),
  ]);
  const config = providerConfig.parse({ tenant: slug, zimbra: fromProgram(root, zimbra) });
  try {
    return await resetPassword({ ...config, address, signal: interruption });
  } catch (cause) {
    interruption.throwIfAborted();
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new SystemError(`${slug}: ${words}`, { code: "PASSWORD_RESET", cause });
  }
}

interface Files {
  readonly credential: string;
  readonly caFile?: string | undefined;
}

/** Relative paths mean the same as in a deployment, whose plugin runs in the program's folder. */
function fromProgram<Connection extends Files>(root: string, connection: Connection): Connection {
  const absolute = (path: string) => (isAbsolute(path) ? path : join(root, "stacks", path));
  const { credential, caFile } = connection;
  return {
    ...connection,
    ...(credential.startsWith("file:") ? { credential: `file:${absolute(credential.slice(5))}` } : {}),
    ...(caFile === undefined ? {} : { caFile: absolute(caFile) }),
  };
}
