import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type ClientReadableStream, credentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const launcher = fileURLToPath(
  new URL("../../../providers/stand-ins/language-nodejs/pulumi-language-nodejs", import.meta.url),
);
const folder = mkdtempSync(join(tmpdir(), "language-host-"));

let host: ChildProcess;
let client: services.LanguageRuntimeClient;
beforeAll(async () => {
  script(join(folder, "npm"), 'echo "npm $* in $(pwd)"; echo warning >&2; [ ! -e refuse ]');
  host = spawn(launcher, ["127.0.0.1:1"], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) },
  });
  for await (const port of createInterface({ input: host.stdout ?? process.stdin })) {
    client = new services.LanguageRuntimeClient(`127.0.0.1:${port}`, credentials.createInsecure());
    break;
  }
});
afterAll(() => {
  client.close();
  host.stdin?.end();
  rmSync(folder, { recursive: true, force: true });
});

describe("InstallDependencies", () => {
  test("runs npm in the program's folder and streams what it says", async () => {
    const request = new language.InstallDependenciesRequest().setInfo(infoOf(folder));
    const { stdout, stderr, error } = await received(client.installDependencies(request));
    expect(stdout).toBe(
      `Installing dependencies...\n\nnpm install in ${folder}\nFinished installing dependencies\n\n`,
    );
    expect(stderr).toBe("warning\n");
    expect(error).toBeNull();
  });

  test("fails with npm's exit code", async () => {
    const program = join(folder, "refused");
    mkdirSync(program);
    writeFileSync(join(program, "refuse"), "");
    const request = new language.InstallDependenciesRequest().setInfo(infoOf(program));
    expect((await received(client.installDependencies(request))).error).toBe(
      "npm install failed with exit code 1",
    );
  });
});

describe("RunPlugin", () => {
  test("starts the SDK's own runner with arguments and environment, and tells its exit code", async () => {
    const plugin = join(folder, "plugin");
    const runner = join(plugin, "node_modules/@pulumi/pulumi/cmd/run-plugin");
    mkdirSync(runner, { recursive: true });
    writeFileSync(
      join(runner, "index.js"),
      "console.log(process.cwd(), ...process.argv.slice(2), process.env.COLOUR); process.exit(7);",
    );
    const request = new language.RunPluginRequest().setInfo(infoOf(plugin)).setPwd(folder);
    request.setArgsList(["--flag", "127.0.0.1:1"]).setEnvList(["COLOUR=a=b"]);
    const { stdout, exitCode, error } = await received(client.runPlugin(request));
    expect(stdout).toBe(`${folder} ${plugin} --flag 127.0.0.1:1 a=b\n`);
    expect(exitCode).toBe(7);
    expect(error).toBeNull();
  });

  test("says that the SDK is missing", async () => {
    const request = new language.RunPluginRequest().setInfo(infoOf(folder)).setPwd(folder);
    expect((await received(client.runPlugin(request))).error).toBe(
      "It looks like the Pulumi SDK has not been installed. Have you run pulumi install?\n",
    );
  });
});

describe("GetProgramDependencies", () => {
  const lockfile = {
    packages: {
      "": { dependencies: { a: "^1.0.0" }, devDependencies: { "@s/d": "2.0.0" } },
      "node_modules/a": { version: "1.2.0" },
      "node_modules/a/node_modules/b": { version: "3.0.0" },
      "node_modules/b": { version: "4.0.0" },
      "node_modules/@s/d": { version: "2.0.0" },
    },
  };

  test.each([
    [false, ["a 1.2.0", "@s/d 2.0.0"]],
    [true, ["a 1.2.0", "b 3.0.0", "b 4.0.0", "@s/d 2.0.0"]],
  ])("reads the nearest lock file (transitive: %s)", async (transitive, expected) => {
    const program = join(folder, "locked", "stacks");
    mkdirSync(program, { recursive: true });
    writeFileSync(join(folder, "locked", "package-lock.json"), JSON.stringify(lockfile));
    expect(await dependenciesOf(program, transitive)).toEqual(expected);
  });

  test("says that there is no lock file in the official host's words", async () => {
    await expect(dependenciesOf(folder, false)).rejects.toThrow(
      `failed to get node dependencies: no package-lock.json found (searching upwards from ${folder})`,
    );
  });
});

describe("the launcher", () => {
  test("of a copy finds the checkout by BASTIDE_ROOT, and says so when it does not", async () => {
    const copy = join(folder, "pulumi-language-nodejs");
    copyFileSync(launcher, copy);
    const lost = await outputOf(copy, {});
    expect(lost).toEqual({
      code: 1,
      stdout: "",
      stderr: "pulumi-language-nodejs: no Bastide checkout found (set BASTIDE_ROOT to its folder)\n",
    });
    const root = fileURLToPath(new URL("../../../", import.meta.url));
    const found = await outputOf(copy, { BASTIDE_ROOT: root });
    expect(found).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\n$/), stderr: "" });
  });
});

/** An executable shell script. */
function script(file: string, text: string): void {
  writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

function infoOf(directory: string): language.ProgramInfo {
  return new language.ProgramInfo().setProgramDirectory(directory).setRootDirectory(directory);
}

type Streamed = language.InstallDependenciesResponse | language.RunPluginResponse;

async function received(stream: ClientReadableStream<Streamed>) {
  const answers: Streamed[] = [];
  stream.on("data", (answer: Streamed) => answers.push(answer));
  const error = await new Promise<string | null>((resolve) => {
    stream.once("end", () => resolve(null)).once("error", (failure) => resolve(detailsOf(failure)));
  });
  const text = (read: (answer: Streamed) => Uint8Array) => Buffer.concat(answers.map(read)).toString();
  return {
    stdout: text((answer) => answer.getStdout_asU8()),
    stderr: text((answer) => answer.getStderr_asU8()),
    exitCode: answers.map((answer) => ("getExitcode" in answer ? answer.getExitcode() : 0)).at(-1),
    error,
  };
}

function detailsOf(failure: Error): string {
  return "details" in failure ? String(failure.details) : failure.message;
}

function dependenciesOf(program: string, transitive: boolean): Promise<string[]> {
  const request = new language.GetProgramDependenciesRequest().setInfo(infoOf(program));
  request.setTransitivedependencies(transitive);
  return new Promise((resolve, reject) => {
    client.getProgramDependencies(request, (error, response) => {
      if (error !== null) reject(error);
      else resolve(response.getDependenciesList().map((found) => `${found.getName()} ${found.getVersion()}`));
    });
  });
}

/** Runs a launcher whose engine has gone already. */
async function outputOf(command: string, env: Readonly<Record<string, string>>) {
  const child = spawn(command, ["127.0.0.1:1"], { env: { ...process.env, ...env } });
  const [stdout, stderr]: [string[], string[]] = [[], []];
  child.stdout.on("data", (bytes) => {
    stdout.push(String(bytes));
    child.stdin.end();
  });
  child.stderr.on("data", (bytes) => stderr.push(String(bytes)));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout: stdout.join(""), stderr: stderr.join("") };
}
