/** `cdg:gravityzone:Account`. */
import { z } from "zod";
import type { ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { firstPassword } from "../first-password.ts";
import { pause } from "../http/backoff.ts";
import { type GravityZone, gravityzoneOf } from "./client.ts";
import { findCompany } from "./company-calls.ts";
import { hasCode, INVALID_PARAMS, isUncertain } from "./errors.ts";
import { allPages } from "./pages.ts";
import { type AccountInputs, type AccountOutputs, accountInputs, accountOutputs } from "./schema.ts";

/** createAccount, `role`: company administrator. */
const COMPANY_ADMINISTRATOR = 1;

const listed = z.looseObject({
  id: z.string(),
  email: z.string(),
  profile: z
    .looseObject({
      fullName: z.string().optional(),
      language: z.string().optional(),
      timezone: z.string().optional(),
    })
    .optional(),
});

export const account: ResourceHandler<CdgClient, AccountInputs, AccountOutputs> = {
  token: "cdg:gravityzone:Account",
  description:
    "A company administrator's account in GravityZone's console, with its first password. Name, language, time " +
    "zone and password are its user's own once it is made.",
  inputs: accountInputs,
  outputs: accountOutputs,
  secrets: ["password"],
  replaceOn: ["companyId"],
  idOf: ({ companyId, email }) => `${companyId}/${email}`,

  async create(inputs, { client, signal }) {
    const gravityzone = gravityzoneOf(client, inputs.email);
    const { accountId, password } = await makeAccount(gravityzone, inputs, signal);
    return { ...inputs, accountId, password };
  },

  async read(id, state, { client, signal }) {
    const gravityzone = gravityzoneOf(client, id);
    const [companyId = "", email = ""] = id.split("/");
    const owner = state?.companyId ?? companyId;
    if (state !== null && (await findCompany(gravityzone, owner, signal)) === null) return null;
    const found = (await accountsOf(gravityzone, owner, signal)).find((one) =>
      state === null ? one.email.toLowerCase() === email : one.id === state.accountId,
    );
    if (found === undefined) return null;
    const { fullName, language, timezone } = found.profile ?? {};
    const inputs = {
      companyId: owner,
      email: found.email.toLowerCase(),
      fullName: state?.fullName ?? fullName ?? found.email,
      language: state?.language ?? language ?? "fr_FR",
      timezone: state?.timezone ?? timezone ?? "Europe/Paris",
    };
    const outputs = { ...inputs, accountId: found.id, password: state?.password ?? null };
    return { id: state === null ? `${owner}/${inputs.email}` : id, inputs, outputs };
  },

  async update(_id, olds, news, { client, signal }) {
    const gravityzone = gravityzoneOf(client, news.email);
    const profile = Object.fromEntries(
      (["fullName", "language", "timezone"] as const)
        .filter((name) => olds[name] !== news[name])
        .map((name) => [name, news[name]]),
    );
    const changes = {
      ...(olds.email === news.email ? {} : { email: news.email }),
      ...(Object.keys(profile).length === 0 ? {} : { profile }),
    };
    if (Object.keys(changes).length > 0)
      await change(gravityzone, olds.accountId, news.email, changes, signal);
    return { ...news, accountId: olds.accountId, password: olds.password };
  },

  async delete(_id, { companyId, accountId, email }, { client, signal }) {
    const gravityzone = gravityzoneOf(client, email);
    const params = { accountId };
    const call = { operation: "accounts.deleteAccount", target: email, lost: "again", params } as const;
    try {
      await gravityzone.connection.call(call, signal);
    } catch (error) {
      if (!hasCode(error, INVALID_PARAMS) || !(await isGone(gravityzone, companyId, accountId, signal)))
        throw error;
    }
  },
};

interface Made {
  readonly accountId: string;
  /** `null` when the account was in somebody's hands already. */
  readonly password: string | null;
}

async function makeAccount(
  gravityzone: GravityZone,
  inputs: AccountInputs,
  signal: AbortSignal,
): Promise<Made> {
  const { connection } = gravityzone;
  const password = firstPassword(inputs.email.split("@")[0] ?? "");
  gravityzone.hide(password);
  const { companyId, email, fullName, language, timezone } = inputs;
  const params = {
    companyId,
    email,
    password,
    role: COMPANY_ADMINISTRATOR,
    profile: { fullName, language, timezone },
  };
  const call = { operation: "accounts.createAccount", target: email, lost: "look", params } as const;
  for (let attempt = 1; ; attempt += 1) {
    const known = (await accountsOf(gravityzone, companyId, signal)).find(
      (one) => one.email.toLowerCase() === email,
    );
    // Of the second round on it is what this call made; of the first, somebody may have logged in already.
    if (known !== undefined && attempt > 1) {
      await change(gravityzone, known.id, email, { password }, signal);
      return { accountId: known.id, password };
    }
    if (known !== undefined) return { accountId: known.id, password: null };
    try {
      return { accountId: await connection.ask(call, z.string(), signal), password };
    } catch (error) {
      if (!isUncertain(error) || attempt >= connection.patience.attempts) throw error;
      await pause(connection.patience, attempt, null, signal);
    }
  }
}

async function change(
  { connection }: GravityZone,
  accountId: string,
  target: string,
  changes: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<void> {
  const params = { accountId, ...changes };
  await connection.call({ operation: "accounts.updateAccount", target, lost: "again", params }, signal);
}

async function accountsOf(gravityzone: GravityZone, companyId: string, signal: AbortSignal) {
  const call = { operation: "accounts.getAccountsList", target: companyId, params: { companyId } };
  return await allPages(gravityzone, call, listed, signal);
}

async function isGone(
  gravityzone: GravityZone,
  companyId: string,
  accountId: string,
  signal: AbortSignal,
): Promise<boolean> {
  if ((await findCompany(gravityzone, companyId, signal)) === null) return true;
  return (await accountsOf(gravityzone, companyId, signal)).every(({ id }) => id !== accountId);
}
