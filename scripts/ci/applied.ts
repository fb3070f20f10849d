import { z } from "zod";
import { UserError } from "../cli/errors.ts";
import type { Environment } from "./forge.ts";
import { forgeRequests, required } from "./forge-http.ts";

const runs = z.object({ workflow_runs: z.array(z.object({ head_sha: z.string() })) });

/**
 * The commit up to which everything was applied: that of the last run of this workflow that succeeded.
 *
 * GitHub keeps one waiting run and drops those before it, and a run may fail: comparing with the commit
 * before the push would then leave tenants out for good. GitLab keeps every waiting job (`resource_group`)
 * and a failed one is retried with its own variables, so there the commit before the push is right.
 *
 * @param fallback - used where no run has succeeded yet: the commit before the push
 * @throws UserError without a usable fallback; SystemError when GitHub does not answer
 */
export async function lastApplied(environment: Environment, fallback: string | undefined): Promise<string> {
  const applied = environment.GITHUB_ACTIONS === "true" ? await lastSuccess(environment) : undefined;
  const commit = applied ?? fallback;
  if (commit && /^(?!0+$)[0-9a-f]{40,64}$/.test(commit)) return commit;
  throw new UserError("it is not known which commit was applied last", {
    code: "NOTHING_APPLIED",
    hint: "Apply once by hand (bastide up), then let the pipeline go on from there.",
  });
}

async function lastSuccess(environment: Environment): Promise<string | undefined> {
  const repository = required(environment, "GITHUB_REPOSITORY", "A GitHub workflow sets it.");
  const token = required(environment, "GITHUB_TOKEN", "The workflow must pass github.token in it.");
  const reference = required(environment, "GITHUB_WORKFLOW_REF", "A GitHub workflow sets it.");
  const branch = required(environment, "GITHUB_REF_NAME", "A GitHub workflow sets it.");
  const file = /\/([^/@]+)@/.exec(reference)?.[1] ?? "";
  const http = forgeRequests("GitHub", environment.GITHUB_API_URL ?? "https://api.github.com", {
    authorization: `Bearer ${token}`,
    "x-github-api-version": "2022-11-28",
  });
  const query = new URLSearchParams({ branch, status: "success", per_page: "1" });
  const path = `/repos/${repository}/actions/workflows/${encodeURIComponent(file)}/runs?${query}`;
  return (await http.get(path, runs)).workflow_runs[0]?.head_sha;
}
