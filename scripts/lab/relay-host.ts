import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { interruption, SystemError } from "../cli/index.ts";
import type { ServerCertificate } from "./ca.ts";
import { docker, dockerOrNull } from "./docker.ts";
import type { LabPaths } from "./paths.ts";
import { answersOn } from "./ports.ts";
import { ensureKey, publicKey } from "./ssh-keys.ts";

export interface RelayHostSettings {
  /** `mx1` or `mx2`. */
  readonly name: string;
  readonly imageId: string;
  /** Where its ports are published. */
  readonly address: string;
  readonly ports: { readonly smtp: number; readonly ssh: number };
  /** As it greets, and as its certificate says. */
  readonly hostName: string;
  /** What it resolves names with. */
  readonly nameserver: string;
  readonly certificate: ServerCertificate;
  /** Public key that may log in, to run `bastide-relay` and nothing else. */
  readonly authorizedKey: string;
}

/** Name of the container; carries the lab's id because `BASTIDE_DOCKER_HOST` may be shared. */
export function relayContainer(lab: LabPaths, name: string): string {
  return `bastide-relay-${lab.id}-${name}`;
}

/**
 * Runs a relay host, or leaves the running one alone; other settings replace the container, whose documents and
 * queue lie outside it. Returns its public host key when its ports answer.
 *
 * @throws SystemError with the end of the container's log when they do not within two minutes.
 */
export async function ensureRelayHost(lab: LabPaths, settings: RelayHostSettings): Promise<string> {
  const { address, ports, name } = settings;
  const container = relayContainer(lab, name);
  const hostKey = await prepareFolder(lab, settings);
  const wanted = createHash("sha256")
    .update(JSON.stringify([settings, hostKey]))
    .digest("hex");
  const format = '{{.State.Running}} {{index .Config.Labels "bastide.settings"}}';
  const found = await dockerOrNull(lab, ["container", "inspect", "--format", format, container]);
  if (found === `false ${wanted}`) await docker(lab, ["start", container]);
  else if (found !== `true ${wanted}`) {
    if (found !== null) await docker(lab, ["rm", "--force", container]);
    await docker(lab, ["run", ...runArguments(lab, container, wanted, settings)]);
  }
  const end = performance.now() + 120_000;
  for (const port of [ports.smtp, ports.ssh]) {
    while (!(await answersOn(address, port))) {
      interruption.throwIfAborted();
      if (performance.now() > end) {
        throw new SystemError(`The lab's relay ${name} does not answer.`, {
          code: "LAB_RELAY_SILENT",
          hint:
            (await dockerOrNull(lab, ["logs", "--tail", "20", container])) ?? `See the log of ${container}.`,
        });
      }
      await sleep(100);
    }
  }
  return hostKey;
}

function folder(lab: LabPaths, name: string): string {
  return join(lab.dir, "relays", name);
}

/** TLS and SSH files as the container reads them; gives the public host key. */
async function prepareFolder(
  lab: LabPaths,
  { name, certificate, authorizedKey }: RelayHostSettings,
): Promise<string> {
  const base = folder(lab, name);
  for (const part of ["tls", "ssh"]) await mkdir(join(base, part), { recursive: true });
  // sshd reads the list of keys as the user who logs in.
  for (const path of [base, join(base, "ssh")]) await chmod(path, 0o755);
  await copyFile(certificate.certFile, join(base, "tls/server.pem"));
  await copyFile(certificate.keyFile, join(base, "tls/server.key"));
  await writeFile(join(base, "ssh/authorized_keys"), `${authorizedKey}\n`);
  await chmod(join(base, "ssh/authorized_keys"), 0o644);
  const key = join(base, "ssh/host_ed25519");
  await ensureKey(key);
  return await publicKey(key);
}

function runArguments(
  lab: LabPaths,
  container: string,
  label: string,
  { name, imageId, address, ports, hostName, nameserver }: RelayHostSettings,
): string[] {
  const volume = (part: string, target: string): string[] => [
    "--mount",
    `type=volume,source=${container}-${part},target=${target}`,
  ];
  return [
    ...["--detach", "--name", container, "--hostname", hostName, "--restart", "unless-stopped"],
    ...["--stop-timeout", "5", "--label", `bastide.settings=${label}`],
    ...["--env", `RELAY_NAME=${hostName}`, "--env", `RELAY_NAMESERVER=${nameserver}`],
    // Half a minute of both processors at each first start otherwise.
    ...["--env", "RELAY_HYPERSCAN=off"],
    ...["--mount", `type=bind,source=${folder(lab, name)},target=/etc/bastide-relay,readonly`],
    ...volume("documents", "/var/lib/bastide-relay"),
    ...volume("spool", "/var/spool/postfix"),
    ...["--publish", `${address}:${ports.smtp}:25`, "--publish", `${address}:${ports.ssh}:22`],
    imageId,
  ];
}
