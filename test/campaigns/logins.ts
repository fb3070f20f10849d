import { randomInt } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Rest } from "../../providers/cdg/sftpgo/rest.ts";
import { Connection } from "../../providers/cdg/zimbra/connection.ts";
import type { Sandbox } from "../e2e/harness.ts";
import { ADMIN } from "../providers/cdg/sftpgo/server.ts";

/** Calls that are on their way when the token ends. */
export const inFlight = 16;
const admin = "admin@collectivites.example";
const never = new AbortController().signal;
const delayMs = 1500;

/** A system that its administrator logs in to: how its tokens end, and what it says to a wrong password. */
export interface LoginSystem {
  readonly name: string;
  /** Code of a refused login in what `bastide` prints. */
  readonly refused: string;
  /** The operation of a login in the call log. */
  readonly login: string;
  calls(sandbox: Sandbox): readonly { readonly operation: string; readonly code: string }[];
  credentialFile(sandbox: Sandbox): string;
  /**
   * Ends the token of a connection of the plugin with calls on their way, which are all waited for.
   *
   * @returns the operation of those calls.
   */
  endToken(sandbox: Sandbox, password: string): Promise<string>;
}

export const loginSystems: readonly LoginSystem[] = [
  {
    name: "zimbra",
    refused: "AUTH_FAILED",
    login: "AuthRequest",
    calls: ({ simulator }) => simulator.calls,
    credentialFile: ({ lab }) => join(lab.secretsDir, "zimbra-admin"),
    endToken: endZimbraToken,
  },
  {
    name: "sftpgo",
    refused: "sftpgo.401",
    login: "sftpgo:get-token",
    calls: ({ files }) => files.proxy.calls,
    credentialFile: ({ files }) => files.credentialFile,
    endToken: endSftpgoToken,
  },
];

const account = z.object({
  account: z.array(z.object({ id: z.string() })),
});
const validity = "zimbraAuthTokenValidityValue";

/** Zimbra's own way of ending all tokens of an account is another value of one attribute. */
async function endZimbraToken({ simulator }: Sandbox, password: string): Promise<string> {
  const options = { url: simulator.url, account: admin, requestsPerSecond: 1000, connections: inFlight };
  const connection = new Connection({ ...options, password });
  const other = new Connection({ ...options, password });
  try {
    const get = { operation: "GetAccount", target: admin, lost: "again" as const };
    const body = { account: [{ by: "name", _content: admin }], attrs: "zimbraId" };
    const [found] = account.parse(await other.call({ ...get, body }, never)).account;
    await connection.call({ ...get, body }, never);
    simulator.clearCalls();
    simulator.setFaults([{ operation: "GetAccount", call: "every", kind: "delay", ms: delayMs }]);
    const calls = Array.from({ length: inFlight }, () => connection.call({ ...get, body }, never));
    await sleep(delayMs / 3);
    // The directory shows this attribute to nobody: a value drawn at random is another than the last one.
    const change = { id: found?.id, a: [{ n: validity, _content: String(randomInt(1, 2 ** 31)) }] };
    const modify = { operation: "ModifyAccount", target: admin, lost: "again" as const };
    await other.call({ ...modify, body: change }, never);
    await Promise.all(calls);
    return "GetAccountRequest";
  } finally {
    simulator.setFaults([]);
    await connection.close();
    await other.close();
  }
}

/** Whoever holds a token of SFTPGo's may end it by a logout. */
async function endSftpgoToken({ files }: Sandbox, password: string): Promise<string> {
  const { proxy } = files;
  const tokens: string[] = [];
  const hide = (token: string) => void tokens.push(token);
  const rest = new Rest({ url: proxy.url, account: ADMIN, password, hide });
  try {
    await rest.version(never);
    proxy.reset();
    proxy.setFaults([{ operation: "sftpgo:get-version", call: "every", kind: "delay", ms: delayMs }]);
    const calls = Array.from({ length: inFlight }, () => rest.version(never));
    await sleep(delayMs / 3);
    await files.ask("/logout", tokens[0] ?? "");
    await Promise.all(calls);
    return "sftpgo:get-version";
  } finally {
    proxy.setFaults([]);
    await rest.close();
  }
}
