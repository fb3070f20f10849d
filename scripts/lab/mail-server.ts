import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { copyCertificate, type ServerCertificate } from "./ca.ts";
import { ensureContainer } from "./container.ts";
import type { LabPorts } from "./facts.ts";
import { createMailStore } from "./mail-store.ts";
import type { LabPaths } from "./paths.ts";

/** What the container listens on, by the names that the lab's own ports have. */
const containerPorts = { smtp: 25, submission: 587, submissions: 465, imaps: 993, pop3s: 995 } as const;

export interface MailServerSettings {
  readonly imageId: string;
  /** Where the ports are published. */
  readonly address: string;
  readonly ports: LabPorts;
  /** The server's own name, as it greets. */
  readonly name: string;
  /** Both servers read it at their start. */
  readonly certificate: ServerCertificate;
}

/** Owner of the maildirs: who runs the lab, so that sizes can be read without root; root itself may not be. */
export function mailUid(): number {
  return process.getuid?.() || 5000;
}

/**
 * Runs Postfix and Dovecot, or leaves the running ones alone; other settings replace the container, whose mail
 * and queue lie outside it. Returns when all ports answer.
 *
 * @throws SystemError with the end of the container's log when they do not within two minutes.
 */
export async function ensureMailServer(lab: LabPaths, settings: MailServerSettings): Promise<void> {
  await ensureContainer(lab, {
    name: mailContainer(lab),
    settings: [settings, mailUid(), lab.mailDir, containerPorts],
    run: runArguments(lab, settings),
    prepare: async () => await prepareFolders(lab, settings.certificate),
    address: settings.address,
    ports: publishedPorts(settings.ports).map(({ outside }) => outside),
    timeoutMs: 120_000,
    silent: { message: "The lab's mail server does not answer.", code: "LAB_MAIL_SILENT" },
  });
}

/** Name of the container; carries the lab's id because `BASTIDE_DOCKER_HOST` may be shared. */
export function mailContainer(lab: LabPaths): string {
  return `bastide-mail-${lab.id}`;
}

/** Folders that the container sees, and empty maps where the simulator has not written any yet. */
async function prepareFolders(lab: LabPaths, certificate: ServerCertificate): Promise<void> {
  await mkdir(join(lab.mailDir, "maps"), { recursive: true });
  await copyCertificate(certificate, join(lab.mailDir, "tls"));
  // The servers' own users must get through to the maps, whatever umask this process has.
  for (const folder of [lab.mailDir, join(lab.mailDir, "maps")]) await chmod(folder, 0o755);
  await chmod(join(lab.mailDir, "tls"), 0o700);
  const store = createMailStore({ mailDir: lab.mailDir, uid: mailUid() });
  await store.initialise();
}

function runArguments(
  lab: LabPaths,
  { address, ports, imageId, name: mailName }: MailServerSettings,
): string[] {
  const publish = publishedPorts(ports).flatMap(({ inside, outside }) => [
    "--publish",
    `${address}:${outside}:${inside}`,
  ]);
  return [
    ...["--hostname", mailName, "--stop-timeout", "5"],
    ...["--env", `VMAIL_UID=${mailUid()}`, "--env", `MAIL_NAME=${mailName}`],
    // Mail that waits for delivery survives a new container as well.
    ...["--mount", `type=volume,source=${mailContainer(lab)}-spool,target=/var/spool/postfix`],
    ...["--mount", `type=bind,source=${lab.mailDir},target=/mail`],
    ...publish,
    imageId,
  ];
}

function publishedPorts(ports: LabPorts): { readonly inside: number; readonly outside: number }[] {
  const { smtp, submission, submissions, imaps, pop3s } = containerPorts;
  return [
    { inside: smtp, outside: ports.smtp },
    { inside: submission, outside: ports.submission },
    { inside: submissions, outside: ports.submissions },
    { inside: imaps, outside: ports.imaps },
    { inside: pop3s, outside: ports.pop3s },
  ];
}
