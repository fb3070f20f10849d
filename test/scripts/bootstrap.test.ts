import { chmod, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { releaseObstacle } from "../../scripts/engine/lab-look.mjs";

const scripts = join(import.meta.dirname, "../../scripts");

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "bastide-bootstrap-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Runs a script under the Node of the PATH from another folder, as npm and npx do. */
async function run(file: string, args: readonly string[], env: Record<string, string> = {}) {
  const { exitCode, stdout, stderr } = await execa("node", [file, ...args], { cwd: dir, env, reject: false });
  return { exitCode, stdout, stderr };
}

/** A PATH on which `name` fails as on a machine that forbids it. */
async function pathWhereFails(name: string, message: string): Promise<string> {
  const file = join(dir, name);
  await writeFile(file, `#!/bin/sh\necho '${message}' >&2\nexit 1\n`);
  await chmod(file, 0o755);
  return [dir, process.env.PATH].join(delimiter);
}

describe("bootstrap.mjs", () => {
  it("fails for a task that there is not", async () => {
    expect(await run(join(scripts, "bootstrap.mjs"), ["dance"])).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "Usage: node scripts/bootstrap.mjs demo|test|bench|soak|setup [options]",
    });
  });

  it("refuses the demo where the lab cannot run, before it installs anything, and says what works", async () => {
    const PATH = await pathWhereFails("unshare", "unshare failed: Operation not permitted");
    const started = performance.now();
    const { exitCode, stderr } = await run(join(scripts, "bootstrap.mjs"), ["demo"], { PATH });
    expect(exitCode).toBe(3);
    expect(stderr).toContain("The lab cannot run on this machine: no network namespaces (");
    expect(stderr).toContain("What works here all the same: npx bastide check");
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe("releaseObstacle", () => {
  const mend = "take Debian 12 or 13, or Ubuntu 22.04 or newer";
  it.each([
    ['PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian', undefined],
    ['PRETTY_NAME="Debian GNU/Linux forky/sid"\nID=debian', undefined],
    ['PRETTY_NAME="Ubuntu 24.04.1 LTS"\nVERSION_ID="24.04"\nID=ubuntu', undefined],
    ['PRETTY_NAME="Ubuntu 20.04.6 LTS"\nVERSION_ID="20.04"\nID=ubuntu', ["it is Ubuntu 20.04.6 LTS", mend]],
    [
      'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\nVERSION_ID="11"\nID=debian',
      ["it is Debian GNU/Linux 11 (bullseye)", mend],
    ],
    ["ID=fedora\nVERSION_ID=41", ["it is fedora", mend]],
    ["", ["it is an unknown Linux", mend]],
  ])("of %j is %j", (text, obstacle) => {
    expect(releaseObstacle(text)).toEqual(obstacle);
  });
});

describe("bastide.mjs", () => {
  it("works through a symbolic link, from any folder", async () => {
    await symlink(join(scripts, "bastide.mjs"), join(dir, "bastide"));
    const { exitCode, stdout } = await run(join(dir, "bastide"), ["--help"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Usage: bastide [options] [command]");
  });

  it.each(["constructor", "__proto__", "toString"])("knows no command %s", async (name) => {
    const { exitCode, stderr } = await run(join(scripts, "bastide.mjs"), [name]);
    expect({ exitCode, line: stderr.split("\n")[0] }).toEqual({
      exitCode: 1,
      line: `error: unknown command '${name}'`,
    });
  });

  it("suggests the command that was meant", async () => {
    const { exitCode, stderr } = await run(join(scripts, "bastide.mjs"), ["previw"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("error: unknown command 'previw'\n(Did you mean preview?)");
  });

  it("gives errors as JSON on standard output when asked for", async () => {
    const { exitCode, stdout } = await run(join(scripts, "bastide.mjs"), ["env", "--lab", "../x", "--json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "LAB_NAME_INVALID", exitCode: 1 } });
  });

  it("writes no colour where there is no terminal", async () => {
    const { stderr } = await run(join(scripts, "bastide.mjs"), ["env", "--lab", "../x"]);
    expect(stderr).toBe(
      'error: Invalid lab name "../x": lower-case letters, digits and inner hyphens, at most 24. [LAB_NAME_INVALID]',
    );
  });
});
