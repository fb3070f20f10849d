import { execa } from "execa";
import { UserError } from "../cli/errors.ts";

/**
 * The git history cannot answer the question. Whoever asks which tenants a change touches must stop on it:
 * an empty list would be a green check that looked at nothing.
 */
export class HistoryError extends UserError {
  constructor(message: string, hint?: string) {
    super(message, { code: "GIT_HISTORY", ...(hint === undefined ? {} : { hint }) });
  }
}

/** One file of a commit, as git stores it. */
export interface TreeFile {
  /** From the repository's root, `/` between folders. */
  readonly path: string;
  /** `100644` a file, `100755` an executable, `120000` a symbolic link, `160000` a submodule. */
  readonly mode: string;
  readonly object: string;
}

/**
 * Runs git in `root` and returns what it printed. Paths come back as they are (no quoting of accents), no
 * pager and no prompt, and the environment cannot redirect it to another repository.
 *
 * @throws HistoryError with git's own last line
 */
export async function git(root: string, args: readonly string[], input?: string): Promise<string> {
  const result = await tryGit(root, args, input);
  if (!result.ok) throw new HistoryError(`git ${args[0]}: ${result.message}`);
  return result.stdout;
}

/** The same, for questions where "no" is an answer. */
export async function tryGit(
  root: string,
  args: readonly string[],
  input?: string,
): Promise<{ ok: true; stdout: string } | { ok: false; exitCode: number | null; message: string }> {
  const { exitCode, stdout, stderr } = await execa("git", ["-c", "core.quotePath=false", ...args], {
    cwd: root,
    env: { GIT_TERMINAL_PROMPT: "0", GIT_PAGER: "cat", LC_ALL: "C.UTF-8", GIT_DIR: undefined },
    input: input ?? "",
    reject: false,
    stripFinalNewline: true,
    maxBuffer: 1e9,
  });
  if (exitCode === 0) return { ok: true, stdout };
  const message = stderr.trim().split("\n").at(-1) ?? "";
  return { ok: false, exitCode: exitCode ?? null, message: message === "" ? "failed" : message };
}

/**
 * The full name of the commit that `revision` names.
 *
 * @throws HistoryError when the name is unknown, or could be taken for an option
 */
export async function commitOf(root: string, revision: string): Promise<string> {
  const found = await tryGit(root, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${revision}^{commit}`,
  ]);
  if (found.ok && /^[0-9a-f]{40,64}$/.test(found.stdout)) return found.stdout;
  if (!found.ok && /not a git repository|dubious ownership/.test(found.message))
    throw new HistoryError(`git rev-parse: ${found.message}`);
  throw new HistoryError(
    `the commit ${JSON.stringify(revision)} is not in this clone`,
    "Fetch it first: git fetch origin",
  );
}

/**
 * The best common ancestors of two commits: one, or several after criss-cross merges.
 *
 * @throws HistoryError in a shallow clone (its truncated history can hide the true ancestor) and where the
 * two have no common history
 */
export async function mergeBases(root: string, base: string, head: string): Promise<readonly string[]> {
  const shallow = await git(root, ["rev-parse", "--is-shallow-repository"]);
  if (shallow !== "false")
    throw new HistoryError(
      "this clone is shallow, so the common ancestor cannot be known",
      "Get the whole history: git fetch --unshallow (GitHub: fetch-depth: 0; GitLab: GIT_DEPTH: 0)",
    );
  const found = await tryGit(root, ["merge-base", "--all", base, head]);
  if (found.ok && found.stdout !== "") return found.stdout.split("\n");
  throw new HistoryError(`${base.slice(0, 12)} and ${head.slice(0, 12)} have no common history`);
}

/** Paths that differ between two commits, or between a commit and the working tree, untracked files too. */
export async function changedPaths(root: string, from: string, to?: string): Promise<readonly string[]> {
  const differing = await git(root, [
    "diff",
    "--name-only",
    "--no-renames",
    "-z",
    from,
    ...(to ? [to] : []),
    "--",
  ]);
  const untracked = to ? "" : await git(root, ["ls-files", "--others", "--exclude-standard", "-z"]);
  return [...new Set([...split(differing), ...split(untracked)])].toSorted();
}

/** Files below `folders` in a commit or tree. */
export async function filesAt(
  root: string,
  tree: string,
  folders: readonly string[],
): Promise<readonly TreeFile[]> {
  const listing = await git(root, ["ls-tree", "-r", "-z", "--full-tree", tree, "--", ...folders]);
  return split(listing).map((line) => {
    const [, mode = "", object = "", path = ""] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    return { mode, object, path };
  });
}

function split(text: string): string[] {
  return text.split("\0").filter((part) => part !== "");
}
