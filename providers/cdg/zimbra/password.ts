/** Setting a mailbox's password: changed at the first login. */
import { modifyAccount } from "./account.ts";
import type { Zimbra } from "./client.ts";
import { batchOrThrow, type Call } from "./connection.ts";
import type { Entry } from "./entry.ts";

/** Setting a password clears the duty to change it, which therefore comes second. */
export async function setFirstPassword(
  zimbra: Zimbra,
  account: Entry,
  newPassword: string,
  signal: AbortSignal,
): Promise<void> {
  const calls: Call[] = [
    {
      operation: "SetPassword",
      target: account.name,
      lost: "again",
      body: { id: account.id, newPassword },
    },
    modifyAccount(account, { zimbraPasswordMustChange: "TRUE" }),
  ];
  await batchOrThrow(zimbra.connection, calls, signal);
}
