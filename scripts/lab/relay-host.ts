import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { copyCertificate, type ServerCertificate } from "./ca.ts";
import { ensureContainer } from "./container.ts";
import type { LabPaths } from "./paths.ts";
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
  const hostKey = await prepareFolder(lab, settings);
  await ensureContainer(lab, {
    name: relayContainer(lab, name),
    settings: [settings, hostKey],
    run: runArguments(lab, settings),
    address,
    ports: [ports.smtp, ports.ssh],
    timeoutMs: 120_000,
    silent: { message: `The lab's relay ${name} does not answer.`, code: "LAB_RELAY_SILENT" },
  });
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
  const key = join(folder(lab, name), "ssh/host_ed25519");
  await mkdir(dirname(key), { recursive: true });
  await ensureKey(key);
  return await publicKey(key);
}

function runArguments(
  lab: LabPaths,
  { name, imageId, address, ports, hostName, nameserver }: RelayHostSettings,
): string[] {
  const volume = (part: string, target: string): string[] => [
    "--mount",
    `type=volume,source=${relayContainer(lab, name)}-${part},target=${target}`,
  ];
  return [
    ...["--hostname", hostName, "--stop-timeout", "5"],
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
