import type { Cdg } from "./catalogue.ts";
import type { Finding } from "./diagnostics.ts";
import { relaysOf } from "./relays.ts";

/** A relay host that the platform runs as a service of the Swarm, beside what {@link relaysOf} says of reaching it. */
export interface RelayHostPlan {
  /** Of the service. */
  readonly name: string;
  readonly image: string;
  /** As it greets, and as its MX record says. */
  readonly hostName: string;
  /** Published on its node. */
  readonly ports: { readonly smtp: number; readonly ssh: number };
  /** Value of the label `stockage` of the node that holds its documents and its queue. */
  readonly node: string;
  /** Folder on that node with its certificate, its host key and who may log in. */
  readonly settingsPath: string;
  /** `null`: as its node resolves names. */
  readonly nameserver: string | null;
  readonly hyperscan: boolean;
}

type Settings = Pick<Cdg, "connections" | "domain" | "platform">;

/** The relay hosts of the platform; none where the CDG runs its own. */
export function planRelayHosts(cdg: Settings): RelayHostPlan[] {
  if (cdg.platform?.relays === undefined) return [];
  const { image, hosts, nameserver = null, hyperscan = true } = cdg.platform.relays;
  return hosts.map(({ name, stockage, settings }) => ({
    name,
    image,
    hostName: `${name}.${cdg.domain}`,
    ports: portsOf(cdg, name),
    node: stockage,
    settingsPath: settings,
    nameserver,
    hyperscan,
  }));
}

function portsOf({ connections }: Pick<Cdg, "connections">, name: string): RelayHostPlan["ports"] {
  const { port = 22, smtpPort = 25 } = connections.relays?.find((relay) => relay.name === name) ?? {};
  return { smtp: smtpPort, ssh: port };
}

/** Each is one that `bastide` reaches, and no two things take one port of a node. */
export function relayHostFindings(cdg: Settings): Finding[] {
  const named = relaysOf(cdg).map(({ name }) => name);
  const { files } = cdg.platform ?? {};
  const taken = new Map<string, string>();
  if (files !== undefined) taken.set(`${files.stockage.name}:${files.sftpPort ?? 2022}`, "SFTP");
  return planRelayHosts(cdg).flatMap(({ name, node, ports }, index, all): Finding[] => {
    const at = { severity: "error", path: ["platform", "relays", "hosts", index, "name"] } as const;
    const first = all.findIndex((other) => other.name === name);
    if (first !== index) {
      const message = `expected a host of its own for each relay, got ${name}, which hosts[${first}] is too`;
      return [{ ...at, code: "RELAY_DUPLICATE", message, hint: "Keep one of them." }];
    }
    if (!named.includes(name)) {
      const expected = named.length === 0 ? "none is there" : named.join(", ");
      const message = `expected a relay of connections.relays (${expected}), got ${name}`;
      const hint = `Add ${name} there: where bastide reaches it, and its host key.`;
      return [{ ...at, code: "RELAY_UNKNOWN", message, hint }];
    }
    return [ports.smtp, ports.ssh].flatMap((port): Finding[] => {
      const place = `${node}:${port}`;
      const holder = taken.get(place);
      taken.set(place, holder ?? name);
      if (holder === undefined) return [];
      const message = `expected ports that are free on the node ${node}, got ${port} of ${name}, which ${holder} has`;
      const hint = `Give ${name} another port or smtpPort in connections.relays, or another node.`;
      return [{ ...at, code: "PORT_TAKEN", message, hint }];
    });
  });
}
