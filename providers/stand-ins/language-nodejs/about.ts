/** What `pulumi about` shows: the Node that runs programs, and what they depend on. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import language from "@pulumi/pulumi/proto/language_pb.js";

/** Version of the SDK beside this host, without a leading v. */
export function sdkVersion(): string {
  const manifest: { version: string } = createRequire(import.meta.url)("@pulumi/pulumi/package.json");
  return manifest.version;
}

/** The engine asks in every run, so npm is not started to ask for its version. */
export function about(): language.AboutResponse {
  const response = new language.AboutResponse();
  response.setExecutable(process.execPath);
  response.setVersion(process.version);
  response.getMetadataMap().set("packagemanager", "npm");
  return response;
}

interface Lockfile {
  readonly packages?: Readonly<Record<string, LockedPackage>>;
}
interface LockedPackage {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** @throws Error when no package-lock.json lies at or above the program. */
export function programDependencies(
  request: language.GetProgramDependenciesRequest,
): language.GetProgramDependenciesResponse {
  const directory = request.getInfo()?.getProgramDirectory() || request.getPwd();
  const lockfile: Lockfile = JSON.parse(readFileSync(findLockfile(directory), "utf8"));
  const packages = lockfile.packages ?? {};
  const root = packages[""];
  const direct = new Set(Object.keys({ ...root?.dependencies, ...root?.devDependencies }));
  const response = new language.GetProgramDependenciesResponse();
  for (const [path, { version }] of Object.entries(packages)) {
    const name = path.split("node_modules/").at(-1) ?? "";
    const wanted = request.getTransitivedependencies() || path === `node_modules/${name}`;
    if (name === "" || version === undefined || !wanted) continue;
    if (!request.getTransitivedependencies() && !direct.has(name)) continue;
    response.addDependencies(new language.DependencyInfo().setName(name).setVersion(version));
  }
  return response;
}

function findLockfile(directory: string): string {
  for (let folder = directory; ; folder = dirname(folder)) {
    const file = join(folder, "package-lock.json");
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) break;
  }
  throw new Error(
    `failed to get node dependencies: no package-lock.json found (searching upwards from ${directory})`,
  );
}
