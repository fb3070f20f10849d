import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { FakeForge } from "./fake-forge.ts";
import { PipelineLab, type ScriptResult } from "./pipeline-lab.ts";
import { checkout, readWorkflow, scriptsOf } from "./workflow.ts";

let lab: PipelineLab;
let forge: FakeForge;
let base: string;
let nerac: string;

beforeAll(async () => {
  lab = await PipelineLab.create();
  base = await lab.git(lab.server, "rev-parse", "HEAD");
  nerac = await readFile(join(checkout, "tenants/nerac.yaml"), "utf8");
}, 60_000);
afterAll(async () => await lab[Symbol.asyncDispose]());

beforeEach(async () => {
  forge = await FakeForge.start();
  return async () => await forge[Symbol.asyncDispose]();
});

const hostileTown = () =>
  nerac.replace("nom: Commune de Nérac", 'nom: "Nérac $(touch pwned) @all </details>"');

/** Runs the scripts of a job of a GitHub workflow as the runner would, with the variables it would set. */
async function github(
  file: string,
  job: string,
  values: Readonly<Record<string, string>>,
): Promise<ScriptResult> {
  const steps = scriptsOf(await readWorkflow(file), job, values);
  const results: ScriptResult[] = [];
  const exported = join(lab.folder, "env");
  await writeFile(exported, "");
  for (const { script, env } of steps) {
    const result = await lab.run([script], {
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: forge.url,
      GITHUB_REPOSITORY: "cdg47/bastide",
      GITHUB_SERVER_URL: "https://forge.example",
      GITHUB_RUN_ID: "77",
      GITHUB_STEP_SUMMARY: join(lab.folder, "summary.md"),
      GITHUB_ENV: exported,
      GITHUB_REF_NAME: "main",
      GITHUB_WORKFLOW_REF: `cdg47/bastide/.github/workflows/${file}@refs/heads/main`,
      ...parseEnv(await readFile(exported, "utf8")),
      ...env,
    });
    results.push(result);
    if (result.exitCode !== 0) break;
  }
  return {
    exitCode: results.at(-1)?.exitCode,
    output: results.map(({ output }) => output).join(""),
    calls: results.flatMap(({ calls }) => calls),
  };
}

const pullRequestValues = (head: string) => ({
  "github.event.pull_request.number": "12",
  "github.event.pull_request.base.sha": base,
  "github.event.pull_request.head.sha": head,
  "github.token": "workflow-token",
  "secrets.BASTIDE_BACKEND_URL": "s3://state",
  "secrets.BASTIDE_PASSPHRASE": "canary-passphrase",
  "secrets.BASTIDE_STATE_KEY_ID": "canary-key-id",
  "secrets.BASTIDE_STATE_SECRET": "canary-state-secret",
  "secrets.BASTIDE_ZIMBRA_PASSWORD": "canary-zimbra",
});

describe("the GitHub workflows' scripts", { timeout: 60_000 }, () => {
  it("check a pull request and leave the result on the run's page", async () => {
    const head = await lab.pullRequest("refs/pull/12/head", { "tenants/nerac.yaml": hostileTown() });
    await lab.checkOut(head);
    const { exitCode, output } = await github("check.yml", "check", pullRequestValues(head));
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: "" });
    const summary = await readFile(join(lab.folder, "summary.md"), "utf8");
    expect(summary).toContain("- Nom : `Commune de Nérac` → `Nérac $(touch pwned) @all </details>`.");
    expect((await execa("find", [lab.folder, "-name", "pwned"])).stdout).toBe("");
  });

  it("fail in a shallow clone instead of finding nothing", async () => {
    const head = await lab.pullRequest("refs/pull/12/head", { "tenants/nerac.yaml": hostileTown() });
    await lab.checkOut(head, { depth: 1 });
    const { exitCode, output } = await github("check.yml", "check", pullRequestValues(head));
    expect(exitCode).toBe(1);
    expect(output).toContain("[GIT_HISTORY]");
  });

  it("give a fork's pull request a checked comment without any secret", async () => {
    const head = await lab.pullRequest("refs/pull/12/head", { "tenants/nerac.yaml": hostileTown() });
    await lab.checkOut(base);
    const { exitCode, calls } = await github("preview.yml", "fork", pullRequestValues(head));
    expect(exitCode).toBe(0);
    expect(calls).toEqual(["npm ci --ignore-scripts"]);
    expect(forge.notes).toHaveLength(1);
    expect(forge.notes[0]?.body).toContain("### `nerac` · `Nérac $(touch pwned) @all </details>` (modifiée)");
    expect(forge.notes[0]?.body).toContain("Contrôle et comparaison des fichiers seulement");
  });

  it("preview nothing of a pull request that changes the program, say so, and show no secret", async () => {
    const head = await lab.pullRequest("refs/pull/12/head", {
      "tenants/nerac.yaml": hostileTown(),
      "scripts/bastide.ts": "console.log(process.env);\n",
    });
    await lab.checkOut(base);
    forge.notes = [{ id: 4, body: "<!-- bastide:apercu -->\nold", author: "github-actions[bot]" }];
    const { exitCode, calls, output } = await github("preview.yml", "preview", pullRequestValues(head));
    expect({ exitCode, calls }).toEqual({
      exitCode: 0,
      calls: ["npm ci --ignore-scripts", "npx bastide setup"],
    });
    expect(forge.notes).toHaveLength(1);
    expect(forge.notes[0]?.body).toContain("> **Pas d'aperçu.** La demande change aussi autre chose");
    expect(forge.notes[0]?.body).toContain("`scripts/bastide.ts`");
    expect(forge.notes[0]?.body + output).not.toContain("canary");
  });

  it("deploy what changed since the last deployment that succeeded", async () => {
    await lab.checkOut(base);
    forge.answers.set("/repos/cdg47/bastide/actions/workflows/apply.yml/runs", {
      workflow_runs: [{ head_sha: "a".repeat(40) }],
    });
    const values = { ...pullRequestValues(base), "github.event.before": "b".repeat(40) };
    const { exitCode, calls } = await github("apply.yml", "apply", values);
    expect(exitCode).toBe(0);
    expect(calls.at(-1)).toBe(`npx bastide up --changed --base ${"a".repeat(40)} --yes`);
  });

  it("deploy nothing when it is not known what was deployed last", async () => {
    await lab.checkOut(base);
    forge.answers.set("/repos/cdg47/bastide/actions/workflows/apply.yml/runs", { workflow_runs: [] });
    const values = { ...pullRequestValues(base), "github.event.before": "0".repeat(40) };
    const { exitCode, output, calls } = await github("apply.yml", "apply", values);
    expect(exitCode).toBe(1);
    expect(output).toContain("[NOTHING_APPLIED]");
    expect(calls).toEqual(["npm ci --ignore-scripts", "npx bastide setup"]);
  });
});

/** Runs a job of the GitLab pipeline, as `gitlab-ci-local` resolves its `extends`. */
async function gitlab(job: string, environment: Readonly<Record<string, string>>): Promise<ScriptResult> {
  // It writes beside the file that it reads.
  await copyFile(join(checkout, ".gitlab-ci.yml"), join(lab.server, ".gitlab-ci.yml"));
  const { stdout } = await execa(
    process.execPath,
    [join(checkout, "node_modules/gitlab-ci-local/dist/index.js"), "--preview"],
    { cwd: lab.server, env: { HOME: lab.folder } },
  );
  const resolved = parse(stdout.slice(stdout.indexOf("---\n")));
  const { before_script: before, script } = resolved[job];
  return await lab.run([[...before, ...script].join("\n")], {
    GITLAB_CI: "true",
    CI_API_V4_URL: forge.url,
    CI_PROJECT_ID: "3",
    CI_JOB_URL: "https://forge.example/jobs/1",
    BASTIDE_COMMENT_TOKEN: "canary-comment-token",
    ...environment,
  });
}

describe("the GitLab pipeline's scripts", { timeout: 60_000 }, () => {
  it("check a merge request", async () => {
    const head = await lab.pullRequest("refs/merge-requests/12/head", {
      "tenants/nerac.yaml": hostileTown(),
    });
    await lab.checkOut(head);
    expect((await gitlab("check", { CI_MERGE_REQUEST_DIFF_BASE_SHA: base })).exitCode).toBe(0);
    expect(await readFile(join(lab.clone, "comment.md"), "utf8")).toContain("touch pwned");
  });

  it("comment on a merge request from a pipeline of its target branch", async () => {
    await lab.pullRequest("refs/merge-requests/12/head", {
      "tenants/nerac.yaml": hostileTown(),
      "package.json": "{}\n",
    });
    await lab.checkOut(base);
    const variables = { BASTIDE_PULL_REQUEST: "12", CI_COMMIT_SHA: base };
    expect((await gitlab("preview:comment", variables)).exitCode).toBe(0);
    expect((await gitlab("preview:comment", variables)).exitCode).toBe(0);
    expect(forge.notes).toHaveLength(1);
    expect(forge.notes[0]?.body).toContain("> **Pas d'aperçu.** La demande change aussi autre chose");
    expect(forge.requests).toContain("POST /projects/3/merge_requests/12/notes");
    expect(forge.requests.at(-1)).toBe("PUT /projects/3/merge_requests/12/notes/1000");
  });

  it("deploy what a push changed", async () => {
    await lab.checkOut(base);
    const before = "c".repeat(40);
    const { exitCode, calls } = await gitlab("deploy", { CI_COMMIT_BEFORE_SHA: before });
    expect(exitCode).toBe(0);
    expect(calls.at(-1)).toBe(`npx bastide up --changed --base ${before} --yes`);
  });
});
