import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProject, type Project, processesOf, pulumi } from "../pulumi-project.ts";
import { startPlugin } from "./plugin-process.ts";
import { createShelfSystem, SHELF_LAUNCHER } from "./shelf/system.ts";

const system = createShelfSystem();

describe.skipIf(pulumi === null)("a plugin under the real engine", () => {
  let project: Project;
  const run = (args: string[], env = {}) =>
    project.run([...args, "--stack", "s"], { SHELF_FOLDER: system.folder, ...env });
  const up = (env = {}) => run(["up", "--yes", "--skip-preview"], env);

  beforeAll(async () => {
    project = createProject("shelf-project");
    await project.run(["stack", "init", "s"]);
    await system.reset();
  });
  afterAll(() => {
    project.remove();
    system.remove();
  });

  test("previews, creates, and then finds nothing to do", async () => {
    const preview = await run(["preview", "--diff"]);
    expect(preview.stdout).toContain("+ 4 to create");
    expect(preview.stdout).toMatch(/name +: "first"/);
    expect(system.log()).toEqual([]);
    const created = await up();
    expect(created.stdout).toContain("+ 4 created");
    const again = await run(["preview", "--expect-no-changes"]);
    expect(again.exitCode).toBe(0);
  });

  test("shows a change of a nested value, and a replacement", async () => {
    const { stdout } = await run(["preview", "--diff"], { TITLE: "B", KIND: "essay" });
    expect(stdout).toContain('~ title: "A" => "B"');
    expect(stdout).toContain('~ kind: "novel" => "essay"');
    expect(stdout).toContain("~ 1 to update");
    expect(stdout).toContain("+-1 to replace");
  });

  test("shows drift in a refresh, and mends it", async () => {
    await system.edit("first", { title: "changed by hand", labels: [] });
    const drift = await run(["preview", "--refresh", "--diff"]);
    expect(drift.stdout).toMatch(/~ title *: "changed by hand" => "A"/);
    expect((await run(["up", "--refresh", "--yes", "--skip-preview"])).stdout).toContain("~ 1 updated");
    expect((await run(["preview", "--refresh", "--expect-no-changes"])).exitCode).toBe(0);
  });

  test("keeps an object that is only half made, and ends it in the next run", async () => {
    await run(["destroy", "--yes", "--skip-preview"]);
    const torn = await up({ TITLE: "torn" });
    expect(torn.exitCode).toBe(1);
    expect(torn.stdout).toContain("a page is missing (note [secret])");
    const mended = await up();
    expect(mended.exitCode).toBe(0);
    expect(mended.stdout).toMatch(/shelf:books:Book first updat/);
    expect((await run(["preview", "--expect-no-changes"])).exitCode).toBe(0);
  });

  test("names a refused value with its property and without a secret", async () => {
    const { exitCode, stdout } = await up({ TITLE: "forbidden" });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("property title value {forbidden} has a problem: this book is not allowed");
  });

  test("serves a run that is attached to a process of ours, with the same result", async () => {
    const shared = await startPlugin({ launcher: SHELF_LAUNCHER, args: ["--slots=2"] });
    const attached = { PULUMI_DEBUG_PROVIDERS: `shelf:${shared.ports[1]}` };
    expect((await run(["preview", "--refresh", "--expect-no-changes"], attached)).exitCode).toBe(0);
    // Each run ends with a Cancel, which must not spoil the next one.
    expect((await up({ ...attached, TITLE: "C" })).stdout).toContain("~ 1 updated");
    await shared.stop();
  });

  test("is cancelled by Ctrl-C though the system is silent, and leaves no process", async () => {
    const before = await system.calls();
    system.disturb("silence");
    const env = { SHELF_FOLDER: system.folder, TITLE: "D" };
    const child = project.start(["up", "--yes", "--skip-preview", "--stack", "s"], env);
    const output: string[] = [];
    child.stdout?.on("data", (bytes) => output.push(String(bytes)));
    child.stderr?.resume();
    const ended = once(child, "exit");
    await expect.poll(() => system.calls(), { timeout: 20_000 }).toBe(before + 1);
    const since = performance.now();
    child.kill("SIGINT");
    expect(await ended).toEqual([1, null]);
    expect(performance.now() - since).toBeLessThan(10_000);
    expect(output.join("")).toContain("update shelf:books:Book first: cancelled");
    await expect.poll(() => processesOf(project.outer), { timeout: 5_000 }).toEqual([]);
  });

  test("prints its schema", async () => {
    const { stdout, exitCode } = await project.run(["package", "get-schema", SHELF_LAUNCHER]);
    expect(exitCode).toBe(0);
    const schema = JSON.parse(stdout);
    expect(schema).toMatchObject({ name: "shelf", version: "0.1.0" });
    expect(schema.provider.inputProperties.token).toEqual({
      type: "string",
      description: "A secret that the shelf asks for.",
      secret: true,
    });
    expect(schema.resources["shelf:books:Book"].properties.pin).toEqual({
      type: "string",
      description: "Generated at creation.",
      secret: true,
    });
  });

  test("left no secret in state, history, backups or output", () => {
    const files = readdirSync(join(project.outer, ".pulumi"), { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), "utf8"));
    expect(texts.length).toBeGreaterThan(3);
    for (const text of texts) expect(text).not.toMatch(/canary/);
  });
});
