import { type Progress, SystemError } from "../cli/index.ts";
import { stopShellAgent } from "../stack/shell-agent.ts";
import { removeDnsServer } from "./dns/server.ts";
import { dockerOrNull, labEngine } from "./docker.ts";
import { stopDockerd } from "./dockerd.ts";
import { mailContainer } from "./mail-server.ts";
import { removeNetwork } from "./network.ts";
import { removeOldProvider } from "./old-provider/server.ts";
import type { LabPaths } from "./paths.ts";
import { asRoot } from "./privileged.ts";
import { gravityzoneServer, stopSimulator, zimbraServer } from "./simulator-server.ts";
import { withLabLock } from "./up.ts";

/** Stops everything of the lab; its data stays, and so do its addresses. Fine when nothing runs. */
export async function labDown(lab: LabPaths, progress: Progress): Promise<void> {
  await withLabLock(lab, progress, async () => await stop(lab, progress));
}

/** Stops the lab and removes all of its data: mail, Zimbra's directory, Pulumi's state, secrets. */
export async function labReset(lab: LabPaths, progress: Progress): Promise<void> {
  await withLabLock(lab, progress, async () => {
    if (!labEngine(lab).own) {
      await dockerOrNull(lab, ["rm", "--force", mailContainer(lab)]);
      await dockerOrNull(lab, ["volume", "rm", `${mailContainer(lab)}-spool`]);
    }
    await stop(lab, progress);
    if (!lab.dir.endsWith(`/.bastide/${lab.name}`)) {
      throw new SystemError(`${lab.dir} is no lab's folder.`, { code: "LAB_PATH_INVALID" });
    }
    await progress.step("data of the lab", async () => {
      await asRoot("rm", ["-rf", "--one-file-system", lab.dir], { timeoutMs: 300_000 });
    });
  });
}

async function stop(lab: LabPaths, progress: Progress): Promise<void> {
  await stopShellAgent(lab.backendUrl);
  for (const server of [zimbraServer, gravityzoneServer])
    await progress.step(server.title, async () => await stopSimulator(server, lab));
  if (!labEngine(lab).own) {
    await progress.step("mail server, name server, former provider", async () => {
      await removeDnsServer(lab);
      await removeOldProvider(lab);
      await dockerOrNull(lab, ["stop", mailContainer(lab)]);
    });
  }
  await progress.step("Docker engine, mail server, network", async () => {
    await stopDockerd(lab);
    await removeNetwork(lab);
    await asRoot("rm", ["-rf", "--one-file-system", lab.runDir]);
  });
}
