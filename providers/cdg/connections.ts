/**
 * Connections of this process: stacks that reach one system with one account share login, rate and pool. They
 * share a refusal too: a fleet with a wrong password asks once, not once a stack, or the account and our address
 * would be shut out. The next run is another process.
 */
import type { ProviderConfig } from "./config.ts";
import { resolveCredential } from "./credential.ts";
import { Connection as GravityZoneConnection } from "./gravityzone/connection.ts";
import { Rest } from "./sftpgo/rest.ts";
import { Connection } from "./zimbra/connection.ts";
import { READ_ONLY_VARIABLE } from "./zimbra/read-only.ts";

const open = new Map<string, Connection>();
const openSftpgo = new Map<string, Rest>();

/** @throws Error when the credential's reference leads nowhere. */
export async function connectionTo(
  config: ProviderConfig["zimbra"],
  hide: (secret: string) => void,
): Promise<Connection> {
  const password = await resolveCredential(config.credential);
  hide(password);
  const { url, account, caFile, requestsPerSecond } = config;
  const readOnly = Boolean(process.env[READ_ONLY_VARIABLE]);
  // Another password is another connection: stacks are not to log in with each other's credentials.
  const key = JSON.stringify([url, account, caFile, requestsPerSecond, password, readOnly]);
  const known = open.get(key);
  if (known !== undefined) return known;
  const connection = new Connection({ url, account, caFile, requestsPerSecond, password, readOnly });
  open.set(key, connection);
  return connection;
}

const openGravityZones = new Map<string, GravityZoneConnection>();

/** @throws Error when the credential's reference leads nowhere. */
export async function gravityzoneConnectionTo(
  config: NonNullable<ProviderConfig["gravityzone"]>,
  hide: (secret: string) => void,
): Promise<GravityZoneConnection> {
  const { credential, ...settings } = config;
  const apiKey = await resolveCredential(credential);
  hide(apiKey);
  hide(Buffer.from(`${apiKey}:`).toString("base64"));
  const key = JSON.stringify([settings, apiKey]);
  const known = openGravityZones.get(key);
  if (known !== undefined) return known;
  const connection = new GravityZoneConnection({ ...settings, apiKey });
  openGravityZones.set(key, connection);
  return connection;
}

/** @throws Error when the credential's reference leads nowhere. */
export async function sftpgoAt(
  config: NonNullable<ProviderConfig["sftpgo"]>,
  hide: (secret: string) => void,
): Promise<Rest> {
  const password = await resolveCredential(config.credential);
  hide(password);
  const { url, account, caFile } = config;
  const key = JSON.stringify([url, account, caFile, password]);
  const known = openSftpgo.get(key);
  if (known !== undefined) return known;
  const rest = new Rest({ url, account, caFile, password, hide });
  openSftpgo.set(key, rest);
  return rest;
}
