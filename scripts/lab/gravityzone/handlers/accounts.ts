import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { invalidParams, invalidValue } from "../errors.ts";
import { companyOf, type Method, method } from "../method.ts";
import { id, pageOf, paging, text } from "../params.ts";
import type { Account } from "../records.ts";
import { newId, type Store } from "../store.ts";

const language = z.string().regex(/^[a-z]{2}_[A-Z]{2}$/);
const rights = z.record(z.string(), z.boolean());
const password = z.string().min(6).max(128);
const role = z.number().int().min(1).max(5);

/** What a role other than "custom" may do. */
const ROLE_RIGHTS: Readonly<Record<number, Readonly<Record<string, boolean>>>> = {
  1: {
    companyManager: true,
    manageCompanies: false,
    manageNetworks: true,
    manageReports: true,
    manageUsers: true,
  },
  2: {
    companyManager: false,
    manageCompanies: false,
    manageNetworks: true,
    manageReports: true,
    manageUsers: false,
  },
  3: {
    companyManager: false,
    manageCompanies: false,
    manageNetworks: false,
    manageReports: true,
    manageUsers: false,
  },
  4: {
    companyManager: true,
    manageCompanies: true,
    manageNetworks: true,
    manageReports: true,
    manageUsers: true,
  },
};

const createAccount = method(
  z.strictObject({
    email: z.email(),
    profile: z.strictObject({
      fullName: text(128),
      language: language.optional(),
      timezone: z.string().optional(),
    }),
    password: password.optional(),
    companyId: id.optional(),
    role: role.optional(),
    rights: rights.optional(),
    targetIds: z.array(id).optional(),
  }),
  (params, { store }) => {
    const company = companyOf(store, params.companyId);
    const wanted = params.role ?? 1;
    if (wanted === 5 && params.rights === undefined)
      throw invalidParams("The required parameter is missing: rights");
    refuseTaken(store, params.email, null);
    const { fullName, language: spoken = "en_US", timezone = "UTC" } = params.profile;
    return store.put({
      kind: "account",
      id: newId(),
      companyId: company.id,
      email: params.email,
      profile: { fullName, language: spoken, timezone },
      role: wanted,
      rights: ROLE_RIGHTS[wanted] ?? params.rights ?? {},
      targetIds: params.targetIds ?? [],
      passwordHash: params.password === undefined ? "" : hashed(params.password),
    }).id;
  },
);

/** An address logs in to one account in all of the vendor's cloud. */
function refuseTaken(store: Store, email: string, own: string | null): void {
  const taken = store.all(
    "account",
    (one) => one.email.toLowerCase() === email.toLowerCase() && one.id !== own,
  );
  if (taken.length > 0)
    throw invalidParams("The value for 'email' parameter is invalid: the email address is already used.");
}

function accountOf(store: Store, accountId: string): Account {
  const found = store.byId("account", accountId);
  if (found === null) throw invalidValue("accountId");
  return found;
}

const updateAccount = method(
  z.strictObject({
    accountId: id,
    email: z.email().optional(),
    password: password.optional(),
    profile: z
      .strictObject({
        fullName: text(128).optional(),
        language: language.optional(),
        timezone: z.string().optional(),
      })
      .optional(),
    role: role.optional(),
    rights: rights.optional(),
    targetIds: z.array(id).optional(),
  }),
  (params, { store }) => {
    const account = accountOf(store, params.accountId);
    if (params.email !== undefined) refuseTaken(store, params.email, account.id);
    const { fullName, language: spoken, timezone } = params.profile ?? {};
    const wanted = params.role ?? account.role;
    store.put({
      ...account,
      email: params.email ?? account.email,
      profile: {
        fullName: fullName ?? account.profile.fullName,
        language: spoken ?? account.profile.language,
        timezone: timezone ?? account.profile.timezone,
      },
      role: wanted,
      rights: ROLE_RIGHTS[wanted] ?? params.rights ?? account.rights,
      targetIds: params.targetIds ?? account.targetIds,
      passwordHash: params.password === undefined ? account.passwordHash : hashed(params.password),
    });
    return true;
  },
);

function shown({ id: accountId, email, profile, role: held, rights: may }: Account) {
  return { id: accountId, userName: email, email, profile, role: held, rights: may };
}

export const accounts: Readonly<Record<string, Method>> = {
  createAccount,
  updateAccount,
  getAccountsList: method(
    z.strictObject({ companyId: id.optional(), ...paging }),
    ({ companyId, page, perPage }, { store }) => {
      const company = companyOf(store, companyId);
      return pageOf(store.all("account", (one) => one.companyId === company.id).map(shown), {
        page,
        perPage,
      });
    },
  ),
  getAccountDetails: method(z.strictObject({ accountId: id.optional() }), ({ accountId }, { store }) => {
    if (accountId !== undefined) {
      const account = accountOf(store, accountId);
      return { ...shown(account), companyId: account.companyId, targetIds: account.targetIds };
    }
    const { root } = store;
    const [own] = store.all("account", (one) => one.companyId === root.id);
    if (own === undefined) throw invalidValue("accountId");
    return { ...shown(own), companyId: root.id, targetIds: own.targetIds };
  }),
  deleteAccount: method(z.strictObject({ accountId: id }), ({ accountId }, { store }) => {
    store.remove(accountOf(store, accountId).id);
    return null;
  }),
};

function hashed(secret: string): string {
  const salt = randomBytes(16);
  return `${salt.toString("hex")}:${scryptSync(secret, salt, 32).toString("hex")}`;
}

/** Whether this is the account's password: what a login in the console would say. */
export function isPassword(account: Account, secret: string): boolean {
  const [salt = "", hash = ""] = account.passwordHash.split(":");
  if (hash === "") return false;
  return timingSafeEqual(Buffer.from(hash, "hex"), scryptSync(secret, Buffer.from(salt, "hex"), 32));
}
