/**
 * Deletes a folder with its files. SFTPGo forgets a folder and leaves its files where they lie, and its
 * administrators cannot reach files: a user made for it, with a password that nobody learns, empties it first.
 */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { markLine } from "../mark.ts";
import type { Sftpgo } from "./client.ts";
import { FOLDER, remove, USER } from "./entity.ts";
import type { Rest } from "./rest.ts";

const CONTENT = "/contenu";

const listing = z.array(z.looseObject({ name: z.string(), mode: z.number() }));

/** `os.ModeDir` of Go, as SFTPGo's API tells it. */
const DIRECTORY = 2 ** 31;

export async function purgeFolder(sftpgo: Sftpgo, folder: string, signal: AbortSignal): Promise<void> {
  // A tilde is in no login of ours, so this name is nobody's.
  const username = `${folder}~purge`;
  const password = randomBytes(24).toString("base64url");
  sftpgo.hide(password);
  await remove(sftpgo, USER, username, signal);
  const body = {
    username,
    password,
    status: 1,
    additional_info: markLine({ tenant: sftpgo.tenant, closed: null }),
    permissions: { "/": ["*"] },
    virtual_folders: [{ name: folder, virtual_path: CONTENT, quota_size: 0, quota_files: 0 }],
    filters: { denied_protocols: ["SSH", "FTP", "DAV"] },
  };
  const at = { operation: "purge folder", target: folder };
  await sftpgo.rest.call({ ...at, method: "POST", path: "/users", body, lost: "look" }, signal);
  const asUser = sftpgo.rest.as(username, password);
  try {
    await empty(asUser, folder, signal);
  } finally {
    await asUser.close();
    await remove(sftpgo, USER, username, signal);
  }
  await remove(sftpgo, FOLDER, folder, signal);
}

async function empty(rest: Rest, folder: string, signal: AbortSignal): Promise<void> {
  const at = { operation: "purge folder", target: folder };
  const list = { ...at, method: "GET", path: `/user/dirs?path=${CONTENT}`, lost: "again" } as const;
  for (const { name, mode } of await rest.ask(list, listing, signal)) {
    const collection = Math.floor(mode / DIRECTORY) % 2 === 1 ? "dirs" : "files";
    const path = `/user/${collection}?path=${encodeURIComponent(`${CONTENT}/${name}`)}`;
    await rest.call({ ...at, method: "DELETE", path, lost: "again" }, signal);
  }
}
