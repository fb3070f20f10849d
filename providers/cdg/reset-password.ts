/** The door for `bastide password --reset`: a person who forgot theirs gets a new first password. */
import type { ProviderConfig } from "./config.ts";
import { connectionTo } from "./connections.ts";
import { firstPassword } from "./first-password.ts";
import { findAccount } from "./zimbra/account.ts";
import { localPartOf } from "./zimbra/address.ts";
import { Zimbra } from "./zimbra/client.ts";
import { refusal } from "./zimbra/errors.ts";
import { markOf } from "./zimbra/mark.ts";
import { setFirstPassword } from "./zimbra/password.ts";

export interface PasswordReset {
  /** The tenant whose mailbox it must be. */
  readonly tenant: string;
  /** Full lower-case address. */
  readonly address: string;
  /** The connection of `catalogue/cdg.yaml` or of a lab. */
  readonly zimbra: ProviderConfig["zimbra"];
  readonly signal: AbortSignal;
}

/**
 * Sets a new first password, to be changed at the first login, and ends open sessions (Zimbra does). It is
 * returned to be shown once: the state keeps the one that the mailbox was made with.
 *
 * @throws ProviderError when there is no such mailbox, it is closed, or not this tenant's.
 */
export async function resetPassword({
  tenant,
  address,
  zimbra: config,
  signal,
}: PasswordReset): Promise<string> {
  const connection = await connectionTo(config, () => {});
  const zimbra = new Zimbra({ tenant, connection, hide: () => {} });
  try {
    const account = await findAccount(zimbra, "name", address, signal);
    const place = { operation: "SetPassword", target: address };
    if (account === null || account.name !== address) {
      throw refusal("account.NO_SUCH_ACCOUNT", place, "there is no such mailbox in Zimbra.");
    }
    const mark = markOf(account);
    if (mark?.tenant !== tenant) {
      throw refusal("bastide.NOT_OURS", place, `the mailbox carries no mark of ${tenant}.`);
    }
    if (mark.closed !== null) {
      throw refusal("bastide.CLOSED_HOLDER", place, `the mailbox was closed on ${mark.closed}.`);
    }
    const password = firstPassword(localPartOf(address));
    await setFirstPassword(zimbra, account, password, signal);
    return password;
  } finally {
    await connection.close();
  }
}
