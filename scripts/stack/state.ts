import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
import { z } from "zod";
import { runChild, SystemError } from "../cli/index.ts";
import type { Session } from "./session.ts";

/** Pulumi's project of this repository, part of every state's path. */
export const project = "bastide";
/** The engine's mark on a secret value; its content stays encrypted here. */
const secretSignature = "4dabf18193072939515e22adb298388d";
/** Exit code of `pulumi` for a stack that does not exist (`sdk/go/common/util/cmdutil/exit.go`). */
const stackNotFound = 6;

const properties = z.record(z.string(), z.unknown());

const resource = z.object({
  urn: z.string(),
  type: z.string(),
  /** What the real system or the plugin calls it; components have none. */
  id: z.string().optional(),
  /** What it was imported from, if it was. */
  importID: z.string().optional(),
  inputs: properties.default({}),
  outputs: properties.default({}),
});

const deployment = z.object({
  manifest: z.object({ time: z.string(), version: z.string().default("") }),
  secrets_providers: z
    .object({ type: z.string(), state: z.object({ salt: z.string().optional() }).nullish() })
    .optional(),
  resources: z.array(resource).default([]),
  pending_operations: z.array(z.object({ type: z.string(), resource })).default([]),
});

/** The form that this engine writes. Another one is refused: guessing at a state loses things. */
const checkpoint = z.object({
  version: z.literal(3),
  checkpoint: z.object({ latest: deployment.nullish() }),
});
const exported = z.object({ version: z.literal(3), deployment: deployment.nullish() });

export type StateResource = z.output<typeof resource>;

/** What a stack's state says; secrets stay encrypted. */
export interface StackState {
  readonly resources: readonly StateResource[];
  /** Operations that a killed run left unfinished. */
  readonly pending: readonly { readonly type: string; readonly resource: StateResource }[];
  /** Salt of the passphrase, or `null` with another secrets provider. */
  readonly salt: string | null;
  /** ISO instant of the last write; `null` for a stack that was made and never run. */
  readonly writtenAt: string | null;
}

/**
 * Reads a stack's state: straight from the file where the backend is one (a millisecond), else through
 * `pulumi stack export` (0.2 s). `null` = the stack does not exist.
 *
 * @throws SystemError when the state cannot be read or has another form than this engine's.
 */
export async function readState(session: Session, slug: string): Promise<StackState | null> {
  const directory = backendDirectory(session);
  const text = directory === null ? await exportStack(session, slug) : await readStateFile(directory, slug);
  if (text === null) return null;
  try {
    return directory === null ? stateOf(exported.parse(JSON.parse(text)).deployment) : parseCheckpoint(text);
  } catch (cause) {
    throw new SystemError(`The state of ${slug} cannot be read: it is damaged or of another engine.`, {
      code: "STATE_UNREADABLE",
      hint: "docs/operating.md says how to restore it from a backup.",
      cause,
    });
  }
}

/** The folder of a file backend, or `null` for any other backend. */
export function backendDirectory({ environment }: Session): string | null {
  const { backendUrl } = environment;
  if (!backendUrl.startsWith("file://")) return null;
  const path = backendUrl.slice("file://".length).replace(/^~(?=\/|$)/, process.env.HOME ?? "~");
  return path.startsWith("/") ? path : null;
}

/** True for a value that the engine keeps encrypted. */
export function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && secretSignature in value;
}

/** The stack's outputs; `{}` before the first run. */
export function outputsOf(state: StackState): Readonly<Record<string, unknown>> {
  return state.resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
}

function stateOf(latest: z.output<typeof deployment> | null | undefined): StackState {
  if (!latest) return { resources: [], pending: [], salt: null, writtenAt: null };
  const { resources, pending_operations: pending, secrets_providers: secrets, manifest } = latest;
  const salt = secrets?.type === "passphrase" ? (secrets.state?.salt ?? null) : null;
  return { resources, pending, salt, writtenAt: manifest.time };
}

/** The engine compresses states when told to; of several variants the newest is the state. */
async function readStateFile(directory: string, slug: string): Promise<string | null> {
  const folder = join(directory, ".pulumi", "stacks", project);
  const names = await readdir(folder).catch(() => []);
  const variants = await Promise.all(
    names
      .filter(
        (name) => name.startsWith(`${slug}.json`) && /^\.json(?:\.gz|\.zst)?$/.test(name.slice(slug.length)),
      )
      .map(async (name) => ({ name, time: (await stat(join(folder, name))).mtimeMs })),
  );
  const newest = variants.toSorted((a, b) => b.time - a.time)[0];
  if (!newest) return null;
  return await readCompressed(join(folder, newest.name));
}

/** Text of a file of the backend, which the engine may have compressed: its name tells how. */
export async function readCompressed(file: string): Promise<string> {
  const bytes = await readFile(file);
  if (file.endsWith(".gz")) return (await promisify(gunzip)(bytes)).toString();
  return (file.endsWith(".zst") ? await promisify(zstdDecompress)(bytes) : bytes).toString();
}

/**
 * A state as the engine writes it into a file.
 *
 * @throws Error when the text has another form.
 */
export function parseCheckpoint(text: string): StackState {
  return stateOf(checkpoint.parse(JSON.parse(text)).checkpoint.latest);
}

async function exportStack({ engine, root, env }: Session, slug: string): Promise<string | null> {
  const { failed, exitCode, stdout, stderr } = await runChild(
    engine.pulumi,
    ["stack", "export", "--stack", slug, "--non-interactive"],
    { cwd: root, env, extendEnv: false, stdin: "ignore", reject: false },
  );
  if (exitCode === stackNotFound) return null;
  if (failed)
    throw new SystemError(`The state of ${slug} cannot be read: ${stderr.trim()}`, {
      code: "STATE_UNREADABLE",
    });
  return stdout;
}
