/** `cdg:sftpgo:FileUsage`: a resource whose read measures. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ProviderError, type ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { hasCode } from "../http/errors.ts";
import type { Sftpgo } from "./client.ts";
import { FOLDER, findOurs } from "./entity.ts";
import { isConflict } from "./rest.ts";
import { type FileUsageInputs, type FileUsageOutputs, usageInputs, usageOutputs } from "./schema.ts";

const folderReply = z.looseObject({
  used_quota_size: z.number().int().default(0),
  used_quota_files: z.number().int().default(0),
});
const scansReply = z.array(z.looseObject({ name: z.string() }));

export const usage: ResourceHandler<CdgClient, FileUsageInputs, FileUsageOutputs> = {
  token: "cdg:sftpgo:FileUsage",
  description:
    "Measured use of a folder: SFTPGo counts its files, which also mends a tally that a crash left wrong. A " +
    "refresh counts again; when SFTPGo does not answer, the last figures stay with their date.",
  inputs: usageInputs,
  outputs: usageOutputs,
  idOf: ({ folder }) => folder,

  /** Fails where SFTPGo does not answer: there are no last figures yet, and zeros would be a lie. */
  create: (inputs, { client, signal }) => measure(client.sftpgo(), inputs.folder, signal),

  async read(id, state, { client, signal, log }) {
    const folder = state?.folder ?? id;
    try {
      return { id, inputs: { folder }, outputs: await measure(client.sftpgo(), folder, signal) };
    } catch (error) {
      if (hasCode(error, "sftpgo.404")) return null;
      if (state === null || !(error instanceof ProviderError)) throw error;
      log("warning", `Use of ${folder} not measured, figures of ${state.measuredAt} kept: ${error.message}`);
      return { id, inputs: { folder }, outputs: state };
    }
  },

  update: (_id, _olds, news, { client, signal }) => measure(client.sftpgo(), news.folder, signal),

  delete: async () => {},
};

async function measure(sftpgo: Sftpgo, folder: string, signal: AbortSignal): Promise<FileUsageOutputs> {
  await count(sftpgo, folder, signal);
  const figures = folderReply.parse(await findOurs(sftpgo, FOLDER, folder, signal));
  const measuredAt = new Date().toISOString();
  return { folder, usedBytes: figures.used_quota_size, files: figures.used_quota_files, measuredAt };
}

/** Returns when a scan that began after the call is over; one that runs already is waited for first. */
async function count({ rest }: Sftpgo, folder: string, signal: AbortSignal): Promise<void> {
  const at = { operation: "count folder", target: folder };
  const path = `/quotas/folders/${encodeURIComponent(folder)}/scan`;
  for (;;) {
    try {
      await rest.call({ ...at, method: "POST", path, lost: "look" }, signal);
      break;
    } catch (error) {
      if (!isConflict(error)) throw error;
      await sleep(500, undefined, { signal });
    }
  }
  for (;;) {
    const running = { ...at, method: "GET", path: "/quotas/folders/scans", lost: "again" } as const;
    const scans = await rest.ask(running, scansReply, signal);
    if (!scans.some(({ name }) => name === folder)) return;
    await sleep(100, undefined, { signal });
  }
}
