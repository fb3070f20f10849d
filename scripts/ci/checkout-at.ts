import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { filesAt, HistoryError, type TreeFile } from "./git.ts";

/** Data of a commit, laid out in a temporary folder. Nothing in it is ever run. */
export interface DataCheckout extends AsyncDisposable {
  readonly root: string;
}

/**
 * Copies the YAML files below `folders` of a commit (or tree) into a new temporary folder, straight from
 * git's objects: no filter, hook, attribute or link of the repository takes part. The folder goes away with
 * `await using`.
 *
 * @throws HistoryError where a file is a symbolic link or a submodule, or its name leads out of the folder
 */
export async function checkoutData(
  root: string,
  tree: string,
  folders: readonly string[],
): Promise<DataCheckout> {
  const files = (await filesAt(root, tree, folders)).filter((file) => /\.ya?ml$/i.test(file.path));
  for (const file of files) refuseSpecialFile(file);
  const folder = await mkdtemp(join(tmpdir(), "bastide-at-"));
  try {
    for (const name of folders) await mkdir(join(folder, name), { recursive: true });
    const contents = await readObjects(root, files);
    for (const [index, file] of files.entries()) {
      const target = join(folder, file.path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, contents[index] ?? Buffer.alloc(0));
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    root: folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function refuseSpecialFile({ path, mode }: TreeFile): void {
  if (!mode.startsWith("100")) throw new HistoryError(`${path} is not a plain file (mode ${mode})`);
  if (path.split("/").includes("..")) throw new HistoryError(`${path} leads out of its folder`);
}

/** One `git cat-file --batch` for all of them: a process a file would take seconds for a thousand tenants. */
async function readObjects(root: string, files: readonly TreeFile[]): Promise<readonly Buffer[]> {
  const { stdout, failed } = await execa("git", ["cat-file", "--batch"], {
    cwd: root,
    input: files.map((file) => `${file.object}\n`).join(""),
    encoding: "buffer",
    stripFinalNewline: false,
    reject: false,
    maxBuffer: 1e9,
  });
  if (failed) throw new HistoryError("git cat-file: failed");
  const answer = Buffer.from(stdout);
  let position = 0;
  return files.map((file) => {
    const end = answer.indexOf("\n", position);
    const [, kind, size] = answer.toString("utf8", position, end).split(" ");
    if (end < 0 || kind !== "blob") throw new HistoryError(`git has no contents for ${file.path}`);
    const start = end + 1;
    position = start + Number(size) + 1;
    return answer.subarray(start, start + Number(size));
  });
}
