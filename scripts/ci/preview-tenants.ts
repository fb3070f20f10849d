import { join } from "node:path";
import { z } from "zod";
import { runChild } from "../cli/child.ts";
import { checkoutRoot } from "../engine/checkout.mjs";
import type { StackReport } from "../stack/report.ts";
import { sentences } from "../stack/summary.ts";
import type { EnginePreview } from "./comment-sections.ts";
import { tokenVariables } from "./forge.ts";

/** What is read of `bastide preview --json`: its reports, as `StackReport` types them. */
const previewResult = z.object({
  stacks: z.array(
    z.object({
      slug: z.string(),
      status: z.enum(["unchanged", "pending", "applied", "refused", "failed", "skipped"]),
      changes: z.array(
        z.object({
          kind: z.enum(["create", "update", "rename", "close", "purge", "delete", "replace", "drift"]),
          type: z.string(),
          name: z.string(),
          urn: z.string(),
          subject: z.string(),
          properties: z.array(z.object({ property: z.string(), before: z.unknown(), after: z.unknown() })),
        }),
      ),
      warnings: z.array(z.string()),
      errors: z.array(z.string()),
    }),
  ),
});

type Report = Pick<StackReport, "slug" | "status" | "changes" | "warnings" | "errors">;

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
  if (result.success) return result.data.stacks.map(enginePreview);
  const lines = stderr.trim().split("\n").slice(-10);
  return slugs.map((slug) => ({ slug, status: "failed", lines }));
}

function enginePreview({ slug, status, changes, warnings, errors }: Report): EnginePreview {
  const failed = status === "failed" || status === "refused";
  return {
    slug,
    status: failed ? "failed" : status === "unchanged" ? "unchanged" : "changed",
    lines: [
      ...errors.map((error) => `erreur : ${error}`),
      ...warnings.map((warning) => `attention : ${warning}`),
      ...sentences(changes, "future").map(({ mark, text }) => `${mark} ${text}`),
    ],
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
