import { checkoutData, type DataCheckout } from "./checkout-at.ts";
import { changedPaths, commitOf, git, HistoryError, mergeBases, tryGit } from "./git.ts";

/** A pull request, looked at from a checkout of the branch that it goes to. */
export interface PullRequestData extends AsyncDisposable {
  readonly base: string;
  readonly head: string;
  /** Temporary folder with the tenant files as they would be after the merge. */
  readonly tenantsDir: string;
  /** Changed files that are neither tenant files nor documents. Nothing of them is on this machine's disk. */
  readonly programPaths: readonly string[];
}

/**
 * Lays out the tenant files of a pull request beside the code of its target. The code of the pull request is
 * not checked out: where secrets are present, only reviewed code may run, and tenant files are only data.
 *
 * @throws HistoryError where HEAD is not the target (the code that runs would be the pull request's own),
 * where the two conflict, and wherever git cannot tell
 */
export async function pullRequestData(
  root: string,
  revisions: { readonly base: string; readonly head: string },
): Promise<PullRequestData> {
  const [base, head, current] = await Promise.all([
    commitOf(root, revisions.base),
    commitOf(root, revisions.head),
    commitOf(root, "HEAD"),
  ]);
  if (current !== base)
    throw new HistoryError(
      `this checkout is at ${current.slice(0, 12)}, not at the pull request's base ${base.slice(0, 12)}`,
      "With --head, run in a checkout of --base: only its code may run.",
    );
  const forks = await mergeBases(root, base, head);
  const paths = await Promise.all(forks.map((fork) => changedPaths(root, fork, head)));
  const tree = forks.includes(base) ? head : await mergedTree(root, base, head);
  const data: DataCheckout = await checkoutData(root, tree, ["tenants"]);
  return {
    base,
    head,
    tenantsDir: `${data.root}/tenants`,
    programPaths: [...new Set(paths.flat())].filter((path) => !harmlessPath.test(path)).toSorted(),
    [Symbol.asyncDispose]: () => data[Symbol.asyncDispose](),
  };
}

/** Tenant files are data; documents are read by people only. */
const harmlessPath = /^(?:tenants\/[^/]+\.yaml|docs\/.*|[^/]+\.md)$/;

async function mergedTree(root: string, base: string, head: string): Promise<string> {
  const merged = await tryGit(root, ["merge-tree", "--write-tree", base, head]);
  if (merged.ok) return await git(root, ["rev-parse", "--verify", `${merged.stdout.split("\n")[0]}^{tree}`]);
  if (merged.exitCode === 1)
    throw new HistoryError(
      "the pull request conflicts with its target branch",
      "Merge or rebase onto the target branch, then push again.",
    );
  throw new HistoryError(
    `git merge-tree: ${merged.message}`,
    "This needs git 2.38. With an older one, bring the branch up to date with its target first.",
  );
}
