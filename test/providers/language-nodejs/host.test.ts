import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProject, type HostCall, type Project, processesOf, pulumi } from "../pulumi-project.ts";

/** A line of the preview's outputs. */
const OUTPUT = /^\s*(?:[+~-]\s+)?([^\s:]+)\s*: (\S.*)$/gm;

interface Recording {
  readonly command: string;
  readonly exitCode: number;
  readonly stdout: readonly string[];
  readonly calls: readonly HostCall[];
}

describe.skipIf(pulumi === null)("the language host under the real engine", () => {
  let project: Project;
  beforeAll(async () => {
    project = createProject("language-nodejs");
    expect((await project.run(["stack", "init", "l1"])).exitCode).toBe(0);
  });
  afterAll(() => project.remove());

  test.for(["ok", "throw", "reject", "exit0", "exit3", "exitcode5", "kill"])(
    "ends like the official one when the program ends by: %s",
    async (mode) => {
      const recorded = recording(mode);
      const run = await project.run(["up", "--yes", "--skip-preview", "--stack", "l1"], { MODE: mode });
      expect(responseOf(run.calls, "Run")).toEqual(responseOf(recorded.calls, "Run"));
      expect(errorsOf(run.stdout, project.folder)).toEqual(
        errorsOf(recorded.stdout.join("\n"), "/lab/langproject"),
      );
      expect(run.exitCode).toBe(recorded.exitCode);
      expect(run.stdout).toContain("stdout line from program");
      expect(run.stdout).toContain("stderr line from program");
    },
  );

  test("gives the program its configuration, arguments of Node, directory and preview flag", async () => {
    const file = join(project.folder, "Pulumi.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(
      file,
      text.replace("options:", 'options:\n    nodeargs: "--no-warnings  --max-old-space-size=512"'),
    );
    await project.run(["stack", "init", "l2"]);
    await project.run(["config", "set", "plain", "v1", "--stack", "l2"]);
    await project.run(["config", "set", "sec", "canary-s1", "--secret", "--stack", "l2"]);
    const run = await project.run(["preview", "--stack", "l2"]);
    writeFileSync(file, text);
    expect(run.exitCode).toBe(0);
    expect(requestOf(run.calls, "Run")).toMatchObject(recordedRun(recording("config"), project.folder));
    expect(responseOf(run.calls, "Run")).toEqual({});
    expect(run.stdout).not.toContain("canary-s1");
    const outputs = Object.fromEntries(
      [...run.stdout.matchAll(OUTPUT)].map(([, name, value]) => [name, value]),
    );
    expect(outputs).toMatchObject({
      plain: '"v1"',
      sec: "[secret]",
      dryRun: "true",
      cwd: `"${project.folder}/stacks"`,
      node: expect.stringMatching(/^"24\./),
      organization: '"organization"',
      "[0]": '"--no-warnings"',
      "[1]": '"--max-old-space-size=512"',
    });
  });

  test("tells about Node and the dependencies", async () => {
    const run = await project.run(["about", "--json"]);
    expect(JSON.parse(run.stdout)).toMatchObject({
      runtime: { language: "nodejs", executable: expect.stringContaining("/node"), packagemanager: "npm" },
    });
    expect(responseOf(run.calls, "GetRequiredPackages")).toEqual({});
  });

  test("Ctrl-C ends the CLI and the program at once", async () => {
    const child = project.start(["up", "--yes", "--skip-preview", "--stack", "l1"], { MODE: "wait" });
    const output = await outputUntil(child, "stdout line from program");
    const since = performance.now();
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(performance.now() - since).toBeLessThan(5_000);
    expect(output.join("")).toContain("update canceled");
    await expect.poll(() => processesOf(project.outer), { timeout: 5_000 }).toEqual([]);
  });

  test("a killed CLI leaves neither host nor program", async () => {
    const child = project.start(["up", "--yes", "--skip-preview", "--stack", "l1"], { MODE: "wait" });
    await outputUntil(child, "stdout line from program");
    child.kill("SIGKILL");
    await expect.poll(() => processesOf(project.outer), { timeout: 8_000 }).toEqual([]);
    await project.run(["cancel", "--yes", "--stack", "l1"]);
  });

  test("says that the SDK is missing in the official host's words", async () => {
    const bare = createProject("language-nodejs", { sdk: false });
    await bare.run(["stack", "init", "l1"]);
    const run = await bare.run(["preview", "--stack", "l1"]);
    bare.remove();
    const recorded = recording("no-sdk");
    expect(responseOf(run.calls, "Run")).toEqual(responseOf(recorded.calls, "Run"));
    expect(errorsOf(run.stdout, "")).toEqual(errorsOf(recorded.stdout.join("\n"), ""));
    expect(run.exitCode).toBe(recorded.exitCode);
  });
});

function recording(name: string): Recording {
  const file = fileURLToPath(new URL(`../../fixtures/golden/pulumi/l-${name}.json`, import.meta.url));
  return JSON.parse(readFileSync(file, "utf8"));
}

function responseOf(calls: readonly HostCall[], method: string): unknown {
  return calls.find((call) => call.method === method && call.response !== undefined)?.response;
}

function requestOf(calls: readonly HostCall[], method: string): unknown {
  return calls.find((call) => call.method === method)?.request;
}

/** What does not depend on the machine in the recorded request. */
function recordedRun(recorded: Recording, folder: string): object {
  const text = JSON.stringify(requestOf(recorded.calls, "Run")).replaceAll("/lab/langproject", folder);
  const { monitorAddress, loaderTarget, mapperTarget, parallel, config, ...rest } = JSON.parse(text);
  return { ...rest, stack: "l2" };
}

/** The errors under "Diagnostics", first lines only: stacks name places of the SDK. */
function errorsOf(stdout: string, folder: string): string[] {
  const [, diagnostics = ""] = stdout.split("Diagnostics:");
  const lines = diagnostics.split("\n").map((line) => line.trim());
  return lines.filter((line) => line.startsWith("error:")).map((line) => line.replaceAll(folder, "PROJECT"));
}

async function outputUntil(child: ReturnType<Project["start"]>, text: string): Promise<string[]> {
  const output: string[] = [];
  child.stdout?.on("data", (bytes) => output.push(String(bytes)));
  child.stderr?.resume();
  await expect.poll(() => output.join(""), { timeout: 20_000 }).toContain(text);
  return output;
}
