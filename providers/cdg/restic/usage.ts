/** `cdg:restic:BackupUsage`: a resource whose read measures. */
import { z } from "zod";
import { ProviderError, type ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { refusal } from "../http/errors.ts";
import { inShape, jsonOf } from "../http/reply.ts";
import type { Restic } from "./client.ts";
import { type BackupUsageInputs, type BackupUsageOutputs, usageInputs, usageOutputs } from "./schema.ts";

const snapshotList = z.array(z.looseObject({ time: z.string() }));

export const backupUsage: ResourceHandler<CdgClient, BackupUsageInputs, BackupUsageOutputs> = {
  token: "cdg:restic:BackupUsage",
  description:
    "Measured use of a backup: bytes of the repository, number of snapshots and the date of the last. A refresh " +
    "measures again; when the server does not answer, the last figures stay with their date.",
  inputs: usageInputs,
  outputs: usageOutputs,
  secrets: ["password"],
  idOf: ({ user }) => user,

  /** Fails where nobody answers: there are no last figures yet, and zeros would be a lie. */
  create: (inputs, { client, signal }) => measure(client.restic(), inputs, signal),

  async read(id, state, { client, signal, log }) {
    if (state === null) {
      const at = { operation: "import backup usage", target: id };
      throw refusal("bastide.NO_IMPORT", at, "a measurement is made, not imported");
    }
    const inputs = { user: state.user, password: state.password, maintenance: state.maintenance };
    try {
      return { id, inputs, outputs: await measure(client.restic(), inputs, signal) };
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      log("warning", `Backup of ${id} not measured, figures of ${state.measuredAt} kept: ${error.message}`);
      return { id, inputs, outputs: state };
    }
  },

  update: (_id, _olds, news, { client, signal }) => measure(client.restic(), news, signal),

  delete: async () => {},
};

async function measure(
  restic: Restic,
  inputs: BackupUsageInputs,
  signal: AbortSignal,
): Promise<BackupUsageOutputs> {
  const rest = restic.rest(inputs);
  try {
    const usedBytes = await rest.usedBytes(signal);
    const times = inputs.maintenance ? await snapshotTimes(restic, inputs, signal) : null;
    const last = times === null || times.length === 0 ? null : Math.max(...times.map(Date.parse));
    return {
      ...inputs,
      usedBytes,
      snapshots: times?.length ?? null,
      lastSnapshotAt: last === null ? null : new Date(last).toISOString(),
      measuredAt: new Date().toISOString(),
    };
  } finally {
    await rest.close();
  }
}

/** Without a lock: at the limit the server would refuse it. */
async function snapshotTimes(
  restic: Restic,
  login: BackupUsageInputs,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const args = ["snapshots", "--json", "--no-lock"];
  const call = { key: restic.maintenanceKey, args, target: login.user };
  const text = await restic.run(login, call, signal);
  const at = { operation: "list snapshots", target: login.user };
  return inShape(jsonOf(text), snapshotList, "restic", at).map(({ time }) => time);
}
