/** InstallDependencies and RunPlugin: processes whose output is streamed to the engine as it comes. */
import type { Readable } from "node:stream";
import type { handleServerStreamingCall } from "@grpc/grpc-js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { serviceErrorOf } from "../../kit/errors.ts";
import { type Children, exitCodeOf } from "./children.ts";
import { nodeArgs, resolveSdk, SDK_MISSING, typescriptEnv } from "./run.ts";

export function installDependencies(
  children: Children,
): handleServerStreamingCall<language.InstallDependenciesRequest, language.InstallDependenciesResponse> {
  return streaming(async (request, write) => {
    const say = (text: string) =>
      write(new language.InstallDependenciesResponse().setStdout(Buffer.from(text)));
    const production = request.getInfo()?.getOptions()?.getFieldsMap().get("production")?.getBoolValue();
    say("Installing dependencies...\n\n");
    const child = children.start("npm", ["install", ...(production === true ? ["--omit=dev"] : [])], {
      cwd: request.getInfo()?.getProgramDirectory() || request.getDirectory(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    each(child.stdout, (bytes) => write(new language.InstallDependenciesResponse().setStdout(bytes)));
    each(child.stderr, (bytes) => write(new language.InstallDependenciesResponse().setStderr(bytes)));
    const code = await exitCodeOf(child);
    if (code !== 0) throw new Error(`npm install failed with exit code ${code}`);
    say("Finished installing dependencies\n\n");
  });
}

export function runPlugin(
  children: Children,
): handleServerStreamingCall<language.RunPluginRequest, language.RunPluginResponse> {
  return streaming(async (request, write) => {
    const info = request.getInfo();
    const directory = info?.getProgramDirectory() || request.getProgram();
    const runner = resolveSdk(directory, "cmd/run-plugin");
    if (runner === null) throw new Error(SDK_MISSING);
    const given = request.getEnvList().map((entry): [string, string] => {
      const [name = "", ...value] = entry.split("=");
      return [name, value.join("=")];
    });
    const child = children.start(
      process.execPath,
      [...nodeArgs(info), runner, directory, ...request.getArgsList()],
      {
        cwd: request.getPwd(),
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, ...typescriptEnv(info), ...Object.fromEntries(given) },
      },
    );
    each(child.stdout, (bytes) => write(new language.RunPluginResponse().setStdout(bytes)));
    each(child.stderr, (bytes) => write(new language.RunPluginResponse().setStderr(bytes)));
    write(new language.RunPluginResponse().setExitcode(await exitCodeOf(child)));
  });
}

function streaming<Request, Response>(
  run: (request: Request, write: (response: Response) => void) => Promise<void>,
): handleServerStreamingCall<Request, Response> {
  return (call) => {
    run(call.request, (response) => call.write(response)).then(
      () => call.end(),
      (error: unknown) => call.emit("error", serviceErrorOf(error)),
    );
  };
}

function each(stream: Readable | null, take: (bytes: Buffer) => void): void {
  stream?.on("data", take);
}
