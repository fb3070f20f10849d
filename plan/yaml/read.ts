import type { z } from "zod";
import type { Diagnostic, Finding, Path } from "../diagnostics.ts";
import { type Draft, takeOut } from "../schema/draft.ts";
import { findingsOfIssue, valueAt } from "../schema/issues.ts";
import { type ParsedDocument, parseYaml } from "./parse.ts";
import { Locator } from "./source.ts";
import { forbiddenCharacter, type TextProblem } from "./text.ts";
import { type Tree, toTree } from "./tree.ts";

/** Findings that are shown for one file. */
const MAX_FINDINGS = 100;

/** A file as text. */
export interface SourceText {
  /** As diagnostics name it. */
  readonly file: string;
  readonly text: string;
}

/** What reading gave: a draft of the schema's type, or null when the file is not even YAML. */
export interface ReadFile<T> {
  readonly draft: Draft<T> | null;
  readonly findings: readonly Finding[];
  /** Positions for the findings of this file, its own and those of later rules. */
  diagnose(findings: readonly Finding[]): Diagnostic[];
}

/** Reads a file against a schema: text, YAML, shape, single values. All problems of a level at once. */
export function readYaml<T>(source: SourceText, schema: z.ZodType<T>): ReadFile<T> {
  const diagnose = (document: ParsedDocument | null) => (findings: readonly Finding[]) => {
    if (findings.length === 0) return [];
    const locator = new Locator(source.file, source.text, document);
    return capped(findings).map((finding) => locator.diagnostic(finding));
  };
  const forbidden = forbiddenCharacter(source.text);
  if (forbidden !== null) return { draft: null, findings: [atOffset(forbidden)], diagnose: diagnose(null) };
  const { document, problems } = parseYaml(source.text);
  const fatal = problems.some((problem) => problem.code !== "COMMENT_CUTS_VALUE");
  if (document === null || fatal)
    return { draft: null, findings: problems.map(atOffset), diagnose: diagnose(null) };
  const tree = toTree(document.contents);
  const empty = tree.value === null || tree.value === undefined;
  const findings = [
    ...problems.map(atOffset),
    ...tree.findings,
    ...(empty ? [EMPTY] : schemaFindings(schema, tree, source, document)),
  ];
  // What is left after takeOut follows the schema with any part absent, which is what Draft says.
  const draft = isRecord(tree.value) ? (tree.value as Draft<T>) : null;
  return { draft, findings, diagnose: diagnose(document) };
}

const EMPTY: Finding = {
  code: "FILE_EMPTY",
  severity: "error",
  path: [],
  offset: 0,
  message: "expected keys and values, got an empty file",
  hint: "bastide new writes a tenant file.",
};

function schemaFindings(
  schema: z.ZodType,
  tree: Tree,
  source: SourceText,
  document: ParsedDocument,
): Finding[] {
  const { value, oddNumbers } = tree;
  const result = schema.safeParse(value);
  if (result.success && oddNumbers.length === 0) return [];
  const locator = new Locator(source.file, source.text, document);
  const lost = new Set(tree.findings.filter(({ code }) => code === "YAML_ALIAS_UNKNOWN").map(keyOf));
  const issues = result.success ? [] : result.error.issues.slice(0, MAX_FINDINGS);
  const all = issues.flatMap((issue) =>
    findingsOfIssue(issue, schema, value, (path) => locator.sourceOf(path)),
  );
  // An alias without anchor has no value: that it is of the wrong type says nothing new.
  const found = all.filter((finding) => !lost.has(keyOf(finding)));
  const reported = new Set(found.map(keyOf));
  for (const path of oddNumbers) {
    const number = valueAt(value, path);
    if (reported.has(keyOf({ path })) || typeof number !== "number") continue;
    const message = `expected a number in plain digits, got ${locator.sourceOf(path) ?? ""}`;
    found.push({ code: "NUMBER_SPELLING", severity: "error", path, message, hint: `Write ${number}.` });
  }
  takeOut(
    value,
    all.map((finding) => finding.path),
  );
  return found;
}

function keyOf({ path }: { readonly path: Path }): string {
  return path.join("\0");
}

function capped(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= MAX_FINDINGS) return findings;
  const message = `expected fewer problems, got more than ${MAX_FINDINGS}: the rest is left out`;
  const rest: Finding = {
    code: "TOO_MANY_PROBLEMS",
    severity: "error",
    path: [],
    offset: 0,
    message,
    hint: "",
  };
  return [...findings.slice(0, MAX_FINDINGS), rest];
}

function atOffset(problem: TextProblem): Finding {
  return { ...problem, severity: "error", path: [] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
