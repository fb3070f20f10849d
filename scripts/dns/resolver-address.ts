import { getServers } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { fail, SystemError } from "../cli/errors.ts";
import type { ServerAddress } from "./query.ts";

const usualPort = 53;

/**
 * Reads `HOST`, `HOST:PORT`, `IPV6` or `[IPV6]:PORT`; a host may be a name.
 *
 * @throws UserError when it has another form, or the host is not known.
 */
export async function parseServer(text: string): Promise<ServerAddress> {
  const bare = isIP(text) === 6 ? { host: text, port: usualPort } : split(text);
  const { host, port } = bare;
  if (isIP(host) !== 0) return { host, port };
  try {
    return { host: (await lookup(host)).address, port };
  } catch (cause) {
    fail(`No machine is called ${host}.`, { code: "DNS_RESOLVER_UNKNOWN", hint: "Give its address.", cause });
  }
}

function split(text: string): ServerAddress {
  const [, bracketed, name, digits = String(usualPort)] =
    /^(?:\[([0-9a-f:.]+)\]|([A-Za-z0-9.-]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = bracketed ?? name;
  const port = Number(digits);
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port };
  fail(`Expected HOST:PORT, got ${JSON.stringify(text)}.`, { code: "USAGE", hint: "--resolver 9.9.9.9:53" });
}

/**
 * The first resolver that this machine is configured with.
 *
 * @throws SystemError when there is none.
 */
export async function systemResolver(servers: readonly string[] = getServers()): Promise<ServerAddress> {
  const [first] = servers;
  if (first !== undefined) return await parseServer(first);
  throw new SystemError("This machine knows no resolver.", {
    code: "DNS_RESOLVER_MISSING",
    hint: "Name one with --resolver HOST:PORT.",
  });
}
