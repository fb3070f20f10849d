/** `command.remote.Command`: a command on a host, over SSH, when the resource is made, changed and removed. */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { CallContext, JsonObject, ResourceHandler } from "../../kit/index.ts";
import { UNKNOWN } from "../../kit/wire.ts";
import { checkInputs } from "./check.ts";
import { compareState } from "./compare.ts";
import { connected } from "./dial.ts";
import { type Inputs, inputs, type Outputs, outputs } from "./inputs.ts";
import { type RemoteResult, requireEnvironment, runRemote } from "./remote-run.ts";
import { partsOf } from "./secret-parts.ts";

type Call = CallContext<null>;

const anything: z.ZodType<JsonObject> = z.record(z.string(), z.json());

export const remoteCommand: ResourceHandler<null, JsonObject, JsonObject> = {
  token: "command:remote:Command",
  description: "A command on a host, over SSH.",
  inputs,
  outputs: anything,
  secrets: ["connection"],
  wire: {
    check: checkInputs,
    diff: compareState,
    told: ["host", "user", "hostKey", "agentSocketPath"].map((name) => ["connection", name]),
    preview: ({ news }) => ({ ...news, stdout: UNKNOWN, stderr: UNKNOWN }),
  },

  idOf(_given, made, urn = "") {
    const name = urn.split("::").at(-1) ?? "";
    return made === undefined ? name : `${name}${randomBytes(4).toString("hex")}`;
  },

  async create(given, ctx) {
    const wanted = inputs.parse(withoutNulls(given));
    return { ...withoutNulls(given), ...(await run(wanted.create, wanted, null, ctx)) };
  },

  /** Nothing is looked at: what a command did is known to the command alone. */
  async read(id, state, _ctx, given) {
    if (state === null || !given) throw new Error(`command:remote:Command ${id}: cannot be imported`);
    return { id, inputs: given, outputs: state };
  },

  /** Runs `update`, or `create` where there is none, on any change. */
  async update(_id, olds, news, ctx) {
    const wanted = inputs.parse(withoutNulls(news));
    const before = outputs.parse(withoutNulls(olds));
    return { ...withoutNulls(news), ...(await run(wanted.update ?? wanted.create, wanted, before, ctx)) };
  },

  /** With the connection and the text that the state holds. */
  async delete(_id, state, ctx) {
    const before = outputs.parse(withoutNulls(state));
    await run(before.delete, before, before, ctx);
  },
};

/** Without a command no connection is made, and what the last one said stays. */
async function run(
  command: string | undefined,
  wanted: Inputs,
  before: Outputs | null,
  ctx: Call,
): Promise<RemoteResult> {
  if (command === undefined) return { stdout: before?.stdout ?? "", stderr: before?.stderr ?? "" };
  for (const part of partsOf(wanted.stdin ?? "")) ctx.hide(part);
  const { environment = {}, stdin } = wanted;
  const previous = wanted.addPreviousOutputInEnv === false || before === null ? {} : previousOf(before);
  const dialling = { signal: ctx.signal, onRetry: (message: string) => ctx.log("info", message) };
  const result = await connected(wanted.connection, dialling, async (client) => {
    await requireEnvironment(client, environment);
    return await runRemote(
      client,
      { command, stdin, environment: { ...previous, ...environment } },
      ctx.signal,
    );
  });
  const { logging = "stdoutAndStderr" } = wanted;
  if (/stdout/i.test(logging) && result.stdout !== "") ctx.log("info", result.stdout);
  if (/stderr/i.test(logging) && result.stderr !== "") ctx.log("info", result.stderr);
  return result;
}

/** A server that does not accept them drops them; the command then runs without. */
function previousOf({ stdout = "", stderr = "" }: Outputs): Record<string, string> {
  return { PULUMI_COMMAND_STDOUT: stdout, PULUMI_COMMAND_STDERR: stderr };
}

function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null && item !== undefined));
}
