import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { choosePassword, type LabPaths, type PresentLab } from "../lab/index.ts";
import { canLogIn } from "./mail.ts";

/** File of the password that the demo chose for a mailbox; mode 0600. */
export function chosenPasswordFile(lab: LabPaths, address: string): string {
  return join(lab.secretsDir, `demo-${address}`);
}

/**
 * The owner's password after her first login, when the first password has to be changed. Chosen once, kept
 * before it is set, so that a demo that was stopped goes on.
 *
 * @param first - asks for the first password; only when it is needed.
 * @throws UserError when somebody else has changed the password since.
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
  await choosePassword(paths, address, await first(), password);
  return password;
}
