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

/** Debian's restic as a collectivité runs it: through the edge, over TLS. */
export async function restic(
  { url, user, password, key, caFile }: BackupLogin,
  ...args: readonly string[]
): Promise<{ readonly exitCode: number | undefined; readonly stdout: string; readonly stderr: string }> {
  const repository = new URL(url);
  repository.username = user;
  repository.password = password;
  const env = { RESTIC_REPOSITORY: `rest:${repository.href}`, RESTIC_PASSWORD: key };
  const { exitCode, stdout, stderr } = await execa("restic", ["--no-cache", "--cacert", caFile, ...args], {
    env,
    reject: false,
    timeout: 120_000,
  });
  return { exitCode, stdout, stderr };
}
