import { existsSync, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail } from "../cli/errors.ts";
import { type LabPaths, labPaths } from "../lab/paths.ts";
import type { Engine } from "./engine.ts";
import { findEngine } from "./find.ts";
import { enginePaths } from "./paths.ts";

type Variables = Readonly<Record<string, string | undefined>>;

interface Common {
  /** The engine, or null when it is not set up. */
  readonly engine: Engine | null;
  /** Variables for the CLI and its children; undefined means that the variable has to be absent. */
  readonly env: Variables;
  /** First line of a command's output: where it is going to act. */
  readonly banner: string;
  /** `PULUMI_BACKEND_URL`. */
  readonly backendUrl: string;
  /** File that replaces `catalogue/cdg.yaml`, or undefined. */
  readonly cdgFile: string | undefined;
  /** File of the passphrase, or undefined when the environment gives the passphrase itself or none. */
  readonly passphraseFile: string | undefined;
}

export interface LabEnvironment extends Common {
  readonly kind: "lab";
  readonly lab: LabPaths;
}

export interface ProductionEnvironment extends Common {
  readonly kind: "production";
}

export type Environment = LabEnvironment | ProductionEnvironment;

export interface EnvironmentOptions {
  /** Name of a lab; then `PULUMI_BACKEND_URL` is not read at all. */
  readonly lab?: string;
  readonly from?: Variables;
}

/**
 * Decides, in one place, whether a command acts on a lab of this checkout or on production: production is
 * where `PULUMI_BACKEND_URL` points to anything but a lab of this checkout; without it, it is the lab `demo`.
 *
 * @throws UserError when the lab's name has no proper form.
 */
export function resolveEnvironment({ lab, from = process.env }: EnvironmentOptions = {}): Environment {
  const engine = findEngine();
  const url = from.PULUMI_BACKEND_URL;
  if (lab !== undefined) return labEnvironment(places(lab), engine, "as asked");
  if (!url) return labEnvironment(places(undefined), engine, "PULUMI_BACKEND_URL is not set");
  const own = labOfUrl(url);
  if (own !== undefined) return labEnvironment(places(own), engine, "from PULUMI_BACKEND_URL");
  return {
    kind: "production",
    engine,
    env: { ...engine?.env },
    banner: `Backend ${withoutCredentials(url)} (production)`,
    backendUrl: url,
    cdgFile: from.BASTIDE_CDG || undefined,
    passphraseFile: from.PULUMI_CONFIG_PASSPHRASE_FILE || undefined,
  };
}

function labEnvironment(lab: LabPaths, engine: Engine | null, why: string): LabEnvironment {
  return {
    kind: "lab",
    lab,
    engine,
    env: {
      ...engine?.env,
      PULUMI_BACKEND_URL: lab.backendUrl,
      PULUMI_CONFIG_PASSPHRASE_FILE: lab.passphraseFile,
      // Both would win over the lab's own passphrase and configuration.
      PULUMI_CONFIG_PASSPHRASE: undefined,
      PULUMI_STACK: undefined,
      PULUMI_OPTION_CONFIG_FILE: lab.stackFile,
      BASTIDE_CDG: lab.cdgFile,
    },
    banner: `Lab ${lab.name} of this checkout (${why})`,
    backendUrl: lab.backendUrl,
    cdgFile: lab.cdgFile,
    passphraseFile: lab.passphraseFile,
  };
}

function places(name: string | undefined): LabPaths {
  try {
    return labPaths(name);
  } catch (cause) {
    fail(String(cause instanceof Error ? cause.message : cause), { code: "LAB_NAME_INVALID" });
  }
}

/** The lab of this checkout that a backend's URL belongs to: so it is after `source <(bastide env)`. */
function labOfUrl(url: string): string | undefined {
  const dir = join(enginePaths().root, ".bastide");
  if (!url.startsWith("file://") || !existsSync(dir)) return undefined;
  const wanted = real(pathOfUrl(url));
  return readdirSync(dir).find((name) => wanted === real(join(dir, name, "state")));
}

/** Pulumi reads `file://` loosely: what follows is a path, as it is. */
function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url.slice("file://".length);
  }
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** A backend's URL may hold a password (`postgres://user:password@host`). */
function withoutCredentials(url: string): string {
  return url.replace(/^([a-z0-9+.-]+:\/\/)[^/@]*@/i, "$1");
}
