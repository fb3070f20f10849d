import type { ProxiedServer } from "../faulty-proxy.ts";

/** SFTPGo's API to {@link FaultyProxy}: `sftpgo:post-users`, `sftpgo:get-token`, `sftpgo:post-quotas-folders-scan`. */
export const SFTPGO: ProxiedServer = {
  operationOf(method, path) {
    const route = path.replace(/^\/api\/v2\//, "").replace(/^(quotas\/folders)\/[^/]+\/scan$/, "$1/scan");
    const named = /^(?:folders|groups|users|eventactions|eventrules)(?=\/)/.exec(route)?.[0] ?? route;
    return `sftpgo:${method.toLowerCase()}-${named.replaceAll("/", "-")}`;
  },
  login: "sftpgo:get-token",
  failure: '{"error":"sql: database is closed","message":""}',
};
