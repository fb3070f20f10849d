import { join } from "node:path";
import type { Cdg } from "../../plan/index.ts";
import type { ServerCertificate } from "./ca.ts";
import { type LabFacts, relayPorts } from "./facts.ts";
import type { LabPaths } from "./paths.ts";
import { ensureHostKey, ensureRelayHost } from "./relay-host.ts";
import { ensureKey, publicKey } from "./ssh-keys.ts";

/** The two MX hosts of the lab; none on somebody else's engine, whose containers do not reach the lab's mail server. */
export const relayNames = ["mx1", "mx2"] as const;

/** Private key that logs in to the relays. Mode 0600. */
export function relayKeyFile(lab: LabPaths): string {
  return join(lab.secretsDir, "relay-key");
}

/** What the lab's `cdg.yaml` says of its relays, whose host keys are made now; nothing where it has none. */
export async function relayConnections(
  lab: LabPaths,
  facts: LabFacts,
): Promise<Pick<Cdg["connections"], "relays" | "ssh">> {
  const ports = relayPorts(facts);
  if (ports === null) return {};
  await ensureKey(relayKeyFile(lab));
  const relays = await Promise.all(
    relayNames.map(async (name) => ({
      name,
      host: facts.addresses.node,
      port: ports[name].ssh,
      smtpPort: ports[name].smtp,
      user: "bastide",
      hostKey: await ensureHostKey(lab, name),
    })),
  );
  return { relays, ssh: { credential: `file:${relayKeyFile(lab)}` } };
}

export interface RelaysSettings {
  readonly facts: LabFacts;
  readonly imageId: string;
  /** The CDG's domain: the relays greet with a name below it. */
  readonly domain: string;
  readonly certificate: ServerCertificate;
}

/** Runs both relay hosts. */
export async function ensureRelays(
  lab: LabPaths,
  { facts, imageId, domain, certificate }: RelaysSettings,
): Promise<void> {
  const ports = relayPorts(facts);
  if (ports === null) return;
  await ensureKey(relayKeyFile(lab));
  const authorizedKey = await publicKey(relayKeyFile(lab));
  await Promise.all(
    relayNames.map(async (name) => {
      const { node } = facts.addresses;
      const hostName = `${name}.${domain}`;
      const places = { name, address: node, nameserver: node, hostName, ports: ports[name] };
      await ensureRelayHost(lab, { ...places, imageId, certificate, authorizedKey });
    }),
  );
}
