/** The recorded exchanges of the official plugins: `test/fixtures/golden/pulumi/`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const fields = z.record(z.string(), z.json());
const call = z.looseObject({
  plugin: z.string(),
  method: z.string(),
  request: fields,
  response: fields.nullish(),
  errors: z.array(z.string()).nullish(),
});
const recording = z.looseObject({ calls: z.array(call).default([]) });

export type Fields = z.infer<typeof fields>;

export interface Exchange extends z.infer<typeof call> {
  /** Name of the recording. */
  readonly file: string;
}

const folder = join(import.meta.dirname, "../../fixtures/golden/pulumi");

export function exchanges(plugin: string, methods: readonly string[]): Exchange[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .flatMap((name) => {
      const { calls } = recording.parse(JSON.parse(readFileSync(join(folder, name), "utf8")));
      return calls
        .filter((one) => one.plugin === plugin && methods.includes(one.method))
        .map((one) => ({ ...one, file: name.replace(/\.json$/, "") }));
    });
}

export function objectAt(value: Fields | null | undefined, key: string): Fields {
  return fields.safeParse(value?.[key]).data ?? {};
}

export function textAt(value: Fields, key: string): string {
  return z.string().safeParse(value[key]).data ?? "";
}
