import { readFile } from "node:fs/promises";
import { Agent, request } from "undici";
import { SystemError } from "../cli/index.ts";
import type { PresentLab } from "../lab/index.ts";

export interface PasswordChange {
  readonly address: string;
  readonly old: string;
  readonly password: string;
}

/**
 * Changes a password as the mailbox's owner does in Zimbra's web client, which a lab does not have:
 * `ChangePassword` of the users' service, the only call that a password which must be changed still opens.
 *
 * @throws SystemError with Zimbra's code: wrong old password, or a new one against the policy.
 */
export async function changePassword(
  lab: PresentLab,
  { address, old, password }: PasswordChange,
): Promise<void> {
  const { url, caFile } = lab.zimbra.user;
  const dispatcher = new Agent({ connect: { ca: await readFile(caFile, "utf8") } });
  const body = {
    ChangePasswordRequest: {
      _jsns: "urn:zimbraAccount",
      account: { by: "name", _content: address },
      oldPassword: { _content: old },
      password: { _content: password },
    },
  };
  try {
    const answer = await request(url, {
      method: "POST",
      dispatcher,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ Header: { context: { _jsns: "urn:zimbra" } }, Body: body }),
    });
    const text = await answer.body.text();
    if (answer.statusCode === 200) return;
    const code = /"Code"\s*:\s*"?([\w.]+)/.exec(text)?.[1] ?? `HTTP ${answer.statusCode}`;
    throw new SystemError(`${address}: the password cannot be changed (ChangePassword: ${code}).`, {
      code: "PASSWORD_CHANGE",
      hint:
        code === "account.AUTH_FAILED"
          ? "The old password is not this one any more: somebody changed it since."
          : "The new one has to keep Zimbra's rules: by default six characters or more.",
    });
  } finally {
    await dispatcher.close();
  }
}
