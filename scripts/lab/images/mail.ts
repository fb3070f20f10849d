import { createHash } from "node:crypto";
import { copyFile, cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../../cli/index.ts";
import { runChild } from "../../cli/index.ts";
import { cacheRoot } from "../../engine/checkout.mjs";
import { docker, dockerOrNull } from "../docker.ts";
import type { LabPaths } from "../paths.ts";
import { type BaseImage, ensureBaseImage } from "./base.ts";

/** NSD runs in a container of its own from the same image: a second base would cost a second debootstrap. */
const packages = ["postfix", "postfix-cdb", "dovecot-imapd", "dovecot-pop3d", "dovecot-lmtpd", "nsd"];

/** Files of this folder's `mail/`; the first of them puts the others in their places when the container starts. */
const files = ["start", "main.cf", "master.cf", "dovecot.conf", "keep-outside"] as const;

/** Where the image has them. */
const target = "usr/local/lib/bastide";

const sources = join(import.meta.dirname, "mail");

/** Name and tag: the tag follows from all that goes into the image, so an old image is never taken for it. */
export async function mailImageName(): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(packages));
  for (const file of files) hash.update(`\0${file}\0`).update(await readFile(join(sources, file)));
  return `bastide-mail:${hash.digest("hex").slice(0, 16)}`;
}

/** Puts Debian's package base of the mail image into the cache; needs no engine, so both can start at once. */
export async function ensureMailBase(progress: Progress): Promise<BaseImage> {
  return await ensureBaseImage(packages, progress);
}

/** Id (`sha256:…`) of the mail image on the lab's engine, `null` when it is not there yet. */
export async function findMailImage(lab: LabPaths): Promise<string | null> {
  return await dockerOrNull(lab, ["image", "inspect", "--format", "{{.Id}}", await mailImageName()]);
}

/** Lays this checkout's configuration over the base and hands the whole to the engine; gives the image's id. */
export async function importMailImage(lab: LabPaths, base: BaseImage): Promise<string> {
  await mkdir(cacheRoot(), { recursive: true });
  const work = await mkdtemp(join(cacheRoot(), "import-"));
  try {
    const overlay = join(work, "overlay", target);
    await mkdir(overlay, { recursive: true });
    for (const file of files) await cp(join(sources, file), join(overlay, file));
    const tar = join(work, "image.tar");
    await copyFile(base.tarFile, tar);
    const from = ["--owner=0", "--group=0", "--directory", join(work, "overlay")];
    await runChild("tar", ["--append", "--file", tar, ...from, `./${target}`], {});
    const entrypoint = `ENTRYPOINT ["/${target}/start"]`;
    return await docker(lab, ["import", "--change", entrypoint, tar, await mailImageName()], {
      timeoutMs: 300_000,
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
