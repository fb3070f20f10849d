/** `cdg:sftpgo:Server`: a deployed SFTPGo that answers and takes the administrator's login. Makes nothing. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { refusal } from "../http/errors.ts";
import type { Sftpgo } from "./client.ts";
import { type ServerInputs, type ServerOutputs, serverInputs, serverOutputs } from "./schema.ts";

/** A first start makes a database and host keys, and is tried again until the database is there. */
const START_MS = 120_000;
const LOOK_MS = 500;

export const server: ResourceHandler<CdgClient, ServerInputs, ServerOutputs> = {
  token: "cdg:sftpgo:Server",
  description:
    "Waits until SFTPGo, once its service was made or changed, answers behind the edge and takes the " +
    "administrator's login, so that collectivités find it ready.",
  inputs: serverInputs,
  outputs: serverOutputs,
  idOf: () => "sftpgo",

  async create(inputs, { client, signal }) {
    return { ...inputs, version: await started(client.sftpgo(), signal) };
  },

  async read(id, state) {
    if (state !== null) return { id, inputs: { revision: state.revision }, outputs: state };
    const at = { operation: "import server", target: id };
    throw refusal("bastide.NO_IMPORT", at, "there is nothing to import: `bastide up` waits for it anew");
  },

  async update(_id, _olds, news, { client, signal }) {
    return { ...news, version: await started(client.sftpgo(), signal) };
  },

  delete: async () => {},
};

/** Its version. @throws ProviderError what the login said, or that nothing answered in time. */
async function started({ rest }: Sftpgo, signal: AbortSignal): Promise<string> {
  for (
    const end = Date.now() + START_MS;
    !(await rest.answers(signal));
    await sleep(LOOK_MS, undefined, { signal })
  ) {
    if (Date.now() < end) continue;
    const at = { operation: "wait for SFTPGo", target: rest.url };
    throw refusal(
      "http.silent",
      at,
      `no answer from it for ${START_MS / 1000} s. See \`docker service ps sftpgo\`, \`postgres\` and \`edge\`.`,
    );
  }
  return await rest.version(signal);
}
