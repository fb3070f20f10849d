import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { execa } from "execa";

export interface BackupLogin {
  /** `https://HOST/backup/SLUG/`. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** What opens the content. */
  readonly key: string;
  readonly caFile: string;
}

/** What a collectivité's restic is told by its environment. */
export function environmentOf({ url, user, password, key }: BackupLogin): Readonly<Record<string, string>> {
  const repository = new URL(url);
  repository.username = user;
  repository.password = password;
  return { RESTIC_REPOSITORY: `rest:${repository.href}`, RESTIC_PASSWORD: key };
}

/** Debian's restic as a collectivité runs it: through the edge, over TLS. */
export async function restic(
  login: BackupLogin,
  ...args: readonly string[]
): Promise<{ readonly exitCode: number | undefined; readonly stdout: string; readonly stderr: string }> {
  const { exitCode, stdout, stderr } = await execa(
    "restic",
    ["--no-cache", "--cacert", login.caFile, ...args],
    {
      env: environmentOf(login),
      reject: false,
      timeout: 120_000,
    },
  );
  return { exitCode, stdout, stderr };
}

/** The server's answer to a login, or to an upload that announces so many bytes and sends none. */
export async function statusOf(
  { url, user, password, caFile }: BackupLogin,
  announcedBytes?: number,
): Promise<number | undefined> {
  const ca = await readFile(caFile);
  const asked =
    announcedBytes === undefined
      ? { method: "HEAD", path: "config", headers: {} }
      : { method: "POST", path: `data/${"f".repeat(64)}`, headers: { "content-length": announcedBytes } };
  return await new Promise((resolve, reject) => {
    const options = { method: asked.method, ca, auth: `${user}:${password}`, headers: asked.headers };
    const sent = request(new URL(asked.path, url), options, ({ statusCode }) => {
      sent.destroy();
      resolve(statusCode);
    });
    sent.on("error", reject);
    sent.flushHeaders();
    if (announcedBytes === undefined) sent.end();
  });
}
