import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { z } from "zod";
import { testLab } from "../lab.setup.ts";

const state = z.object({
  checkpoint: z.object({
    latest: z.object({
      resources: z.array(z.object({ urn: z.string(), id: z.string().optional() })),
      pending_operations: z.array(z.unknown()).default([]),
    }),
  }),
});

/** URNs and ids of what a stack's state holds; nothing may be pending in it. */
export async function resourcesOf(slug: string): Promise<readonly unknown[]> {
  const text = await readFile(join(testLab.stateDir, `.pulumi/stacks/bastide/${slug}.json`), "utf8");
  const { resources, pending_operations: pending } = state.parse(JSON.parse(text)).checkpoint.latest;
  expect(pending).toEqual([]);
  return resources;
}
