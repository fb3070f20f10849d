import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copyCertificate, type ServerCertificate } from "../ca.ts";
import { ensureContainer } from "../container.ts";
import { dockerOrNull } from "../docker.ts";
import type { LabPaths } from "../paths.ts";
import { ensureOldMailboxes, oldProviderDir } from "./mailboxes.ts";

export interface OldProviderSettings {
  /** The lab's mail image, of which it runs Dovecot alone. */
  readonly imageId: string;
  /** Where IMAP over TLS is published. */
  readonly address: string;
  readonly port: number;
  /** Owner of the maildirs. */
  readonly uid: number;
  readonly certificate: ServerCertificate;
}

/** Name of the container; carries the lab's id because `BASTIDE_DOCKER_HOST` may be shared. */
export function oldProviderContainer(lab: LabPaths): string {
  return `bastide-old-${lab.id}`;
}

/**
 * Runs the lab's former provider: a Dovecot of its own with a few mailboxes and their old mail, or leaves the
 * running one alone. Returns when it answers.
 *
 * @throws SystemError with the end of the container's log when it does not within a minute.
 */
export async function ensureOldProvider(lab: LabPaths, settings: OldProviderSettings): Promise<void> {
  const { address, port, imageId, uid, certificate } = settings;
  const configuration = await readFile(join(import.meta.dirname, "dovecot.conf"), "utf8");
  await ensureContainer(lab, {
    name: oldProviderContainer(lab),
    settings: [address, port, imageId, uid, certificate.hash, configuration, oldProviderDir(lab)],
    run: [
      ...["--stop-timeout", "2"],
      ...["--mount", `type=bind,source=${oldProviderDir(lab)},target=/old`],
      ...["--publish", `${address}:${port}:993`],
      ...["--entrypoint", "/usr/sbin/dovecot", imageId, "-F", "-c", "/old/dovecot.conf"],
    ],
    prepare: async () => await writeFiles(lab, settings, configuration),
    address,
    ports: [port],
    timeoutMs: 60_000,
    silent: { message: "The lab's former provider does not answer.", code: "LAB_OLD_PROVIDER_SILENT" },
  });
}

/** Takes the former provider away; fine when there is none. Its mail stays. */
export async function removeOldProvider(lab: LabPaths): Promise<void> {
  await dockerOrNull(lab, ["rm", "--force", oldProviderContainer(lab)]);
}

async function writeFiles(
  lab: LabPaths,
  { uid, certificate }: OldProviderSettings,
  configuration: string,
): Promise<void> {
  const folder = oldProviderDir(lab);
  await copyCertificate(certificate, join(folder, "tls"));
  // Dovecot's own users must get through, whatever umask this process has.
  await chmod(folder, 0o755);
  await chmod(join(folder, "tls"), 0o700);
  await writeFile(join(folder, "dovecot.conf"), configuration.replaceAll("@UID@", String(uid)));
  await ensureOldMailboxes(lab, uid);
}
