import { z } from "zod";
import type { Catalogue, TenantPlan } from "../../plan/index.ts";
import { fail } from "../cli/index.ts";
import type { Session } from "./session.ts";
import { outputsOf, readState } from "./state.ts";
import { isFit, isStorage, nodesOf, nodeWords } from "./swarm-nodes.ts";

const deployed = z.object({ services: z.object({ backup: z.object({ node: z.string() }) }) });

/**
 * Refuses what needs the platform while it is not deployed, and before anything of the collectivité is made a new
 * backup that no node of the Swarm can hold, or more than one; and one whose node is another than where its data
 * lies. An engine that does not answer is no reason to refuse the rest: the deployment itself then says so.
 *
 * @throws UserError `STORAGE_NODE_UNFIT`, `STORAGE_NODE_AMBIGUOUS`, `STORAGE_NODE_MOVED` or `PLATFORM_MISSING`.
 */
export async function requireStorage(
  session: Session,
  plan: TenantPlan | undefined,
  { connections, platform }: Catalogue["cdg"],
): Promise<void> {
  const isDeployed = process.env.BASTIDE_NETWORK !== undefined;
  if (plan?.files !== undefined && platform?.files !== undefined && !isDeployed)
    missing("Share and transfer need the platform's SFTPGo");
  if (plan?.antiSpam !== undefined && platform?.relays !== undefined && !isDeployed)
    missing("Mail needs the platform's relays");
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
  if (!isDeployed) missing("A backup needs the platform's network");
  const found = await nodesOf(connections.docker.host);
  if (found === null) return;
  const listed = found.map((node) => `- ${nodeWords(node)}`).join("\n");
  if (found.filter((node) => isStorage(node, backup.node)).length > 1) {
    fail(`More than one node of the Swarm is labelled stockage=${backup.node}. Nothing was made.`, {
      code: "STORAGE_NODE_AMBIGUOUS",
      hint:
        `The Swarm could start its backup on one that has not its data. There are:\n${listed}\n` +
        `docker node update --label-rm stockage NODE`,
    });
  }
  if (found.some((node) => isFit(node, backup.node))) return;
  fail("No node of the Swarm can hold its backup. Nothing was made.", {
    code: "STORAGE_NODE_UNFIT",
    hint:
      `It takes one that is ready, active, and labelled stockage=${backup.node} and pays=fr. There are:\n${listed}\n` +
      `docker node update --label-add stockage=${backup.node} --label-add pays=fr NODE`,
  });
}

function missing(need: string): never {
  fail(`${need}, and the platform is not deployed.`, {
    code: "PLATFORM_MISSING",
    hint: "npx bastide up platform",
  });
}
