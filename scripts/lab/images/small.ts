import { createHash } from "node:crypto";
import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { runChild } from "../../cli/index.ts";
import { docker, dockerOrNull } from "../docker.ts";
import type { LabPaths } from "../paths.ts";
import type { BaseImage } from "./base.ts";
import { packages } from "./layered.ts";

/**
 * The edge: nginx and the libraries that it loads, taken out of the images' common base; 15 MB instead of 300.
 * Its configuration is a file that the Swarm gives it.
 */
const edgeFiles: readonly RegExp[] = [
  /^\.\/(?:bin|sbin|lib|lib32|lib64|usr\/lib64)$/,
  /^\.\/usr\/sbin\/nginx$/,
  /^\.\/(?:usr\/)?lib(?:64)?\/(?:[a-z0-9_]+-linux-gnu\/)?ld-linux[^/]*\.so\.\d$/,
  /^\.\/(?:usr\/)?lib\/[a-z0-9_]+-linux-gnu\/lib(?:c|m|dl|pthread|crypt|crypto|ssl|z|pcre|pcre2-8)(?:-[0-9.]+)?\.so[0-9.]*$/,
  /^\.\/etc\/(?:passwd|group|nsswitch\.conf)$/,
];
const edgeCommand = ["/usr/sbin/nginx", "-c", "/etc/edge/nginx.conf", "-g", "daemon off;"];

/** Who rest-server and SFTPGo run as, and whom its data belongs to: nobody, as Debian counts. */
const nobody = "65534";
const asRootUser = ["--owner=0", "--group=0"];
const asNobody = [`--owner=${nobody}`, `--group=${nobody}`];

/** Id (`sha256:…`) of the edge's image on the lab's engine, made there unless it is. */
export async function ensureEdgeImage(lab: LabPaths, base: () => Promise<BaseImage>): Promise<string> {
  const contents = [packages, edgeFiles.map(String), edgeCommand];
  return await ensureImage(lab, { name: "edge", contents, owner: asRootUser }, async (root) => {
    const { tarFile } = await base();
    const { stdout } = await runChild("tar", ["--list", "--file", tarFile], { maxBuffer: 1e8 });
    const wanted = stdout.split("\n").filter((name) => edgeFiles.some((rule) => rule.test(name)));
    const from = ["--extract", "--file", tarFile, "--directory", root, "--files-from", "-"];
    await runChild("tar", from, { input: wanted.join("\n") });
    for (const folder of ["etc/edge", "run", "tmp", "var/log/nginx", "var/lib/nginx"]) {
      await mkdir(join(root, folder), { recursive: true });
    }
    return edgeCommand;
  });
}

/** As {@link ensureEdgeImage}, for restic's rest-server: the binary and a folder that its user may write to. */
export async function ensureRestServerImage(lab: LabPaths, binary: string): Promise<string> {
  const command = ["/rest-server"];
  return await ensureImage(
    lab,
    { name: "rest-server", contents: [binary, command], owner: asNobody },
    async (root) => {
      await copyFile(binary, join(root, "rest-server"));
      // A new volume takes over the owner of the folder that it is mounted on.
      await mkdir(join(root, "data"));
      return command;
    },
  );
}

/** As {@link ensureRestServerImage}, for SFTPGo, whose binary holds its web client. */
export async function ensureSftpgoImage(lab: LabPaths, binary: string): Promise<string> {
  const command = ["/sftpgo", "serve"];
  const folders = ["folders", "homes", "keys", "tmp"].map((name) => `srv/sftpgo/${name}`);
  return await ensureImage(
    lab,
    { name: "sftpgo", contents: [binary, command, folders], owner: asNobody },
    async (root) => {
      await copyFile(binary, join(root, "sftpgo"));
      for (const folder of ["etc/sftpgo", ...folders]) await mkdir(join(root, folder), { recursive: true });
      return command;
    },
  );
}

/** Name and tag follow from what goes in, so that an old image is never taken for it. */
async function ensureImage(
  lab: LabPaths,
  { name, contents, owner }: { name: string; contents: unknown; owner: readonly string[] },
  fill: (root: string) => Promise<readonly string[]>,
): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(contents)).digest("hex").slice(0, 16);
  const image = `bastide-${name}:${hash}`;
  const found = await dockerOrNull(lab, ["image", "inspect", "--format", "{{.Id}}", image]);
  if (found !== null) return found;
  // In the lab, which makes one at a time: what a killed run left there goes now, or with the lab.
  const work = join(lab.dir, "import", name);
  await rm(work, { recursive: true, force: true });
  try {
    const root = join(work, "root");
    await mkdir(root, { recursive: true });
    const command = await fill(root);
    const tar = join(work, "image.tar");
    await runChild("tar", ["--create", "--file", tar, ...owner, "--directory", root, "."], {});
    const entrypoint = `ENTRYPOINT ${JSON.stringify(command)}`;
    return await docker(lab, ["import", "--change", entrypoint, tar, image], { timeoutMs: 120_000 });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
