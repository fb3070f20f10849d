/** SFTPGo itself, as a process with its data in memory, for tests that need no container. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createProgress } from "../../../../scripts/cli/index.ts";
import { answersOn } from "../../../../scripts/lab/ports.ts";
import { ensureSftpgo } from "../../../../scripts/lab/sftpgo/binary.ts";
import { ownPort } from "../own-port.ts";

export const ADMIN = "bastide";
export const ADMIN_PASSWORD = "canary-Files-admin";

/** Longest time for the first start of a machine, which builds SFTPGo. */
export const BUILD_MS = 900_000;

const PATIENCE_MS = 60_000;

export interface SftpgoServer {
  readonly url: string;
  readonly davUrl: string;
  readonly sftpPort: number;
  /** Where shared folders lie. */
  readonly foldersPath: string;
  stop(): Promise<void>;
}

/** Starts an empty one. The first call of a machine builds it (two minutes). */
export async function startSftpgo(adminPassword = ADMIN_PASSWORD): Promise<SftpgoServer> {
  const binary = await ensureSftpgo(createProgress());
  const folder = mkdtempSync(join(tmpdir(), "sftpgo-"));
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  const [http, dav, sftp] = [await ownPort(), await ownPort(), await ownPort()];
  const binding = (section: string, port: number) => ({
    [`SFTPGO_${section}__BINDINGS__0__PORT`]: String(port),
    [`SFTPGO_${section}__BINDINGS__0__ADDRESS`]: "127.0.0.1",
  });
  const child = spawn(binary, ["serve", "--config-dir", folder], {
    cwd: folder,
    stdio: "ignore",
    env: {
      SFTPGO_LOG_FILE_PATH: join(folder, "log"),
      SFTPGO_DATA_PROVIDER__DRIVER: "memory",
      SFTPGO_DATA_PROVIDER__NAME: "",
      SFTPGO_DATA_PROVIDER__CREATE_DEFAULT_ADMIN: "true",
      SFTPGO_DATA_PROVIDER__USERS_BASE_DIR: join(folder, "homes"),
      SFTPGO_DATA_PROVIDER__NAMING_RULES: "4",
      SFTPGO_DATA_PROVIDER__PASSWORD_HASHING__BCRYPT_OPTIONS__COST: "4",
      SFTPGO_DEFAULT_ADMIN_USERNAME: ADMIN,
      SFTPGO_DEFAULT_ADMIN_PASSWORD: adminPassword,
      SFTPGO_COMMON__MAX_PER_HOST_CONNECTIONS: "0",
      SFTPGO_COMMON__UPLOAD_MODE: "1",
      SFTPGO_COMMON__TEMP_PATH: temporary,
      ...binding("HTTPD", http),
      ...binding("WEBDAVD", dav),
      ...binding("SFTPD", sftp),
    },
  });
  const kill = () => child.kill("SIGKILL");
  // A campaign that is interrupted leaves none behind.
  process.once("exit", kill);
  await answers(child, `http://127.0.0.1:${http}/healthz`, folder);
  // SFTP makes its host keys first and is the last to listen.
  const end = performance.now() + PATIENCE_MS;
  while (!(await answersOn("127.0.0.1", sftp)) && performance.now() < end) await sleep(25);
  return {
    url: `http://127.0.0.1:${http}/`,
    davUrl: `http://127.0.0.1:${dav}/`,
    sftpPort: sftp,
    foldersPath: join(folder, "folders"),
    async stop() {
      process.off("exit", kill);
      if (child.exitCode === null) {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        kill();
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(child: ChildProcess, url: string, folder: string): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; ) {
    const ok = await fetch(url).then(
      (reply) => reply.ok,
      () => false,
    );
    if (ok) return;
    if (child.exitCode !== null) break;
    await sleep(25);
  }
  throw new Error(`SFTPGo does not answer; see ${join(folder, "log")}`);
}
