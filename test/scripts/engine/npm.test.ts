import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { dependenciesReady, installDependencies } from "../../../scripts/engine/npm.mjs";

const nodePath = `node_modules/node-linux-${process.arch}`;
const packages = {
  "": { name: "project" },
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  [nodePath]: { version: "24.0.0", integrity: "sha512-n", optional: true },
  "node_modules/node-other-system": { version: "24.0.0", integrity: "sha512-o", optional: true },
};

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "bastide-npm-"));
  await writeFile(join(root, "package-lock.json"), JSON.stringify({ packages }));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

/** What `npm ci` leaves behind when it ends well; without its record, when it was interrupted. */
async function install(record: object | undefined): Promise<void> {
  for (const path of ["node_modules/a", nodePath]) {
    await mkdir(join(root, path), { recursive: true });
    await writeFile(join(root, path, "package.json"), "{}");
  }
  await mkdir(join(root, nodePath, "bin"), { recursive: true });
  await writeFile(join(root, nodePath, "bin/node"), "");
  if (record) {
    await writeFile(join(root, "node_modules/.package-lock.json"), JSON.stringify({ packages: record }));
  }
}

const installed = { "node_modules/a": packages["node_modules/a"], [nodePath]: packages[nodePath] };

describe("dependenciesReady", () => {
  it("accepts an installation of the user's own that is what the lock says", async () => {
    await install(installed);
    expect(dependenciesReady(root)).toBe(true);
  });

  const wrong: readonly [string, () => Promise<void>][] = [
    ["nothing is installed", async () => {}],
    ["npm never wrote its record", () => install(undefined)],
    [
      "a package has another version",
      () => install({ ...installed, "node_modules/a": { version: "0.9.0", integrity: "sha512-a" } }),
    ],
    [
      "a package has another content",
      () => install({ ...installed, "node_modules/a": { version: "1.0.0", integrity: "sha512-x" } }),
    ],
    [
      "a package is left from before",
      () => install({ ...installed, "node_modules/old": { version: "1.0.0" } }),
    ],
    [
      "a package's folder is gone",
      async () => {
        await install(installed);
        await rm(join(root, "node_modules/a"), { recursive: true });
      },
    ],
    [
      "Node 24 is gone",
      async () => {
        await install(installed);
        dependenciesReady(root);
        await rm(join(root, nodePath), { recursive: true });
      },
    ],
    [
      "the lock changed since",
      async () => {
        await install(installed);
        dependenciesReady(root);
        const changed = { ...packages, "node_modules/b": { version: "1.0.0", integrity: "sha512-b" } };
        await writeFile(join(root, "package-lock.json"), JSON.stringify({ packages: changed }));
      },
    ],
  ];
  it.each(wrong)("refuses when %s", async (_, prepare) => {
    await prepare();
    expect(dependenciesReady(root)).toBe(false);
  });
});

describe("installDependencies", () => {
  /** Puts an `npm` on the PATH that runs `script` and leaves a line in `npm.log`. */
  async function fakeNpm(script: string): Promise<void> {
    const bin = join(root, "bin");
    await mkdir(bin);
    await writeFile(join(bin, "npm"), `#!/bin/sh\necho "$@" >>"${root}/npm.log"\n${script}\n`);
    await chmod(join(bin, "npm"), 0o755);
    vi.stubEnv("PATH", [bin, process.env.PATH].join(delimiter));
  }
  const record = () => join(root, "node_modules/.package-lock.json");
  const copyNode = () =>
    `mkdir -p ${nodePath}/bin && touch ${nodePath}/bin/node ${dirname(nodePath)}/.package-lock.json`;

  it("says what it installs, installs, and does nothing the second time", async () => {
    await fakeNpm(`sleep 0.1; ${copyNode()}`);
    const lines: string[] = [];
    await Promise.all([1, 2].map(() => installDependencies(root, (line) => lines.push(line))));
    await installDependencies(root, (line) => lines.push(line));
    expect(await readFile(join(root, "npm.log"), "utf8")).toBe(
      "ci --include=dev --include=optional --loglevel=error\n",
    );
    expect(lines).toContain(
      `Installing up to 3 npm packages (Node 24 among them) into ${join(root, "node_modules")}.`,
    );
    expect(lines.filter((line) => line.startsWith("Installing"))).toHaveLength(1);
  });

  it("fails when npm fails, and starts again the next time", async () => {
    await fakeNpm(`${copyNode()}; test -f ${record()}.twice || { touch ${record()}.twice; exit 7; }`);
    await expect(installDependencies(root, () => {})).rejects.toThrow("ended with exit code 7.");
    expect(dependenciesReady(root)).toBe(false);
    await installDependencies(root, () => {});
    expect(dependenciesReady(root)).toBe(true);
  });

  it("leaves no npm behind when it is killed, so that the next one has the folder for itself", async () => {
    await fakeNpm(`echo $$ >>"${root}/npm.pid"; exec sleep 30`);
    const module = join(import.meta.dirname, "../../../scripts/engine/npm.mjs");
    const script = `import { installDependencies } from ${JSON.stringify(module)};
      await installDependencies(${JSON.stringify(root)}, () => {});`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
    const pid = await vi.waitUntil(() => readFile(join(root, "npm.pid"), "utf8").catch(() => ""), 20_000);
    child.kill("SIGKILL");
    await vi.waitUntil(() => !existsSync(`/proc/${pid.trim()}`), 20_000);
    expect(dependenciesReady(root)).toBe(false);
  });

  it("fails when npm brings no Node 24 for this machine", async () => {
    await fakeNpm("true");
    await expect(installDependencies(root, () => {})).rejects.toThrow(
      `npm brought no Node 24 for linux ${process.arch}`,
    );
  });
});
