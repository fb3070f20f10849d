import type { Catalogue } from "../../plan/index.ts";
import type { DomainContents, ExistingMail, FoundDomain } from "../../providers/cdg/existing-mail.ts";
import { interruption, SystemError } from "../cli/index.ts";
import type { Session } from "../stack/session.ts";
import { zimbraConfig } from "../stack/zimbra-config.ts";

/** A domain as it is in Zimbra, with its other names. */
export interface Existing extends DomainContents {
  readonly aliasDomains: readonly FoundDomain[];
}

/**
 * Reads the mail that exists, through the plugin's own door: searches only, nothing is written.
 *
 * @throws SystemError with Zimbra's code.
 */
export async function withExistingMail<T>(
  session: Session,
  catalogue: Catalogue,
  work: (mail: ExistingMail) => Promise<T>,
): Promise<T> {
  const [{ openExistingMail }, { zimbraConnection }] = await Promise.all([
    import("../../providers/cdg/existing-mail.ts"),
    import("../../providers/cdg/config.ts"),
  ]);
  try {
    await using mail = await openExistingMail(
      zimbraConnection.parse(zimbraConfig(session, catalogue)),
      interruption,
    );
    return await work(mail);
  } catch (cause) {
    interruption.throwIfAborted();
    if (!(cause instanceof Error) || cause.name !== "ProviderError") throw cause;
    throw new SystemError(cause.message, { code: "ZIMBRA_FAILED", cause });
  }
}

/** One domain: four searches for up to 500 objects. */
export async function readExisting(mail: ExistingMail, name: string): Promise<Existing> {
  const domain = await mail.domain(name);
  const [contents, aliasDomains] = [await mail.contents(domain), await mail.aliasDomains(domain)];
  return { ...contents, aliasDomains };
}
