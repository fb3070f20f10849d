import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureContainer } from "../container.ts";
import { dockerOrNull } from "../docker.ts";
import type { LabPaths } from "../paths.ts";
import type { Zones } from "./zones.ts";

export interface DnsServerSettings {
  /** The lab's mail image, which has NSD as well: one image costs one debootstrap. */
  readonly imageId: string;
  /** Where the port is published, over UDP and TCP. */
  readonly address: string;
  readonly port: number;
  readonly zones: Zones;
}

/** Name of the container; carries the lab's id because `BASTIDE_DOCKER_HOST` may be shared. */
export function dnsContainer(lab: LabPaths): string {
  return `bastide-dns-${lab.id}`;
}

/**
 * Runs NSD with `zones`, or leaves the running one alone; other settings or zones replace the container, which
 * keeps nothing. Returns when it answers.
 *
 * @throws SystemError with the end of the container's log when it does not within a minute.
 */
export async function ensureDnsServer(lab: LabPaths, settings: DnsServerSettings): Promise<void> {
  const { address, port, imageId, zones } = settings;
  const files = zoneFiles(zones);
  await ensureContainer(lab, {
    name: dnsContainer(lab),
    settings: [address, port, imageId, folder(lab), [...files]],
    run: [
      ...["--stop-timeout", "2"],
      ...["--mount", `type=bind,source=${folder(lab)},target=/dns,readonly`],
      ...["--publish", `${address}:${port}:53/udp`, "--publish", `${address}:${port}:53/tcp`],
      ...["--entrypoint", "/usr/sbin/nsd", imageId, "-d", "-c", "/dns/nsd.conf"],
    ],
    prepare: async () => await writeFiles(lab, files),
    address,
    ports: [port],
    timeoutMs: 60_000,
    silent: { message: "The lab's name server does not answer.", code: "LAB_DNS_SILENT" },
  });
}

/** Takes the name server away; fine when there is none. */
export async function removeDnsServer(lab: LabPaths): Promise<void> {
  await dockerOrNull(lab, ["rm", "--force", dnsContainer(lab)]);
}

function folder(lab: LabPaths): string {
  return join(lab.dir, "dns");
}

/** By name in the container's `/dns`. */
function zoneFiles(zones: Zones): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const lines = [
    "server:",
    "  ip-address: 0.0.0.0",
    "  username: nsd",
    "  zonesdir: /dns",
    '  pidfile: ""',
    '  database: ""',
    "  server-count: 1",
    // Everything comes from one address here.
    "  rrl-ratelimit: 0",
    "remote-control:",
    "  control-enable: no",
  ];
  for (const [origin, text] of zones) {
    const file = `${origin === "." ? "root" : origin}.zone`;
    files.set(file, text);
    lines.push("zone:", `  name: "${origin}"`, `  zonefile: "${file}"`);
  }
  return files.set("nsd.conf", `${lines.join("\n")}\n`);
}

/** NSD reads them as its own user, whatever umask this process has. */
async function writeFiles(lab: LabPaths, files: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder(lab), { recursive: true });
  await chmod(folder(lab), 0o755);
  for (const [name, text] of files) {
    const file = join(folder(lab), name);
    await writeFile(file, text);
    await chmod(file, 0o644);
  }
}
