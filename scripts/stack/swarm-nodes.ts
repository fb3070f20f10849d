import { z } from "zod";
import { addressOf } from "../../providers/stand-ins/docker/address.ts";
import { engineAt } from "../../providers/stand-ins/docker/engine.ts";

/** `GET /nodes` of the Docker API. */
const nodes = z.array(
  z.object({
    Description: z.object({ Hostname: z.string() }),
    Spec: z.object({ Availability: z.string(), Labels: z.record(z.string(), z.string()).nullish() }),
    Status: z.object({ State: z.string() }),
  }),
);

/** A machine of the Swarm, as its manager sees it. */
export type SwarmNode = z.infer<typeof nodes>[number];

/** What the manager at `host` knows of its Swarm's machines; `null` when it does not answer. */
export async function nodesOf(host: string): Promise<readonly SwarmNode[] | null> {
  try {
    return await engineAt(addressOf({ host })).get("/nodes", nodes, AbortSignal.timeout(10_000));
  } catch {
    return null;
  }
}

/** True for a node that is called so: its label `stockage`. */
export function isStorage({ Spec: { Labels: labels } }: SwarmNode, name: string): boolean {
  return labels?.stockage === name;
}

/** True when a service that asks for the storage node `name` can run there now. */
export function isFit(node: SwarmNode, name: string): boolean {
  const { Spec: spec, Status: status } = node;
  const works = spec.Availability === "active" && status.State === "ready";
  return works && isStorage(node, name) && spec.Labels?.pays === "fr";
}

/** Host name, state, availability and labels. */
export function nodeWords({
  Description: { Hostname: host },
  Spec: spec,
  Status: { State: state },
}: SwarmNode): string {
  const labels = Object.entries(spec.Labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return `${host}: ${state}, ${spec.Availability}, ${labels.toSorted().join(" ") || "no labels"}`;
}
