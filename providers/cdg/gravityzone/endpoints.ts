/** The machines of a company. */
import { z } from "zod";
import type { GravityZone } from "./client.ts";
import { allPages } from "./pages.ts";

const endpoint = z.looseObject({
  id: z.string(),
  name: z.string(),
  isManaged: z.boolean().default(true),
  operatingSystemVersion: z.string().nullish(),
});

export interface FoundEndpoint {
  readonly id: string;
  readonly name: string;
  readonly isServer: boolean;
}

/** Those with an agent, in all groups of the company. */
export async function endpointsOf(
  gravityzone: GravityZone,
  companyId: string,
  signal: AbortSignal,
): Promise<readonly FoundEndpoint[]> {
  const params = {
    parentId: companyId,
    isManaged: true,
    filters: { depth: { allItemsRecursively: true } },
  };
  const call = { operation: "network.getEndpointsList", target: companyId, params };
  const found = await allPages(gravityzone, call, endpoint, signal);
  return found
    .filter(({ isManaged }) => isManaged)
    .map(({ id, name, operatingSystemVersion }) => ({
      id,
      name,
      isServer: isServer(operatingSystemVersion ?? ""),
    }));
}

/**
 * `machineType` only tells real machines from virtual ones, so the system's name decides: Windows Server, and Linux
 * unless it says desktop.
 */
export function isServer(system: string): boolean {
  if (/server/i.test(system)) return true;
  return /linux|ubuntu|debian|red hat|centos|suse/i.test(system) && !/desktop|workstation/i.test(system);
}
