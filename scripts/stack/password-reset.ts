import { interruption, SystemError } from "../cli/index.ts";
import type { Session } from "./session.ts";
import { sessionCatalogue, zimbraConfig } from "./zimbra-config.ts";

/**
 * Sets a new first password in Zimbra, for a person who forgot hers. It is shown once: the state keeps the
 * one that the mailbox was made with. Goes through the plugin's own door, which refuses mailboxes that are not
 * this collectivité's.
 *
 * @throws SystemError with Zimbra's code.
 */
export async function resetMailboxPassword(session: Session, slug: string, address: string): Promise<string> {
  const zimbra = zimbraConfig(session, sessionCatalogue(session));
  const [{ resetPassword }, { providerConfig }] = await Promise.all([
    import("../../providers/cdg/reset-password.ts"),
    import("../../providers/cdg/config.ts"),
  ]);
  const config = providerConfig.parse({ tenant: slug, zimbra });
  try {
    return await resetPassword({ ...config, address, signal: interruption });
  } catch (cause) {
    interruption.throwIfAborted();
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new SystemError(`${slug}: ${words}`, { code: "PASSWORD_RESET", cause });
  }
}
