import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

export const checkout = join(import.meta.dirname, "../../..");

const text = z.record(z.string(), z.coerce.string());

const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  if: z.string().optional(),
  env: text.default({}),
  with: text.default({}),
});

const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  jobs: z.record(
    z.string(),
    z.object({
      if: z.string().optional(),
      environment: z.string().optional(),
      permissions: text.optional(),
      steps: z.array(step),
    }),
  ),
});

export type Workflow = z.infer<typeof workflow>;

export async function readWorkflow(name: string): Promise<Workflow> {
  return workflow.parse(parse(await readFile(join(checkout, ".github/workflows", name), "utf8")));
}

/**
 * The scripts of a job that always run, each with the environment of its step. `${{ … }}` is looked up in
 * `values`; an expression that is not there throws, so that a test names all that a script gets.
 */
export function scriptsOf(
  { jobs }: Workflow,
  job: string,
  values: Readonly<Record<string, string>>,
): readonly { readonly script: string; readonly env: Record<string, string> }[] {
  return (jobs[job]?.steps ?? [])
    .filter((one) => one.run !== undefined)
    .map(({ run = "", env }) => ({
      script: run,
      env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, evaluate(value, values)])),
    }));
}

function evaluate(value: string, values: Readonly<Record<string, string>>): string {
  return value.replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
    const found = values[expression];
    if (found === undefined) throw new Error(`no value for ${expression}`);
    return found;
  });
}
