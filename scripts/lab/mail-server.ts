import { createHash } from "node:crypto";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SystemError } from "../cli/index.ts";
import { docker, dockerOrNull } from "./docker.ts";
import { createMailStore } from "./mail-store.ts";
import type { LabPaths } from "./paths.ts";
import { answersOn } from "./ports.ts";

/** Ports on the lab's address. 25 stays free: the platform's relays publish it. */
export const mailPorts = { smtp: 2525, submission: 587, submissions: 465, imaps: 993, pop3s: 995 } as const;

const containerPorts: Readonly<Record<keyof typeof mailPorts, number>> = {
  smtp: 25,
  submission: 587,
  submissions: 465,
  imaps: 993,
  pop3s: 995,
};

export interface MailServerSettings {
  readonly imageId: string;
  /** Address of the lab that the ports are published on. */
  readonly address: string;
  /** The server's own name, as it greets. */
  readonly name: string;
  /** Changes when the certificate does, which both servers read at their start. */
  readonly certificateHash: string;
}

/** Owner of the maildirs: who runs the lab, so that sizes can be read without root; root itself may not be. */
export function mailUid(): number {
  return process.getuid?.() || 5000;
}

/**
 * Runs Postfix and Dovecot, or leaves the running ones alone; other settings replace the container, whose mail
 * and queue lie outside it. Returns when all ports answer.
 *
 * @throws SystemError with the end of the container's log when they do not within 30 seconds.
 */
export async function ensureMailServer(lab: LabPaths, settings: MailServerSettings): Promise<void> {
  const name = mailContainer(lab);
  const wanted = createHash("sha256")
    .update(JSON.stringify([settings, mailUid(), lab.mailDir, mailPorts, containerPorts]))
    .digest("hex");
  const format = '{{.State.Running}} {{index .Config.Labels "bastide.settings"}}';
  const found = await dockerOrNull(lab, ["container", "inspect", "--format", format, name]);
  if (found !== `true ${wanted}`) {
    await prepareFolders(lab);
    if (found === `false ${wanted}`) {
      await docker(lab, ["start", name]);
    } else {
      if (found !== null) await docker(lab, ["rm", "--force", name]);
      await docker(lab, ["run", ...runArguments(lab, name, wanted, settings)]);
    }
  }
  if (await allAnswer(settings.address, 30_000)) return;
  const log = await dockerOrNull(lab, ["logs", "--tail", "20", name]);
  throw new SystemError("The lab's mail server does not answer.", {
    code: "LAB_MAIL_SILENT",
    hint: log ?? `See the log of container ${name}.`,
  });
}

async function allAnswer(address: string, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (const port of Object.values(mailPorts)) {
    while (!(await answersOn(address, port))) {
      if (performance.now() > end) return false;
      await sleep(100);
    }
  }
  return true;
}

/** Name of the container; carries the lab's id because `BASTIDE_DOCKER_HOST` may be shared. */
export function mailContainer(lab: LabPaths): string {
  return `bastide-mail-${lab.id}`;
}

/** Folders that the container sees, and empty maps where the simulator has not written any yet. */
async function prepareFolders(lab: LabPaths): Promise<void> {
  await mkdir(join(lab.mailDir, "maps"), { recursive: true });
  // The servers' own users must get through to the maps, whatever umask this process has.
  for (const folder of [lab.mailDir, join(lab.mailDir, "maps")]) await chmod(folder, 0o755);
  const store = createMailStore({ mailDir: lab.mailDir, uid: mailUid() });
  await store.initialise();
}

function runArguments(
  lab: LabPaths,
  name: string,
  label: string,
  { address, imageId, name: mailName }: MailServerSettings,
): string[] {
  const publish = Object.entries(containerPorts).flatMap(([key, inside]) => {
    const outside = Object.entries(mailPorts).find(([other]) => other === key)?.[1] ?? inside;
    return ["--publish", `${address}:${outside}:${inside}`];
  });
  return [
    ...[
      "--detach",
      "--name",
      name,
      "--hostname",
      mailName,
      "--restart",
      "unless-stopped",
      "--stop-timeout",
      "5",
    ],
    ...["--label", `bastide.settings=${label}`],
    ...["--env", `VMAIL_UID=${mailUid()}`, "--env", `MAIL_NAME=${mailName}`],
    // Mail that waits for delivery survives a new container as well.
    ...["--mount", `type=volume,source=${name}-spool,target=/var/spool/postfix`],
    ...["--mount", `type=bind,source=${lab.mailDir},target=/mail`],
    ...publish,
    imageId,
  ];
}
