import { statSync } from "node:fs";
import type { Command } from "commander";
import {
  checkFleet,
  type Diagnostic,
  formatDiagnostic,
  loadCatalogue,
  nearest,
  slugOf,
  sortDiagnostics,
  tenantFiles,
} from "../../plan/index.ts";
import { UserError } from "../cli/errors.ts";
import { ExitCode } from "../cli/exit.ts";
import { print, withJson } from "../cli/output.ts";
import { today } from "../cli/today.ts";
import { catalogueOption, cdgPath, tenantsOption } from "../tenants/folders.ts";

export interface CheckOptions {
  readonly json?: boolean;
  /** Folder of the tenant files, absolute or relative to the working directory. */
  readonly tenants: string;
  readonly catalogue: string;
  /** Replaces the catalogue's `cdg.yaml`. */
  readonly cdgPath?: string | undefined;
  /** ISO day that dates are compared with. @default today in Paris */
  readonly today?: string;
}

/** What a check found, and how many files it looked at. */
export interface CheckResult {
  readonly files: number;
  readonly diagnostics: readonly Diagnostic[];
}

const examples = `
Examples:
  npx bastide check                  every file of tenants/, and the rules across them
  npx bastide check nerac            what concerns Nérac
  npx bastide check --json           an array of {file, line, column, code, severity, path, message, hint}

Every code is explained in docs/errors.md. Exit codes: 0 no error (warnings are none), 1 errors.`;

/** `bastide check`: everything that can be known before an engine starts; touches nothing. */
export function register(program: Command): void {
  withJson(program.command("check"))
    .description("Check tenant files without touching anything.")
    .argument("[slugs...]", "tenants to look at; all of them when left out")
    .addOption(tenantsOption())
    .addOption(catalogueOption())
    .addHelpText("after", examples)
    .action((slugs: string[], options: Omit<CheckOptions, "cdgPath">) => {
      const result = check(slugs, { ...options, cdgPath: cdgPath() });
      print(options.json, result.diagnostics.map(jsonOf), () => textOf(result));
      if (result.diagnostics.some(({ severity }) => severity === "error")) process.exitCode = ExitCode.input;
    });
}

/**
 * Checks the whole folder and keeps what concerns `slugs` (all of them when empty).
 *
 * @throws UserError when the folder of tenants is not there.
 */
export function check(slugs: readonly string[], options: CheckOptions): CheckResult {
  const { tenants } = options;
  if (!statSync(tenants, { throwIfNoEntry: false })?.isDirectory()) {
    const hint = "Say where it is with --tenants.";
    throw new UserError(`There is no folder ${tenants}.`, { code: "TENANTS_MISSING", hint });
  }
  const loaded = loadCatalogue(options.catalogue, { cdgPath: options.cdgPath });
  if (!loaded.ok) return { files: 0, diagnostics: loaded.diagnostics };
  const names = tenantFiles(tenants);
  const diagnostics = checkFleet(tenants, loaded.catalogue, options.today ?? today());
  if (slugs.length === 0) return { files: names.length, diagnostics };
  const known = names.map(slugOf);
  const asked = new Set(slugs);
  const unknown = slugs
    .filter((slug) => !known.includes(slug))
    .map((slug) => unknownSlug(slug, tenants, known));
  const concerned = diagnostics.filter(({ file }) => asked.has(slugOf(file)));
  return { files: asked.size - unknown.length, diagnostics: sortDiagnostics([...unknown, ...concerned]) };
}

function unknownSlug(slug: string, tenants: string, known: readonly string[]): Diagnostic {
  const match = nearest(slug, known);
  return {
    file: tenants,
    line: 1,
    column: 1,
    code: "SLUG_UNKNOWN",
    severity: "error",
    path: "",
    message: `expected the slug of a file in this folder, got ${JSON.stringify(slug)}`,
    hint: match === null ? "bastide new writes a file." : `Did you mean ${match}?`,
    sourceLine: "",
  };
}

function jsonOf({ file, line, column, code, severity, path, message, hint }: Diagnostic): object {
  return { file, line, column, code, severity, path, message, hint };
}

function textOf({ files, diagnostics }: CheckResult): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const found = [counted(errors, "error"), counted(diagnostics.length - errors, "warning")]
    .filter(Boolean)
    .join(", ");
  const summary = `${counted(files, "tenant file") || "No tenant file"} checked: ${found || "no problem"}.`;
  return [...diagnostics.map(formatDiagnostic), summary].join("\n");
}

function counted(count: number, noun: string): string {
  return count === 0 ? "" : `${count} ${noun}${count === 1 ? "" : "s"}`;
}
