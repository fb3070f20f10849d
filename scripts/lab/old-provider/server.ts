import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { interruption, SystemError } from "../../cli/index.ts";
import type { ServerCertificate } from "../ca.ts";
import { docker, dockerOrNull } from "../docker.ts";
import type { LabPaths } from "../paths.ts";
import { answersOn } from "../ports.ts";
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
 * @throws SystemError with the end of the container's log when it does not within 20 seconds.
 */
export async function ensureOldProvider(lab: LabPaths, settings: OldProviderSettings): Promise<void> {
  const name = oldProviderContainer(lab);
  const { address, port, imageId, uid, certificate } = settings;
  const configuration = await readFile(join(import.meta.dirname, "dovecot.conf"), "utf8");
  const wanted = createHash("sha256")
    .update(
      JSON.stringify([address, port, imageId, uid, certificate.hash, configuration, oldProviderDir(lab)]),
    )
    .digest("hex");
  const format = '{{.State.Running}} {{index .Config.Labels "bastide.settings"}}';
  const found = await dockerOrNull(lab, ["container", "inspect", "--format", format, name]);
  if (found === `false ${wanted}`) await docker(lab, ["start", name]);
  else if (found !== `true ${wanted}`) {
    await writeFiles(lab, settings, configuration);
    if (found !== null) await docker(lab, ["rm", "--force", name]);
    await docker(lab, [
      ...["run", "--detach", "--name", name, "--restart", "unless-stopped", "--stop-timeout", "2"],
      ...["--label", `bastide.settings=${wanted}`],
      ...["--mount", `type=bind,source=${oldProviderDir(lab)},target=/old`],
      ...["--publish", `${address}:${port}:993`],
      ...["--entrypoint", "/usr/sbin/dovecot", imageId, "-F", "-c", "/old/dovecot.conf"],
    ]);
  }
  const end = performance.now() + 20_000;
  while (!(await answersOn(address, port))) {
    interruption.throwIfAborted();
    if (performance.now() > end) {
      throw new SystemError("The lab's former provider does not answer.", {
        code: "LAB_OLD_PROVIDER_SILENT",
        hint:
          (await dockerOrNull(lab, ["logs", "--tail", "20", name])) ?? `See the log of container ${name}.`,
      });
    }
    await sleep(50);
  }
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
  await mkdir(join(folder, "tls"), { recursive: true });
  // Dovecot's own users must get through, whatever umask this process has.
  await chmod(folder, 0o755);
  await chmod(join(folder, "tls"), 0o700);
  await copyFile(certificate.certFile, join(folder, "tls/server.pem"));
  await copyFile(certificate.keyFile, join(folder, "tls/server.key"));
  await writeFile(join(folder, "dovecot.conf"), configuration.replaceAll("@UID@", String(uid)));
  await ensureOldMailboxes(lab, uid);
}
