import { mkdtemp, readdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { runChild } from "../cli/child.ts";
import { checkoutRoot } from "../engine/checkout.mjs";
import type { Environment } from "../engine/environment.ts";
import { checkPassphrase } from "../stack/passphrase.ts";
import { openSession } from "../stack/session.ts";
import { type Finding, missing, ok, wrong } from "./finding.ts";

/** A Pulumi project that only the doctor uses. */
const project = "bastide-doctor";

const stackConfig = z.object({ encryptionsalt: z.string().optional() }).nullish();

/** The passphrase, and whether it is the one that the stacks were made with. */
export async function passphraseFindings(environment: Environment): Promise<readonly Finding[]> {
  const name = "passphrase";
  const file = environment.passphraseFile;
  const mend =
    environment.kind === "lab" ? "npx bastide lab up" : "export PULUMI_CONFIG_PASSPHRASE_FILE=<file>";
  if (file === undefined) {
    if (process.env.PULUMI_CONFIG_PASSPHRASE === undefined) return [missing(name, "none is set", mend)];
  } else {
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) return [missing(name, `${file} is not there`, mend)];
    if ((found.mode & 0o077) !== 0)
      return [wrong(name, `${file} can be read by others`, `chmod 600 ${file}`)];
  }
  const source = file ?? "PULUMI_CONFIG_PASSPHRASE";
  const salt = await firstSalt(environment);
  if (!environment.engine) return [ok(name, source)];
  if (salt === undefined) return [ok(name, `${source} (no stack to compare with)`)];
  await checkPassphrase(openSession(environment), salt.stack, salt.value);
  return [ok(name, `${source}, opens ${salt.stack}`)];
}

/** A salt of any stack: they all have one passphrase. */
async function firstSalt(environment: Environment): Promise<{ stack: string; value: string } | undefined> {
  const dir = join(checkoutRoot, "stacks", "config");
  const files =
    environment.kind === "lab"
      ? [environment.lab.stackFile]
      : (await readdir(dir).catch(() => []))
          .filter((name) => /^Pulumi\..+\.yaml$/.test(name))
          .map((name) => join(dir, name));
  for (const file of files) {
    const text = await readFile(file, "utf8").catch(() => undefined);
    const value = text === undefined ? undefined : stackConfig.parse(parse(text))?.encryptionsalt;
    if (value) return { stack: file.startsWith(dir) ? stackOf(file) : "the lab's stacks", value };
  }
  return undefined;
}

function stackOf(file: string): string {
  return /Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? file;
}

/**
 * Whether the state backend can be written and locked: a stack of a project of its own is made and removed
 * (the engine takes its lock for both), so nothing of this project is touched.
 */
export async function backendFindings(environment: Environment): Promise<readonly Finding[]> {
  const { engine, env, backendUrl, kind } = environment;
  const name = "state backend";
  if (!engine) return [];
  const mend = kind === "lab" ? "npx bastide lab up" : "look at PULUMI_BACKEND_URL and its credentials";
  if (kind === "lab" && !(await stat(environment.lab.stateDir).catch(() => undefined))) {
    return [missing(name, `${environment.lab.stateDir} is not there`, mend)];
  }
  const dir = await mkdtemp(join(tmpdir(), "bastide-doctor-"));
  const stack = `doctor-${process.pid}`;
  try {
    await writeFile(join(dir, "Pulumi.yaml"), `name: ${project}\nruntime: yaml\n`);
    const options = {
      cwd: dir,
      env: { ...env, PULUMI_OPTION_CONFIG_FILE: undefined },
      reject: false,
      stdin: "ignore",
      timeout: 30_000,
    } as const;
    const made = await runChild(engine.pulumi, ["stack", "init", stack, "--non-interactive"], options);
    const removed = await runChild(
      engine.pulumi,
      ["stack", "rm", stack, "--yes", "--non-interactive", "--remove-backups"],
      options,
    );
    const failed = [made, removed].find((result) => result.failed);
    if (!failed) return [ok(name, `${shown(backendUrl)} can be written and locked`)];
    const said = failed.stderr.trim().split("\n").at(-1) ?? "";
    return [wrong(name, `${shown(backendUrl)}: ${said}`, mend)];
  } finally {
    await rm(dir, { recursive: true, force: true });
    await removeEmptyFolders(environment, stack);
  }
}

/** A file backend keeps the folders of a project that has no stack any more. */
async function removeEmptyFolders({ backendUrl }: Environment, stack: string): Promise<void> {
  if (!backendUrl.startsWith("file:///")) return;
  const state = join(backendUrl.slice("file://".length), ".pulumi");
  for (const kind of ["stacks", "locks/organization", "history", "backups"]) {
    for (const folder of [join(project, stack), project])
      await rmdir(join(state, kind, folder)).catch(() => {});
  }
}

function shown(url: string): string {
  return url.replace(/^([a-z0-9+.-]+:\/\/)[^/@]*@/i, "$1");
}
