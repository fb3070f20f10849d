import { createHash } from "node:crypto";
import { BlockList } from "node:net";
import { runChild, SystemError } from "../cli/index.ts";
import type { LabPaths } from "./paths.ts";
import { asRoot, worksAsRoot } from "./privileged.ts";

/** Two addresses of one /30: the host's end (the Zimbra simulator) and the lab's end (dockerd, mail). */
export interface LabAddresses {
  readonly host: string;
  readonly node: string;
}

/** Length of the prefix that both ends share. */
export const prefixLength = 30;

/** Name below `/run/netns`. */
export function namespaceName(lab: LabPaths): string {
  return `bastide-${lab.id}`;
}

/** The file that `nsenter --net=` takes. */
export function namespaceFile(lab: LabPaths): string {
  return `/run/netns/${namespaceName(lab)}`;
}

/** Interface names end at 15 characters. */
function interfaces(lab: LabPaths): { readonly host: string; readonly node: string } {
  return { host: `bst${lab.id}h`, node: `bst${lab.id}n` };
}

/**
 * The `attempt`-th pair of addresses that a lab may have, always the same for the same lab.
 *
 * They lie in 10.192.0.0/10, or, where a host routes all of that elsewhere, in 172.16.0.0/16: away from
 * Docker's own pools (172.17 to 172.31, 192.168) and from the pool that the lab's Swarm is given (10.128/10).
 */
export function candidateAddresses(id: string, attempt: number): LabAddresses {
  const digest = createHash("sha256").update(`${id}/${attempt}`).digest();
  const [second, third, fourth] = [digest.readUInt8(0), digest.readUInt8(1), digest.readUInt8(2)];
  const prefix = attempt < 10 ? `10.${192 + (second & 63)}.${third}` : `172.16.${third}`;
  const network = fourth & 0b1111_1100;
  return { host: `${prefix}.${network + 1}`, node: `${prefix}.${network + 2}` };
}

/**
 * Addresses that no interface and no route of this host uses yet.
 *
 * @throws SystemError after 20 taken candidates, which on a real host means that both ranges are routed elsewhere.
 */
export async function chooseAddresses(lab: LabPaths): Promise<LabAddresses> {
  const taken = await takenNetworks(interfaces(lab).host);
  for (let attempt = 0; attempt < 20; attempt++) {
    const addresses = candidateAddresses(lab.id, attempt);
    if (!taken.check(addresses.host) && !taken.check(addresses.node)) return addresses;
  }
  throw new SystemError("No free /30 for the lab.", {
    code: "LAB_NO_ADDRESS",
    hint: "This host routes 10.192.0.0/10 and 172.16.0.0/16 elsewhere.",
  });
}

/**
 * Makes the lab's network namespace and the veth pair that joins it to the host, or leaves them as they are.
 * The host gets one interface with one address; its iptables, bridges, routes and ports are not touched.
 * The namespace has no default route: nothing in the lab reaches further than this host.
 *
 * @throws SystemError when another interface of the host has taken the addresses since.
 */
export async function ensureNetwork(lab: LabPaths, addresses: LabAddresses): Promise<void> {
  if (await networkStands(lab, addresses)) return;
  const taken = await takenNetworks(interfaces(lab).host);
  if (taken.check(addresses.host) || taken.check(addresses.node)) {
    throw new SystemError(
      `The lab's addresses ${addresses.host} and ${addresses.node} are in use on this host now.`,
      { code: "LAB_ADDRESS_TAKEN", hint: "Free them, or start over with `bastide lab reset`." },
    );
  }
  await removeNetwork(lab);
  const { host, node } = interfaces(lab);
  const name = namespaceName(lab);
  await asRoot("ip", ["netns", "add", name]);
  await asRoot("ip", ["link", "add", host, "type", "veth", "peer", "name", node, "netns", name]);
  await asRoot("ip", ["address", "add", `${addresses.host}/${prefixLength}`, "dev", host]);
  await asRoot("ip", ["link", "set", host, "up"]);
  await asRoot("ip", ["-n", name, "link", "set", "lo", "up"]);
  await asRoot("ip", ["-n", name, "address", "add", `${addresses.node}/${prefixLength}`, "dev", node]);
  await asRoot("ip", ["-n", name, "link", "set", node, "up"]);
}

/** Takes the namespace and the veth pair away; fine when they are not there, or only half there. */
export async function removeNetwork(lab: LabPaths): Promise<void> {
  await worksAsRoot("ip", ["link", "delete", interfaces(lab).host]);
  await worksAsRoot("ip", ["netns", "delete", namespaceName(lab)]);
  // Where /run is on disk the mount point outlives a reboot as a plain file, which `ip netns add` refuses.
  await asRoot("rm", ["-f", namespaceFile(lab)]);
}

/**
 * True while the host's end of the lab's pair is up. Without it, a packet to the lab's addresses would take the
 * host's default route.
 */
export async function hostInterfaceStands(lab: LabPaths, addresses: LabAddresses): Promise<boolean> {
  return await hasAddress([], interfaces(lab).host, addresses.host);
}

/** True when both ends are up with the right addresses. */
async function networkStands(lab: LabPaths, addresses: LabAddresses): Promise<boolean> {
  return (
    (await hostInterfaceStands(lab, addresses)) &&
    (await hasAddress(["-n", namespaceName(lab)], interfaces(lab).node, addresses.node))
  );
}

async function hasAddress(where: readonly string[], device: string, address: string): Promise<boolean> {
  const show = ["-brief", "address", "show", "up", "dev", device];
  // Looking at the host needs no root, looking into a namespace does.
  const run = where.length > 0 ? asRoot : asUser;
  return await run("ip", [...where, ...show]).then(
    (text) => text.includes(` ${address}/${prefixLength}`),
    () => false,
  );
}

async function asUser(file: string, args: readonly string[]): Promise<string> {
  const { stdout } = await runChild(file, args, {});
  return stdout;
}

/** Networks of the host's addresses and routes, without the interface `own` and the default route. */
async function takenNetworks(own: string): Promise<BlockList> {
  const { stdout } = await runChild("ip", ["-4", "route", "show", "table", "all"], {});
  const taken = new BlockList();
  for (const line of stdout.split("\n")) {
    const found = /^(?:\w+ )?(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?(?= )/.exec(line);
    if (!found?.[1] || line.includes(` dev ${own} `)) continue;
    taken.addSubnet(found[1], Number(found[2] ?? 32));
  }
  return taken;
}
