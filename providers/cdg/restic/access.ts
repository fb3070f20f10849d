/** `cdg:restic:Access`: who may log in to a backup, and the key to its content. Calls nobody. */
import { createHash } from "node:crypto";
import type { ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { firstPassword } from "../first-password.ts";
import { refusal } from "../http/errors.ts";
import { type AccessInputs, type AccessOutputs, accessInputs, accessOutputs } from "./schema.ts";

export const access: ResourceHandler<CdgClient, AccessInputs, AccessOutputs> = {
  token: "cdg:restic:Access",
  description:
    "Login and key of one backup. Another number makes another password; the key to the content stays, since " +
    "what was written with it can be read with nothing else.",
  inputs: accessInputs,
  outputs: accessOutputs,
  replaceOn: ["user"],
  renews: { number: ["password", "htpasswd", "digest"] },
  secrets: ["password", "repositoryPassword", "htpasswd"],
  idOf: ({ user }) => user,

  async create(inputs, { hide }) {
    const repositoryPassword = firstPassword(inputs.user);
    hide(repositoryPassword);
    return { ...inputs, repositoryPassword, ...(await newLogin(inputs, hide)) };
  },

  async read(id, state) {
    if (state !== null) return { id, inputs: { user: state.user, number: state.number }, outputs: state };
    const at = { operation: "import access", target: id };
    throw refusal(
      "bastide.NO_IMPORT",
      at,
      "passwords are nowhere to be read from: let `bastide up` make new ones",
    );
  },

  async update(_id, olds, news, { hide }) {
    if (olds.number === news.number) return { ...olds, ...news };
    return { ...olds, ...news, ...(await newLogin(news, hide)) };
  },

  delete: async () => {},
};

/** A line of rest-server's list of users. bcrypt is loaded where one is made; it takes that or `{SHA}`, nothing else. */
export async function usersLine(user: string, password: string): Promise<string> {
  const { hash } = await import("bcryptjs");
  return `${user}:${await hash(password, 10)}\n`;
}

async function newLogin(
  { user }: AccessInputs,
  hide: (secret: string) => void,
): Promise<Pick<AccessOutputs, "password" | "htpasswd" | "digest">> {
  const password = firstPassword(user);
  hide(password);
  const htpasswd = await usersLine(user, password);
  const digest = createHash("sha256").update(htpasswd).digest("hex").slice(0, 12);
  return { password, htpasswd, digest };
}
