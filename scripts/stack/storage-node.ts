import { z } from "zod";
import type { Catalogue, TenantPlan } from "../../plan/index.ts";
import { addressOf } from "../../providers/stand-ins/docker/address.ts";
import { engineAt } from "../../providers/stand-ins/docker/engine.ts";
import { fail } from "../cli/index.ts";
import type { Session } from "./session.ts";
import { outputsOf, readState } from "./state.ts";

/** `GET /nodes` of the Docker API. */
const nodes = z.array(
  z.object({
    Description: z.object({ Hostname: z.string() }),
    Spec: z.object({ Availability: z.string(), Labels: z.record(z.string(), z.string()).nullish() }),
    Status: z.object({ State: z.string() }),
  }),
);
type Node = z.infer<typeof nodes>[number];

const deployed = z.object({ services: z.object({ backup: z.object({ node: z.string() }) }) });

/**
 * Refuses what needs the platform while it is not deployed, a new backup that no node of the Swarm can hold, before anything of the collectivité is made, and one
 * whose node is another than where its data lies. An engine that does not answer is no reason to refuse the rest:
 * the deployment itself then says so.
 *
 * @throws UserError `STORAGE_NODE_UNFIT`, `STORAGE_NODE_MOVED` or `PLATFORM_MISSING`.
 */
export async function requireStorage(
  session: Session,
  plan: TenantPlan | undefined,
  { connections, platform }: Catalogue["cdg"],
): Promise<void> {
  if (
    plan?.files !== undefined &&
    platform?.files !== undefined &&
    process.env.BASTIDE_NETWORK === undefined
  ) {
    fail("Share and transfer need the platform's SFTPGo, and the platform is not deployed.", {
      code: "PLATFORM_MISSING",
      hint: "npx bastide up platform",
    });
  }
  if (plan?.backup === undefined || connections.docker === undefined) return;
  const { slug, backup } = plan;
  const state = await readState(session, slug);
  const holder = state === null ? undefined : deployed.safeParse(outputsOf(state)).data?.services.backup.node;
  if (holder === backup.node) return;
  if (holder !== undefined) {
    fail(`Its backups lie on the storage node ${holder}, and its file now says ${backup.node}.`, {
      code: "STORAGE_NODE_MOVED",
      hint: `Data does not move by itself: put sauvegarde.noeud back to ${holder}, or see docs/backup.md.`,
    });
  }
  if (process.env.BASTIDE_NETWORK === undefined) {
    fail("A backup needs the platform's network, and the platform is not deployed.", {
      code: "PLATFORM_MISSING",
      hint: "npx bastide up platform",
    });
  }
  const found = await nodesOf(connections.docker.host);
  if (found === null || found.some((node) => isFit(node, backup.node))) return;
  const listed = found.map(words).join("\n");
  fail("No node of the Swarm can hold its backup. Nothing was made.", {
    code: "STORAGE_NODE_UNFIT",
    hint:
      `It takes one that is ready, active, and labelled stockage=${backup.node} and pays=fr. There are:\n${listed}\n` +
      `docker node update --label-add stockage=${backup.node} --label-add pays=fr NODE`,
  });
}

function isFit({ Spec: spec, Status: status }: Node, name: string): boolean {
  const { stockage, pays } = spec.Labels ?? {};
  return stockage === name && pays === "fr" && spec.Availability === "active" && status.State === "ready";
}

function words({ Description: { Hostname: host }, Spec: spec, Status: { State: state } }: Node): string {
  const labels = Object.entries(spec.Labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return `- ${host}: ${state}, ${spec.Availability}, ${labels.toSorted().join(" ") || "no labels"}`;
}

/** `null` when the engine does not answer. */
async function nodesOf(host: string): Promise<readonly Node[] | null> {
  try {
    return await engineAt(addressOf({ host })).get("/nodes", nodes, AbortSignal.timeout(10_000));
  } catch {
    return null;
  }
}
