/** `cdg:sftpgo:ServerAccess`: what SFTPGo and its database are started with. Calls nobody. */
import { createHash } from "node:crypto";
import type { ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { firstPassword } from "../first-password.ts";
import { refusal } from "../http/errors.ts";
import {
  type ServerAccessInputs,
  type ServerAccessOutputs,
  serverAccessInputs,
  serverAccessOutputs,
} from "./schema.ts";

/** Role and database of SFTPGo in its PostgreSQL. */
const ROLE = "sftpgo";

/** Version of the dumps that SFTPGo 2.7 reads (its internal/dataprovider, DumpVersion). */
const DUMP_VERSION = 17;

export const serverAccess: ResourceHandler<CdgClient, ServerAccessInputs, ServerAccessOutputs> = {
  token: "cdg:sftpgo:ServerAccess",
  description:
    "Password of SFTPGo's database, made here, and its administrator's as a hash: the account that the " +
    "connection names, with the password behind its reference. Another number makes both anew.",
  inputs: serverAccessInputs,
  outputs: serverAccessOutputs,
  secrets: ["databaseLogin", "administrators"],
  idOf: () => ROLE,

  async create(inputs, { client, hide }) {
    return { ...inputs, ...(await newAccess(client, hide)) };
  },

  async read(id, state) {
    if (state !== null) return { id, inputs: { number: state.number }, outputs: state };
    const at = { operation: "import server access", target: id };
    throw refusal(
      "bastide.NO_IMPORT",
      at,
      "passwords are nowhere to be read from: let `bastide up` make new ones",
    );
  },

  async update(_id, olds, news, { client, hide }) {
    if (olds.number === news.number) return { ...olds, ...news };
    return { ...news, ...(await newAccess(client, hide)) };
  },

  delete: async () => {},
};

async function newAccess(
  client: CdgClient,
  hide: (secret: string) => void,
): Promise<Omit<ServerAccessOutputs, "number">> {
  const password = firstPassword(ROLE);
  hide(password);
  const databaseLogin = `*:*:*:${ROLE}:${password}\n`;
  const { account, passwordHash } = await client.sftpgo().rest.administrator();
  const administrator = { username: account, password: passwordHash, status: 1, permissions: ["*"] };
  const administrators = `${JSON.stringify({ version: DUMP_VERSION, admins: [administrator] })}\n`;
  const digest = createHash("sha256").update(databaseLogin).update(administrators).digest("hex").slice(0, 12);
  return { databaseLogin, administrators, digest };
}
