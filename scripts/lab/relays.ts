import { join } from "node:path";
import type { Cdg } from "../../plan/index.ts";
import type { ServerCertificate } from "./ca.ts";
import { docker } from "./docker.ts";
import { type LabFacts, relayPorts } from "./facts.ts";
import type { LabPaths } from "./paths.ts";
import { ensureHostKey, prepareRelayFolder, relayFolder } from "./relay-folder.ts";
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

/** Puts the files on the node that the platform's relay hosts read. */
export async function prepareRelays(lab: LabPaths, certificate: ServerCertificate): Promise<void> {
  await ensureKey(relayKeyFile(lab));
  const authorizedKey = await publicKey(relayKeyFile(lab));
  for (const name of relayNames) await prepareRelayFolder(lab, name, { certificate, authorizedKey });
}

/** The relay hosts that the platform stack runs, for the lab's `cdg.yaml`. */
export function relayHosts(
  lab: LabPaths,
  {
    image,
    stockage,
    nameserver,
  }: { readonly image: string; readonly stockage: string; readonly nameserver: string },
): NonNullable<NonNullable<Cdg["platform"]>["relays"]> {
  return {
    image,
    hosts: relayNames.map((name) => ({ name, stockage, settings: relayFolder(lab, name) })),
    nameserver,
    // Half a minute of both processors at each first start otherwise.
    hyperscan: false,
  };
}

/** Id of the container that a relay host runs in at the moment: the Swarm starts a new one for one that ended. */
export async function relayContainer(lab: LabPaths, name: (typeof relayNames)[number]): Promise<string> {
  const ofService = ["--filter", `label=com.docker.swarm.service.name=${name}`];
  const [id = ""] = (await docker(lab, ["ps", "--quiet", ...ofService])).split("\n");
  if (id === "") throw new Error(`relay ${name} of lab ${lab.name} does not run`);
  return id;
}
