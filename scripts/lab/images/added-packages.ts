import { createHash } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { interruption, type Progress, runChild } from "../../cli/index.ts";
import { ensureCached } from "../../engine/cache.ts";
import { cacheRoot } from "../../engine/checkout.mjs";
import type { BaseImage } from "./base.ts";
import { type DebianSource, debianSource } from "./debian-source.ts";

/** Files of packages that an image has beyond the common base. */
export interface AddedPackages {
  /** In the cache's path. */
  readonly name: string;
  readonly packages: readonly string[];
  /** Packages that these ask for and the image does without. */
  readonly without: RegExp;
}

/**
 * The files below `/usr` of packages and of what they need beyond the base, as a tar in the user's cache. They are
 * unpacked and not installed: no script of theirs runs. In the base itself they would cost every image their size.
 *
 * @throws SystemError when apt cannot get them.
 */
export async function ensureAddedPackages(
  added: AddedPackages,
  base: BaseImage,
  progress: Progress,
): Promise<string> {
  const recipe = JSON.stringify([base.key, added.packages, String(added.without)]);
  const key = createHash("sha256").update(recipe).digest("hex").slice(0, 16);
  const dir = join(cacheRoot(), "images", `${added.name}-${key}`);
  await progress.step(`images: ${added.packages.join(", ")}`, async (step) => {
    const onWait = (pid: number) => step.detail(`waiting for process ${pid}, which is at it`);
    await ensureCached({ dir, files: ["files.tar"] }, { onWait, signal: interruption }, async (building) => {
      await collect(added, base, await debianSource(), building);
    });
  });
  return join(dir, "files.tar");
}

async function collect(
  { packages, without }: AddedPackages,
  base: BaseImage,
  source: DebianSource,
  building: string,
): Promise<void> {
  const apt = await privateApt(base, source, building);
  const named = [...packages, "--print-uris"];
  const listed = await apt("install", named).catch(async () => {
    await apt("update", []);
    return await apt("install", named);
  });
  // Lines such as 'http://…' libpq5_15.18-0+deb12u1_amd64.deb 196908 SHA256:…
  const needed = [...listed.matchAll(/^'[^']+' ([a-z0-9.+-]+)_\S+\.deb /gm)].map(([, name = ""]) => name);
  const wanted = needed.filter((name) => !without.test(name));
  await apt("download", wanted);
  const root = join(building, "root");
  await mkdir(root);
  const archives = (await readdir(building)).filter((name) => name.endsWith(".deb"));
  for (const archive of archives)
    await runChild("dpkg-deb", ["--extract", join(building, archive), root], {});
  const tar = ["--create", "--file", join(building, "files.tar"), "--owner=0", "--group=0", "--sort=name"];
  await runChild(
    "tar",
    [...tar, "--exclude=./usr/share/doc", "--exclude=./usr/share/man", "--directory", root, "./usr"],
    {},
  );
  await runChild(
    "rm",
    ["-rf", ...archives.map((name) => join(building, name)), root, join(building, "apt")],
    {},
  );
}

/** apt for the release of the images, with the base's list of installed packages; nothing of the host's changes. */
async function privateApt(
  { tarFile }: BaseImage,
  { suite, mirror, components }: DebianSource,
  building: string,
): Promise<(command: string, args: readonly string[]) => Promise<string>> {
  const work = join(building, "apt");
  // Lists are kept: they are ten times what is fetched by them.
  const lists = join(cacheRoot(), "images", `apt-${suite}-${process.arch}`, "state");
  for (const folder of [join(lists, "lists/partial"), join(work, "archives/partial")])
    await mkdir(folder, { recursive: true });
  const { stdout: status } = await runChild("tar", ["-xOf", tarFile, "./var/lib/dpkg/status"], {});
  await writeFile(join(work, "status"), `${status}\n`);
  await writeFile(join(work, "sources.list"), `deb ${mirror} ${suite} ${components.replace(",", " ")}\n`);
  const settings = [
    `Dir::State=${lists}`,
    `Dir::State::status=${join(work, "status")}`,
    `Dir::Cache=${work}`,
    `Dir::Etc::sourcelist=${join(work, "sources.list")}`,
    "Dir::Etc::sourceparts=-",
    "Debug::NoLocking=1",
    "APT::Sandbox::User=",
    "APT::Install-Recommends=false",
  ].flatMap((setting) => ["-o", setting]);
  return async (command, args) => {
    const options = { cwd: building, env: { LC_ALL: "C" }, stdin: "ignore", timeout: 15 * 60_000 } as const;
    const { stdout } = await runChild(
      "apt-get",
      [...settings, "--quiet", "--yes", command, ...args],
      options,
    );
    return String(stdout);
  };
}
