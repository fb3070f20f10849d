import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Agent, request } from "undici";
import { SystemError } from "../cli/index.ts";
import type { LabPaths, PresentLab } from "../lab/index.ts";
import { canLogIn } from "./mail.ts";

/** File of the password that the demo chose for a mailbox; mode 0600. */
export function chosenPasswordFile(lab: LabPaths, address: string): string {
  return join(lab.secretsDir, `demo-${address}`);
}

/**
 * The owner's password after her first login: the first password has to be changed, as in Zimbra's web
 * client. Chosen once, kept before it is set, so that a demo that was stopped goes on.
 *
 * @param first - asks for the first password; only when it is needed.
 * @throws SystemError when somebody else has changed the password since.
 */
export async function loggedIn(
  paths: LabPaths,
  lab: PresentLab,
  address: string,
  first: () => Promise<string>,
): Promise<string> {
  const file = chosenPasswordFile(paths, address);
  const chosen = await readFile(file, "utf8").catch(() => null);
  if (chosen !== null && (await canLogIn(lab, { user: address, pass: chosen }))) return chosen;
  const password = chosen ?? `Demo-${randomBytes(12).toString("base64url")}-1`;
  await mkdir(paths.secretsDir, { recursive: true, mode: 0o700 });
  await writeFile(file, password, { mode: 0o600 });
  await chmod(file, 0o600);
  await changePassword(lab, address, await first(), password);
  return password;
}

/** `ChangePassword` of the users' service: works with a password that must be changed. */
async function changePassword(
  lab: PresentLab,
  address: string,
  old: string,
  password: string,
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
    throw new SystemError(`${address}: the first password is not accepted (ChangePassword: ${code}).`, {
      code: "DEMO_LOGIN",
      hint: "Somebody changed it since. To start over: npx bastide lab reset, then npm run demo",
    });
  } finally {
    await dispatcher.close();
  }
}
