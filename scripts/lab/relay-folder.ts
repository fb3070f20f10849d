import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { copyCertificate, type ServerCertificate } from "./ca.ts";
import type { LabPaths } from "./paths.ts";
import { ensureKey, publicKey } from "./ssh-keys.ts";

/** Folder on the lab's node that a relay host reads its TLS and SSH files from. */
export function relayFolder(lab: LabPaths, name: string): string {
  return join(lab.dir, "relays", name);
}

/** Files of a relay's folder, as its container reads them. */
export interface RelayFiles {
  readonly certificate: ServerCertificate;
  /** Public key that may log in, to run `bastide-relay` and nothing else. */
  readonly authorizedKey: string;
}

/** Writes a relay's folder; gives its public host key, which is made once. */
export async function prepareRelayFolder(
  lab: LabPaths,
  name: string,
  { certificate, authorizedKey }: RelayFiles,
): Promise<string> {
  const base = relayFolder(lab, name);
  await mkdir(join(base, "ssh"), { recursive: true });
  await copyCertificate(certificate, join(base, "tls"));
  // sshd reads the list of keys as the user who logs in.
  for (const path of [base, join(base, "ssh")]) await chmod(path, 0o755);
  await writeFile(join(base, "ssh/authorized_keys"), `${authorizedKey}\n`);
  await chmod(join(base, "ssh/authorized_keys"), 0o644);
  return await ensureHostKey(lab, name);
}

/** Public host key of a relay, which is made when there is none yet: known before the relay runs. */
export async function ensureHostKey(lab: LabPaths, name: string): Promise<string> {
  const key = join(relayFolder(lab, name), "ssh/host_ed25519");
  await mkdir(dirname(key), { recursive: true });
  await ensureKey(key);
  return await publicKey(key);
}
