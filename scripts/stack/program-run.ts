import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { RunOutcome, RunRequest } from "./language-host.ts";
import { leaveOutSerialisation } from "./lean-sdk.ts";

type Sdk = typeof import("@pulumi/pulumi");
type Settings = typeof import("@pulumi/pulumi/runtime/settings.js");

interface Program {
  readonly sdk: Sdk;
  readonly settings: Settings;
  readonly main: () => Promise<Record<string, unknown>>;
}

/**
 * Loads the SDK and the program that `Pulumi.yaml` names. Called as soon as the CLI was started, so that
 * both start at once; nothing is registered yet.
 */
export async function loadProgram(root: string): Promise<Program> {
  leaveOutSerialisation();
  const entry = await realpath(join(root, "stacks", "index.ts"));
  const [sdk, settings, program] = await Promise.all([
    import("@pulumi/pulumi"),
    import("@pulumi/pulumi/runtime/settings.js"),
    import(pathToFileURL(entry).href),
  ]);
  return { sdk, settings, main: program.default };
}

/**
 * Runs the program once for the engine, as `@pulumi/pulumi/cmd/run` would in a process of its own. The SDK's
 * state is one per process, so calls must not overlap.
 */
export async function runProgram(program: Program, request: RunRequest, root: string): Promise<RunOutcome> {
  const { sdk, settings } = program;
  configure(program, request, root);
  const errors = new Set<unknown>();
  const report = (error: unknown) => {
    if (errors.has(error)) return;
    errors.add(error);
    logError(sdk, error);
  };
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
  try {
    await sdk.runtime.runInPulumiStack(program.main);
    await settings.disconnect(errors.size === 0);
  } catch (error) {
    report(error);
    await settings.disconnect(false);
  } finally {
    process.off("uncaughtException", report);
    process.off("unhandledRejection", report);
  }
  return { bail: errors.size > 0 };
}

function configure({ sdk, settings }: Program, request: RunRequest, root: string): void {
  const { project, stack, parallel, monitorAddress, dryrun, organization, argsList } = request;
  // What `pulumi.getRootDirectory()` answers.
  process.env.PULUMI_NODEJS_ROOT_DIRECTORY = root;
  settings.resetOptions(project, stack, parallel, argsList[0] ?? "", monitorAddress, dryrun, organization);
  sdk.runtime.setAllConfig(Object.fromEntries(request.configMap), request.configsecretkeysList);
}

/** Errors for people (`RunError`) without a stack, the engine's own refusals not at all: it knows them. */
function logError(sdk: Sdk, error: unknown): void {
  if (sdk.RunError.isInstance(error)) return void sdk.log.error(error.message);
  if (sdk.ResourceError.isInstance(error))
    return void sdk.log.error(
      error.hideStack ? error.message : (error.stack ?? error.message),
      error.resource,
    );
  if (isGrpcError(error) || isEcho(error)) return;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  void sdk.log.error(`Running the program failed with an unhandled exception:\n${text}`);
}

/** What the SDK throws, past failures, for a resource whose failure the engine has told of. */
function isEcho(error: unknown): boolean {
  return error instanceof Error && /^resource \S+ \[\S+\] failed to register$/.test(error.message);
}

function isGrpcError(error: unknown): boolean {
  return error instanceof Error && "code" in error && "details" in error && "metadata" in error;
}
