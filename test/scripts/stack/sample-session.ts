import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Session } from "../../../scripts/stack/session.ts";

/** A session on an empty file backend in a folder of its own, with an engine that cannot be started. */
export async function sampleSession(
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly session: Session; readonly folder: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "bastide-session-"));
  const session: Session = {
    root: folder,
    environment: {
      kind: "production",
      engine: null,
      env: {},
      banner: "",
      backendUrl: `file://${folder}`,
      cdgFile: undefined,
      passphraseFile: undefined,
    },
    engine: { way: "path", pulumi: "/nonexistent/pulumi", home: folder, version: "3.274.1", env: {} },
    env,
  };
  return { session, folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
