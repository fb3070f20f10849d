/** `cdg:sftpgo:User`: a person. What people change themselves (password, keys, second factor, profile) stays. */
import type { ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { firstPassword } from "../first-password.ts";
import type { Sftpgo } from "./client.ts";
import { change, find, findOurs, make, markOf, remove, USER } from "./entity.ts";
import { type UserInputs, type UserOutputs, userInputs, userOutputs } from "./schema.ts";
import { closedMembers, inputsOf, neverUsed, newUser, ownedMembers, userOf } from "./user-members.ts";

export const user: ResourceHandler<CdgClient, UserInputs, UserOutputs> = {
  token: "cdg:sftpgo:User",
  description:
    "A user of SFTPGo, one a person. Removing it from the program disables it and marks it with the date; " +
    "declared again it is the same one, with the password it had.",
  inputs: userInputs,
  outputs: userOutputs,
  replaceOn: ["name"],
  secrets: ["password"],
  idOf: ({ name }) => name,

  async create(inputs, { client, signal }) {
    const sftpgo = client.sftpgo();
    const password = firstPassword(inputs.name.slice(inputs.name.indexOf(".") + 1));
    sftpgo.hide(password);
    const there = await make(sftpgo, USER, newUser(inputs, password, sftpgo.tenant), signal);
    if (there === null) return { ...inputs, password };
    // Nobody knows the password of a user that an interrupted run left, so a new one takes nothing away.
    const unused = neverUsed(userOf(there));
    await settle(sftpgo, inputs, unused ? { password } : {}, signal);
    return { ...inputs, password: unused ? password : null };
  },

  async read(id, state, { client, signal }) {
    const there = await find(client.sftpgo(), USER, state?.name ?? id, signal);
    if (there === null || (markOf(USER, there)?.closed ?? null) !== null) return null;
    const inputs = inputsOf(userOf(there), state);
    return { id, inputs, outputs: { ...inputs, password: state?.password ?? null } };
  },

  async update(_id, olds, news, { client, signal }) {
    await settle(client.sftpgo(), news, {}, signal);
    return { ...news, password: olds.password };
  },

  async delete(_id, state, { client, signal }) {
    const sftpgo = client.sftpgo();
    if ((await find(sftpgo, USER, state.name, signal)) === null) return;
    const there = await findOurs(sftpgo, USER, state.name, signal);
    if (state.deletion === "purge") return await remove(sftpgo, USER, state.name, signal);
    const wanted = closedMembers(userOf(there), sftpgo.tenant, sftpgo.today());
    await change(sftpgo, USER, state.name, { there, wanted, query: "?disconnect=1" }, signal);
  },
};

/** Reads, lays what we own over it, and writes it back whole: SFTPGo's PUT replaces (A9). */
async function settle(
  sftpgo: Sftpgo,
  inputs: UserInputs,
  extra: { readonly password?: string },
  signal: AbortSignal,
): Promise<void> {
  const there = await findOurs(sftpgo, USER, inputs.name, signal);
  const wanted = { ...ownedMembers(inputs, userOf(there), sftpgo.tenant), ...extra };
  // A person who may no longer log in does not go on in a session of before.
  const query = inputs.status === "locked" ? "?disconnect=1" : "";
  await change(sftpgo, USER, inputs.name, { there, wanted, query }, signal);
}
