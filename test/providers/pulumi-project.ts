/** A project in a folder of its own, run by the real CLI with this repository's language host. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findEngine } from "../../scripts/engine/index.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The CLI of the checkout, or one of the PATH; `null` when there is none (`bastide setup` makes one). */
export const pulumi: string | null = findEngine()?.pulumi ?? onPath("pulumi");

export interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly HostCall[];
}

/** A call that the engine made to the language host. */
export interface HostCall {
  readonly method: string;
  readonly request: unknown;
  readonly response: unknown;
}

export interface Project {
  /** Folder of Pulumi.yaml. */
  readonly folder: string;
  /** Folder that holds the project, its state and everything that Pulumi writes. */
  readonly outer: string;
  start(args: readonly string[], env?: Readonly<Record<string, string>>): ChildProcess;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>;
  remove(): void;
}

/** A copy of `test/fixtures/NAME`; `CHECKOUT` in its Pulumi.yaml becomes the path of this checkout. */
export function createProject(fixture: string, { sdk = true } = {}): Project {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-project-"));
  const project = join(folder, "project");
  cpSync(join(root, "test/fixtures", fixture), project, { recursive: true });
  const file = join(project, "Pulumi.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("CHECKOUT/", root));
  if (sdk) symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  writeFileSync(join(folder, "passphrase"), "of a test");
  const trace = join(folder, "trace.json");
  const base = {
    HOME: folder,
    PATH: pathWithHost(),
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "passphrase"),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DEBUG_GRPC: trace,
  };

  function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    if (pulumi === null) throw new Error("there is no pulumi CLI: run bastide setup");
    const all = [...args, "--non-interactive", "--color=never"];
    return spawn(pulumi, all, {
      cwd: project,
      env: { ...base, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  return {
    folder: project,
    outer: folder,
    start,
    async run(args, env) {
      rmSync(trace, { force: true });
      const child = start(args, env);
      const output: string[] = [];
      const errors: string[] = [];
      child.stdout?.on("data", (bytes) => output.push(String(bytes)));
      child.stderr?.on("data", (bytes) => errors.push(String(bytes)));
      const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
      return { exitCode, stdout: output.join(""), stderr: errors.join(""), calls: callsOf(trace) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Command lines of the processes that work for the project in this folder. */
export function processesOf(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => textOf(`/proc/${pid}/cmdline`) + textOf(`/proc/${pid}/environ`))
    .filter((text) => text.includes(folder));
}

function callsOf(trace: string): HostCall[] {
  if (!existsSync(trace)) return [];
  const lines = readFileSync(trace, "utf8").split("\n").filter(Boolean);
  return lines
    .map((line): HostCall => JSON.parse(line))
    .filter(({ method }) => method.startsWith("/pulumirpc.LanguageRuntime/"))
    .map(({ method, request, response }) => ({ method: method.split("/").at(-1) ?? "", request, response }));
}

/** Unless ours lies beside the CLI already, it goes first on the PATH, where it wins with a warning. */
function pathWithHost(): string {
  const host = join(root, "providers/stand-ins/language-nodejs");
  const beside = join(dirname(pulumi ?? ""), "pulumi-language-nodejs");
  const isOurs = existsSync(beside) && realpathSync(beside) === realpathSync(join(host, basename(beside)));
  return [...(isOurs ? [] : [host]), process.env.PATH].join(delimiter);
}

function onPath(name: string): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
