import { join } from "node:path";
import { z } from "zod";
import { runChild } from "../cli/child.ts";
import { checkoutRoot } from "../engine/checkout.mjs";
import type { EnginePreview } from "./comment-sections.ts";
import { tokenVariables } from "./forge.ts";

/** What is read of `bastide preview --json`. */
const previewResult = z.object({
  tenants: z.array(
    z.object({
      slug: z.string(),
      status: z.enum(["unchanged", "changed", "failed"]),
      lines: z.array(z.string()),
    }),
  ),
});

/**
 * Runs `bastide preview` on some tenants with the files of another folder, in a process of its own that gets
 * no token of the forge. A run that ends without a result counts as a failure of every tenant.
 */
export async function previewTenants(
  slugs: readonly string[],
  tenantsDir: string,
): Promise<readonly EnginePreview[]> {
  if (slugs.length === 0) return [];
  const withoutTokens = Object.fromEntries(tokenVariables.map((name) => [name, undefined]));
  const { stdout, stderr } = await runChild(
    process.execPath,
    [join(checkoutRoot, "scripts/bastide.ts"), "preview", "--json", ...slugs],
    {
      cwd: checkoutRoot,
      env: { ...withoutTokens, BASTIDE_TENANTS: tenantsDir },
      stdin: "ignore",
      reject: false,
      maxBuffer: 1e9,
    },
  );
  process.stderr.write(stderr);
  const result = previewResult.safeParse(jsonOf(stdout));
  if (result.success) return result.data.tenants;
  const lines = stderr.trim().split("\n").slice(-10);
  return slugs.map((slug) => ({ slug, status: "failed", lines }));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
