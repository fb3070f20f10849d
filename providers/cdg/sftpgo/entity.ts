/** What all kinds of SFTPGo's objects have in common: found by name, made once, replaced whole, removed. */

import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { pause } from "../http/backoff.ts";
import { hasCode, isUncertain, refusal } from "../http/errors.ts";
import { type Mark, markIn } from "../mark.ts";
import type { Sftpgo } from "./client.ts";
import { isConflict } from "./rest.ts";

/** An object as SFTPGo tells it: a replacement sends all of it back, with our members changed. */
export type Found = Readonly<Record<string, unknown>>;

export interface Kind {
  /** In the API's paths: `users`. */
  readonly collection: "users" | "groups" | "folders" | "eventactions" | "eventrules";
  /** In error messages: `user`. */
  readonly noun: string;
  /** The member that holds our mark: one that only administrators write. */
  readonly markedIn: "description" | "additional_info";
}

export const FOLDER: Kind = { collection: "folders", noun: "folder", markedIn: "description" };
export const GROUP: Kind = { collection: "groups", noun: "group", markedIn: "description" };
export const USER: Kind = { collection: "users", noun: "user", markedIn: "additional_info" };
export const ACTION: Kind = { collection: "eventactions", noun: "event action", markedIn: "description" };
export const RULE: Kind = { collection: "eventrules", noun: "event rule", markedIn: "description" };

const found = z.record(z.string(), z.unknown());

/** `null` when SFTPGo says that it has none of this name; an error is thrown, never `null`. */
export function find(client: Sftpgo, kind: Kind, name: string, signal: AbortSignal): Promise<Found | null> {
  const call = { operation: `get ${kind.noun}`, target: name, path: pathOf(kind, name) };
  return client.rest.find(call, found, signal);
}

/**
 * Makes an object, or finds the one that an earlier or interrupted run of this tenant left.
 *
 * @returns `null` when it was made as asked, else what is there and ours.
 * @throws ProviderError where it is there and not ours.
 */
export async function make(
  client: Sftpgo,
  kind: Kind,
  body: Found & { readonly name?: string; readonly username?: string },
  signal: AbortSignal,
): Promise<Found | null> {
  const target = String(body.username ?? body.name);
  const { rest, tenant } = client;
  for (let attempt = 1; ; attempt += 1) {
    const operation = `add ${kind.noun}`;
    try {
      const path = `/${kind.collection}`;
      await rest.call({ operation, target, method: "POST", path, body, lost: "look" }, signal);
      return null;
    } catch (error) {
      if (!isConflict(error) && !isUncertain(error)) throw error;
      const there = await find(client, kind, target, signal);
      if (there !== null) return adoptable(kind, target, there, tenant);
      if (isConflict(error) || attempt >= rest.patience.attempts) throw error;
      await pause(rest.patience, attempt, null, signal);
    }
  }
}

/** Sends the whole object with these members changed, or nothing where they are so already. */
export async function change(
  client: Sftpgo,
  kind: Kind,
  name: string,
  { there, wanted, query = "" }: { readonly there: Found; readonly wanted: Found; readonly query?: string },
  signal: AbortSignal,
): Promise<void> {
  if (Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(there[key], value))) return;
  const path = `${pathOf(kind, name)}${query}`;
  const body = { ...there, ...wanted };
  const operation = `update ${kind.noun}`;
  await client.rest.call({ operation, target: name, method: "PUT", path, body, lost: "again" }, signal);
}

/** Succeeds when it is gone already. */
export async function remove(client: Sftpgo, kind: Kind, name: string, signal: AbortSignal): Promise<void> {
  const path = pathOf(kind, name);
  const operation = `delete ${kind.noun}`;
  try {
    await client.rest.call({ operation, target: name, method: "DELETE", path, lost: "again" }, signal);
  } catch (error) {
    if (!hasCode(error, "sftpgo.404")) throw error;
  }
}

/** The object that an update or a removal is about. @throws ProviderError where it is gone or not ours. */
export async function findOurs(
  client: Sftpgo,
  kind: Kind,
  name: string,
  signal: AbortSignal,
): Promise<Found> {
  const there = await find(client, kind, name, signal);
  if (there !== null) return adoptable(kind, name, there, client.tenant);
  throw refusal(
    "sftpgo.404",
    { operation: `get ${kind.noun}`, target: name },
    `the ${kind.noun} is in the state but no longer in SFTPGo. Run \`pulumi refresh\`, then deploy again.`,
  );
}

export function markOf(kind: Kind, there: Found): Mark | null {
  return markIn(textAt(there, kind.markedIn));
}

/** A text member, empty where there is none. */
export function textAt(there: Found, key: string): string {
  const value = there[key];
  return typeof value === "string" ? value : "";
}

function adoptable(kind: Kind, name: string, there: Found, tenant: string): Found {
  const mark = markOf(kind, there);
  if (mark?.tenant === tenant) return there;
  const place = { operation: `take up ${kind.noun}`, target: name };
  if (mark !== null) {
    throw refusal("bastide.OTHER_TENANT", place, `it belongs to the tenant ${mark.tenant}.`);
  }
  const where = `its ${kind.markedIn.replace("_", " ")}`;
  throw refusal(
    "bastide.NOT_OURS",
    place,
    `it exists and carries no mark of ours. To take it up, write bastide:${tenant} as a line into ${where} in ` +
      "SFTPGo's console; else give it another name.",
  );
}

function pathOf({ collection }: Kind, name: string): string {
  return `/${collection}/${encodeURIComponent(name)}`;
}
