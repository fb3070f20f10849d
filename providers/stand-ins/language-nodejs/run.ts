/** Run: starts `@pulumi/pulumi/cmd/run` of the program under this host's own Node. */
import { createRequire } from "node:module";
import { join } from "node:path";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { type Children, exitCodeOf } from "./children.ts";

/** The SDK has already shown the error: stop without another message. */
const EXIT_AFTER_LOGGED_ERROR = 32;

export async function runProgram(
  children: Children,
  request: language.RunRequest,
): Promise<language.RunResponse> {
  const response = new language.RunResponse();
  if (request.getAttachDebugger()) {
    return response.setError("this language host cannot attach a debugger");
  }
  const directory = programDirectoryOf(request);
  const runner = resolveSdk(directory, "cmd/run");
  if (runner === null) return response.setError(SDK_MISSING);
  const args = [...nodeArgs(request.getInfo()), runner, ...runnerArgs(request, directory)];
  const child = children.start(process.execPath, args, {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...programEnv(request) },
  });
  const code = await exitCodeOf(child).catch((error: Error) => error.message);
  if (code === 0) return response;
  if (code === EXIT_AFTER_LOGGED_ERROR) return response.setBail(true);
  return response.setError(
    typeof code === "string" ? code : `Program exited with non-zero exit code: ${code}`,
  );
}

export const SDK_MISSING =
  "It looks like the Pulumi SDK has not been installed. Have you run pulumi install?\n";

/** The file of the SDK that the program itself would load. */
export function resolveSdk(directory: string, file: "cmd/run" | "cmd/run-plugin"): string | null {
  const override = process.env.PULUMI_LANGUAGE_NODEJS_RUN_PATH;
  if (file === "cmd/run" && override !== undefined && override !== "") return override;
  try {
    return createRequire(join(directory, "package.json")).resolve(`@pulumi/pulumi/${file}`);
  } catch {
    return null;
  }
}

/** The `nodeargs` of `runtime.options`, separated by blanks. */
export function nodeArgs(info: language.ProgramInfo | undefined): string[] {
  const args = info?.getOptions()?.getFieldsMap().get("nodeargs")?.getStringValue() ?? "";
  return args.split(/\s+/).filter((arg) => arg !== "");
}

/** A program is TypeScript for the SDK's own loader unless the project says `typescript: false`. */
export function typescriptEnv(info: language.ProgramInfo | undefined): Record<string, string> {
  const options = info?.getOptions()?.getFieldsMap();
  const enabled = options?.get("typescript")?.getBoolValue() ?? true;
  const tsconfig = options?.get("tsconfig")?.getStringValue() ?? "";
  return {
    ...(enabled ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(tsconfig === "" ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
}

function programDirectoryOf(request: language.RunRequest): string {
  return request.getInfo()?.getProgramDirectory() || request.getPwd();
}

/** Flags with an empty value are left out. `--sync`, for synchronous invokes alone, is never given. */
function runnerArgs(request: language.RunRequest, directory: string): string[] {
  const flags: [string, string][] = [
    ["--monitor", request.getMonitorAddress()],
    ["--engine", engineAddress()],
    ["--organization", request.getOrganization()],
    ["--project", request.getProject()],
    ["--root-directory", request.getInfo()?.getRootDirectory() ?? ""],
    ["--stack", request.getStack()],
    ["--pwd", directory],
    ["--parallel", String(request.getParallel())],
  ];
  return [
    ...flags.filter(([, value]) => value !== "").flat(),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    request.getInfo()?.getEntryPoint() || request.getProgram() || ".",
    ...request.getArgsList(),
  ];
}

/** The engine starts the host as `pulumi-language-nodejs [flags] ENGINE_ADDRESS`. */
function engineAddress(): string {
  return process.argv.slice(2).findLast((arg) => !arg.startsWith("-")) ?? "";
}

/** `proj:key` travels as `proj:config:key` in values, plain in the list of secrets: so the official host. */
function programEnv(request: language.RunRequest): Record<string, string> {
  const config: Record<string, string> = {};
  request.getConfigMap().forEach((value, key) => {
    config[key.replace(/:(?!config:)/, ":config:")] = value;
  });
  return {
    ...typescriptEnv(request.getInfo()),
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}
