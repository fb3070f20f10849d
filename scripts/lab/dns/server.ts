import { createHash } from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { interruption, SystemError } from "../../cli/index.ts";
import { docker, dockerOrNull } from "../docker.ts";
import type { LabPaths } from "../paths.ts";
import { answersOn } from "../ports.ts";
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
 * @throws SystemError with the end of the container's log when it does not within 15 seconds.
 */
export async function ensureDnsServer(lab: LabPaths, settings: DnsServerSettings): Promise<void> {
  const name = dnsContainer(lab);
  const { address, port, imageId, zones } = settings;
  const files = zoneFiles(zones);
  const wanted = createHash("sha256")
    .update(JSON.stringify([address, port, imageId, folder(lab), [...files]]))
    .digest("hex");
  const format = '{{.State.Running}} {{index .Config.Labels "bastide.settings"}}';
  const found = await dockerOrNull(lab, ["container", "inspect", "--format", format, name]);
  if (found === `false ${wanted}`) await docker(lab, ["start", name]);
  else if (found !== `true ${wanted}`) {
    await writeFiles(lab, files);
    if (found !== null) await docker(lab, ["rm", "--force", name]);
    await docker(lab, [
      ...["run", "--detach", "--name", name, "--restart", "unless-stopped", "--stop-timeout", "2"],
      ...["--label", `bastide.settings=${wanted}`],
      ...["--mount", `type=bind,source=${folder(lab)},target=/dns,readonly`],
      ...["--publish", `${address}:${port}:53/udp`, "--publish", `${address}:${port}:53/tcp`],
      ...["--entrypoint", "/usr/sbin/nsd", imageId, "-d", "-c", "/dns/nsd.conf"],
    ]);
  }
  const end = performance.now() + 15_000;
  while (!(await answersOn(address, port))) {
    interruption.throwIfAborted();
    if (performance.now() > end) {
      throw new SystemError("The lab's name server does not answer.", {
        code: "LAB_DNS_SILENT",
        hint:
          (await dockerOrNull(lab, ["logs", "--tail", "20", name])) ?? `See the log of container ${name}.`,
      });
    }
    await sleep(50);
  }
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
