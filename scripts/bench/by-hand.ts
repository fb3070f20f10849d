import { z } from "zod";
import type { Progress } from "../cli/progress.ts";
import { ensureEngine } from "../engine/index.ts";
import { bastide, timed, type Variables } from "./measure.ts";

/** `pulumi preview` of a stack as after `source <(bastide env)`; each call gives its wall time in milliseconds. */
export async function byHand(
  stack: string,
  env: Variables,
  progress: Progress,
): Promise<() => Promise<number>> {
  const engine = await ensureEngine(progress);
  const variables: Variables = {
    ...env,
    ...z.record(z.string(), z.string().optional()).parse(JSON.parse(await bastide(["env", "--json"], env))),
    NODE_COMPILE_CACHE: undefined,
  };
  return () => timed(engine.pulumi, ["preview", "--stack", stack, "--non-interactive"], variables);
}
