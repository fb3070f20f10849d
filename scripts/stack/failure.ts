import type { Diagnostic } from "./engine-events.ts";
import { nameOf } from "./engine-events.ts";
import type { Operation, OperationResult } from "./run.ts";

/** The engine's own last words, which repeat that something else failed. */
const echoes = /^(?:error: )?(?:update|preview|refresh) failed\s*$/;

/** The program's last words when something that it waited for failed: the stack's outputs cannot be known. */
const follows = /failed with an unhandled exception:[\s\S]*\] failed to register$/m;

/**
 * What went wrong in an operation, one line each: tenant, operation, resource, and the system's own words
 * (which carry its code). Never empty for a failed operation.
 */
export function failureLines(
  { slug, kind }: Pick<Operation, "slug" | "kind">,
  result: OperationResult,
): readonly string[] {
  const all = result.diagnostics.filter(
    ({ severity, message }) => severity === "error" && !echoes.test(message.trim()),
  );
  const causes = all.filter(({ message }) => !follows.test(message));
  const errors = (causes.length > 0 ? causes : all).map(
    (diagnostic) => `${slug}: ${kind}: ${aboutOf(diagnostic)}${diagnostic.message.trim()}`,
  );
  if (errors.length > 0) return [...new Set(errors)];
  const text = [result.errorText, result.text].map((part) => part.trim()).find((part) => part !== "");
  return [`${slug}: ${kind}: ${text?.replace(/^error: /, "") ?? "the engine ended without a word"}`];
}

/** Warnings of the program, the engine and the plugins, each once. */
export function warningLines({ diagnostics }: OperationResult): readonly string[] {
  const warnings = diagnostics.filter(({ severity }) => severity === "warning");
  return [...new Set(warnings.map(({ message }) => message.trim()))];
}

function aboutOf({ urn }: Diagnostic): string {
  if (urn === "" || urn.includes("::pulumi:pulumi:Stack::")) return "";
  const type = urn.split("::")[2]?.split("$").at(-1)?.split(":").at(-1) ?? "";
  return `${type} ${nameOf(urn)}: `;
}
