/** `cdg:restic:Repository`: the repository of one tenant, with its key and the CDG's. Its content is never touched. */
import type { ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { hasCode, refusal } from "../http/errors.ts";
import type { Restic } from "./client.ts";
import { makeRepository } from "./make.ts";
import {
  type RepositoryInputs,
  type RepositoryOutputs,
  repositoryInputs,
  repositoryOutputs,
} from "./schema.ts";

export const repository: ResourceHandler<CdgClient, RepositoryInputs, RepositoryOutputs> = {
  token: "cdg:restic:Repository",
  description:
    "A restic repository on the tenant's rest-server, opened by the tenant's key and by the CDG's maintenance " +
    "key. One that is there is taken up again. Leaving the program leaves it as it is.",
  inputs: repositoryInputs,
  outputs: repositoryOutputs,
  replaceOn: ["user"],
  secrets: ["password", "repositoryPassword"],
  idOf: ({ user }) => user,

  async create(inputs, { client, signal }) {
    await settle(client.restic(), inputs, signal);
    return inputs;
  },

  /**
   * A login that is refused says nothing about the repository, which stays as it is known: after a run that was
   * killed while the service changed, the server has the new login already, which the next update tries. Whoever
   * changed the login otherwise did so at the service, where a refresh shows it.
   */
  async read(id, state, { client, signal, log }) {
    if (state === null) {
      const at = { operation: "import repository", target: id };
      throw refusal("bastide.NO_IMPORT", at, "its passwords are nowhere to be read from: run `bastide up`");
    }
    const known = { id, inputs: state, outputs: state };
    const rest = client.restic().rest(state);
    try {
      return (await rest.config(signal)) === null ? null : known;
    } catch (error) {
      if (!hasCode(error, "http.401")) throw error;
      log("warning", `Backup of ${id} not looked at: ${error.message}`);
      return known;
    } finally {
      await rest.close();
    }
  },

  /** A new login is tried, a key that is missing is added; nothing is taken away. */
  async update(_id, _olds, news, { client, signal }) {
    await settle(client.restic(), news, signal);
    return news;
  },

  delete: async () => {},
};

/** Makes the repository unless it is there, and sees that both keys open it. */
async function settle(restic: Restic, inputs: RepositoryInputs, signal: AbortSignal): Promise<void> {
  const { user, repositoryPassword: own, maintenance } = inputs;
  const cdg = restic.maintenanceKey;
  const opens = async (key: string): Promise<boolean> => {
    try {
      await restic.run(inputs, { key, args: ["cat", "config", "--no-lock"], target: user }, signal);
      return true;
    } catch (error) {
      if (hasCode(error, "restic.WRONG_KEY")) return false;
      throw error;
    }
  };
  const add = async (key: string, newKey: string): Promise<void> => {
    await restic.run(inputs, { key, newKey, args: ["key", "add"], target: user }, signal);
  };
  if (await isNew(restic, inputs, signal)) {
    await makeRepository(restic, inputs, signal);
  } else if (!(await opens(own))) {
    if (!maintenance || !(await opens(cdg))) {
      const message =
        "it holds backups that neither the tenant's key nor the CDG's opens; the old key is needed";
      throw refusal("bastide.NO_KEY", { operation: "open backup", target: user }, message);
    }
    await add(cdg, own);
  }
  if (maintenance && !(await opens(cdg))) await add(own, cdg);
}

/** @throws ProviderError where an interrupted run left a key without a repository: a second one would be ambiguous. */
async function isNew(restic: Restic, inputs: RepositoryInputs, signal: AbortSignal): Promise<boolean> {
  const rest = restic.rest(inputs);
  try {
    if ((await rest.config(signal)) !== null) return false;
    if ((await rest.keys(signal)) === 0) return true;
  } finally {
    await rest.close();
  }
  const message =
    "making it was interrupted; empty its folder keys on the storage node (docs/backup.md), then run again";
  throw refusal("bastide.HALF_MADE", { operation: "make backup", target: inputs.user }, message);
}
