import type { Cdg } from "./catalogue.ts";
import type { Finding } from "./diagnostics.ts";
import { parseDomain } from "./fields/addresses.ts";
import { parseHostKey } from "./fields/hosts.ts";
import type { RelayPlan } from "./types.ts";

/** Without relays of its own in cdg.yaml a CDG publishes these two. */
const USUAL_RELAYS = ["mx1", "mx2"] as const;

/** Names of the hosts that a domain's MX records point to, the preferred one first. */
export function mxHosts({
  domain,
  connections,
}: Pick<Cdg, "domain"> & { readonly connections?: Pick<Cdg["connections"], "relays"> }): string[] {
  const names = connections?.relays?.map(({ name }) => name) ?? USUAL_RELAYS;
  return names.map((name) => `${name}.${domain}`);
}

/** The relays with their defaults; none where cdg.yaml names none. */
export function relaysOf({ connections }: Pick<Cdg, "connections">): RelayPlan[] {
  return (connections.relays ?? []).map(({ name, host, port = 22, user = "bastide", hostKey }) => ({
    name,
    host: hostOf(host),
    port,
    user,
    hostKey: parseHostKey(hostKey) ?? hostKey,
  }));
}

/** One spelling of a server's name or address. */
export function hostOf(host: string): string {
  return parseDomain(host)?.ascii ?? host;
}

/** Relays are different ones, and know where mail goes. */
export function relayFindings(cdg: Pick<Cdg, "connections" | "mail">): Finding[] {
  const relays = relaysOf(cdg);
  if (relays.length === 0) return [];
  const places = (["name", "host"] as const).flatMap((key) => {
    const claimOf = (relay: RelayPlan) => (key === "name" ? relay.name : `${relay.host}:${relay.port}`);
    return relays.flatMap((relay, index): Finding[] => {
      const first = relays.findIndex((other) => claimOf(other) === claimOf(relay));
      if (first === index) return [];
      const message = `expected a relay of its own, got ${claimOf(relay)}, which relays[${first}] has too`;
      const path = ["connections", "relays", index, key];
      return [{ code: "RELAY_DUPLICATE", severity: "error", path, message, hint: "Keep one of them." }];
    });
  });
  return cdg.mail?.inbound === undefined ? [...places, NO_NEXT_HOP] : places;
}

const NO_NEXT_HOP: Finding = {
  code: "CATALOGUE_INCOMPLETE",
  severity: "error",
  path: ["connections", "relays"],
  at: "key",
  message: "expected mail.inbound, the server that relays hand mail on to, got none",
  hint: "Add mail: { inbound: { host: …, port: 25 } } to cdg.yaml.",
};
