import { z } from "zod";
import { CODES, type Code } from "../codes.ts";
import { type Finding, type Path, quoted } from "../diagnostics.ts";
import { suggestion } from "./nearest.ts";

type Issue = z.core.$ZodIssue;

/** The spelling of the scalar at a path, as it stands in the file. */
export type SourceOf = (path: Path) => string | null;

/** Unknown keys of one map that are looked at; past them a file is something else altogether. */
const MAX_UNKNOWN_KEYS = 200;

/** Says what zod found in the words of this project. One finding for each key that is unknown. */
export function findingsOfIssue(
  issue: Issue,
  schema: z.ZodType,
  value: unknown,
  sourceOf: SourceOf,
): Finding[] {
  const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
  const got = valueAt(value, path);
  const finding = (code: Code, message: string, hint: string, at: "key" | "value" = "value"): Finding[] => [
    { code, severity: "error", path, at, message, hint },
  ];
  switch (issue.code) {
    case "invalid_type":
      return got === undefined ? missing(path) : wrongType(issue.expected, got, path, sourceOf(path), schema);
    case "unrecognized_keys":
      return issue.keys.slice(0, MAX_UNKNOWN_KEYS).map((key) => unknownKey(path, key, schema));
    case "invalid_value": {
      const choice = issue.values.map(String);
      if (got === undefined) return missing(path);
      const message = `expected ${choice.slice(0, -1).join(", ")} or ${choice.at(-1)}, got ${describe(got)}`;
      return finding("VALUE_UNKNOWN", message, typeof got === "string" ? suggestion(got, choice) : "");
    }
    case "too_small":
      return issue.origin === "array"
        ? finding(
            "LIST_EMPTY",
            "expected at least one entry, got none",
            "Fill the list, or leave its key out.",
          )
        : finding("NUMBER_RANGE", `expected at least ${issue.minimum}, got ${describe(got)}`, "");
    case "too_big":
      return finding("NUMBER_RANGE", `expected at most ${issue.maximum}, got ${describe(got)}`, "");
    case "invalid_key":
      return finding(
        "KEYWORD_INVALID",
        "expected a key of lower-case letters, digits and hyphens",
        "",
        "key",
      );
    case "invalid_union": {
      const fitting = issue.errors.find((branch) => !branch.some(isAboutTheWhole));
      if (fitting === undefined)
        return finding("TYPE_WRONG", `expected text or a map, got ${describe(got)}`, "");
      return fitting.flatMap((inner) =>
        findingsOfIssue({ ...inner, path: [...path, ...inner.path] }, schema, value, sourceOf),
      );
    }
    case "custom":
      return finding(codeOf(issue.params?.code), issue.message, textOf(issue.params?.hint));
    default:
      return finding("TYPE_WRONG", `${issue.message}, got ${describe(got)}`, "");
  }
}

/** True where a branch of a union expects another kind of value altogether. */
function isAboutTheWhole(issue: Issue): boolean {
  return issue.code === "invalid_type" && issue.path.length === 0;
}

function missing(path: Path): Finding[] {
  const key = String(path.at(-1));
  const message = "expected this key, got nothing";
  return [{ code: "KEY_MISSING", severity: "error", path, at: "key", message, hint: `Add ${key}.` }];
}

function wrongType(
  expected: string,
  got: unknown,
  path: Path,
  source: string | null,
  schema: z.ZodType,
): Finding[] {
  const finding = (code: Code, message: string, hint: string): Finding[] => [
    { code, severity: "error", path, message, hint },
  ];
  if (expected === "string" && (typeof got === "number" || typeof got === "boolean")) {
    const message = `expected text, got ${typeof got === "number" ? "the number" : "the truth value"} ${String(got)}`;
    return finding("TEXT_NOT_QUOTED", message, quotesAdvice(source ?? String(got), path, schema));
  }
  if (expected === "int" && typeof got === "number") {
    return finding("TYPE_WRONG", `expected a whole number, got ${describe(got)}`, "");
  }
  const number = typeof got === "string" && expected !== "string" && /^[0-9]+$/.test(got);
  const hint = got === null ? "Fill it in, or leave its key out." : number ? "Leave out the quotes." : "";
  return finding("TYPE_WRONG", `expected ${NOUNS[expected] ?? expected}, got ${describe(got)}`, hint);
}

const NOUNS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  array: "a list",
  object: "a map",
  record: "a map",
};

function unknownKey(parent: Path, key: string, schema: z.ZodType): Finding {
  const keys = keysAt(schema, parent);
  const message = `expected a known key, got ${quoted(key)}`;
  return {
    code: "KEY_UNKNOWN",
    severity: "error",
    path: [...parent, key],
    at: "key",
    message,
    hint: /^[0-9]/.test(key)
      ? "A comma ends a value inside { }: put the value in quotes."
      : suggestion(key, keys),
  };
}

/** What makes the text right: quotes, a unit, or quotes and what the text lacks besides. */
function quotesAdvice(source: string, path: Path, schema: z.ZodType): string {
  const field = schemaAt(schema, path);
  const problem = field instanceof z.ZodString ? field.safeParse(source).error?.issues[0] : undefined;
  if (problem?.code !== "custom") return `Put it in quotes: "${source}".`;
  const hint = textOf(problem.params?.hint);
  const lacksUnit = problem.params?.code === "SIZE_INVALID" || problem.params?.code === "DURATION_INVALID";
  return lacksUnit ? hint : `Put it in quotes. ${hint}`;
}

/** The keys that the schema knows at a path. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  const found = schemaAt(schema, path);
  const at = found instanceof z.ZodUnion ? found.options.find((one) => one instanceof z.ZodObject) : found;
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function schemaAt(schema: z.ZodType, path: Path): unknown {
  let at: unknown = schema;
  for (const step of path) {
    at = unwrapped(at);
    if (at instanceof z.ZodUnion) at = at.options.find((option) => option instanceof z.ZodObject);
    if (at instanceof z.ZodObject) at = at.shape[step];
    else if (at instanceof z.ZodArray) at = at.element;
    else if (at instanceof z.ZodRecord) at = at.valueType;
    else return undefined;
  }
  return unwrapped(at);
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap()) : schema;
}

export function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  return typeof value === "string" ? quoted(value) : String(value);
}

export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = Reflect.get(at, step);
  }
  return at;
}

function codeOf(value: unknown): Code {
  if (isCode(value)) return value;
  throw new Error(`a check of the schema reports the unknown code ${String(value)}`);
}

function isCode(value: unknown): value is Code {
  return typeof value === "string" && Object.hasOwn(CODES, value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
