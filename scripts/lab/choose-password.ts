import { readFile } from "node:fs/promises";
import { Agent, request } from "undici";
import { z } from "zod";
import { fail, SystemError } from "../cli/index.ts";
import type { LabPaths } from "./paths.ts";
import { labStatus } from "./status.ts";

const faultSchema = z.object({
  Body: z.object({
    Fault: z.object({
      Reason: z.object({ Text: z.string() }),
      Detail: z.object({ Error: z.object({ Code: z.string() }) }),
    }),
  }),
});

/**
 * Changes a mailbox's password in the lab's Zimbra as its owner does in a webmail: with the old one, under the
 * password policy. After a first login's forced change, mail programs are let in.
 *
 * @throws UserError when Zimbra refuses: wrong old password, locked account, new password too weak.
 * @throws SystemError when the lab's Zimbra does not run.
 */
export async function choosePassword(
  lab: LabPaths,
  address: string,
  oldPassword: string,
  newPassword: string,
): Promise<void> {
  const status = await labStatus(lab);
  if (status.state === "absent" || !status.zimbra.up) {
    throw new SystemError(`The Zimbra of the lab ${lab.name} does not run.`, {
      code: "LAB_DOWN",
      hint: `npx bastide lab up --lab ${lab.name}`,
    });
  }
  const { url, caFile } = status.zimbra.user;
  const dispatcher = new Agent({ connect: { ca: await readFile(caFile, "utf8") } });
  try {
    const body = JSON.stringify(changeRequest(address, oldPassword, newPassword));
    const headers = { "content-type": "application/json" };
    const answer = await request(url, { method: "POST", dispatcher, headers, body });
    const text = await answer.body.text();
    if (answer.statusCode === 200) return;
    const { Code: code, reason } = faultOf(text);
    fail(`Zimbra refuses the new password of ${address}: ${reason} (${code}).`, {
      code: "LAB_PASSWORD_REFUSED",
    });
  } finally {
    await dispatcher.close();
  }
}

function changeRequest(address: string, oldPassword: string, newPassword: string): object {
  const envelope = { context: { _jsns: "urn:zimbra" } };
  const account = { by: "name", _content: address };
  const request = {
    _jsns: "urn:zimbraAccount",
    account,
    oldPassword: { _content: oldPassword },
    password: { _content: newPassword },
  };
  return { Header: envelope, Body: { ChangePasswordRequest: request } };
}

/** Overload is answered in HTML, which has no fault to read. */
function faultOf(text: string): { readonly Code: string; readonly reason: string } {
  try {
    const { Fault } = faultSchema.parse(JSON.parse(text)).Body;
    return { Code: Fault.Detail.Error.Code, reason: Fault.Reason.Text };
  } catch {
    return { Code: "no fault code", reason: "an answer that is not SOAP" };
  }
}
