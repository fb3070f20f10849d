/** Check: types, what is missing, what this stand-in does not have. The official plugin's words. Pure. */
import { z } from "zod";
import type { CheckAnswer, CheckCall, CheckFailure } from "../../kit/index.ts";
import { isObject, UNKNOWN, type WireObject, type WireValue } from "../../kit/wire.ts";
import { connection as connectionSchema, inputs as inputsSchema } from "./inputs.ts";

interface Finding {
  readonly property: string;
  readonly problem: string;
}

/** `name` is how the official plugin calls the object in its messages. */
function findingsOf(schema: z.ZodObject, name: string, value: WireObject): Finding[] {
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
  const strangers = Object.keys(value).filter((key) => !Object.hasOwn(shape, key) && !key.startsWith("__"));
  return [
    ...strangers.map((property) => ({
      property,
      problem: "not supported by this stand-in of the plugin command; the official plugin may have it",
    })),
    ...Object.entries(shape).flatMap(([property, expected]) => {
      const given = value[property];
      if (given === UNKNOWN) return [];
      if (given === undefined || given === null) {
        const required = !z.safeParse(expected, undefined).success;
        return required ? [{ property, problem: `Missing required field '${property}' on '${name}'` }] : [];
      }
      if (isObject(given) && property === "connection") return [];
      const issue = z.safeParse(expected, given).error?.issues[0];
      return issue === undefined ? [] : [{ property, problem: problemOf(issue, name, property, given) }];
    }),
  ];
}

function problemOf(issue: z.core.$ZodIssue, name: string, property: string, given: WireValue): string {
  if (issue.code !== "invalid_type" || issue.path.length > 0) return issue.message;
  const expected = issue.expected === "number" ? "float64" : issue.expected;
  return `Field '${property}' on '${name}' must be a '${expected}'; got '${goTypeOf(given)}' instead`;
}

function goTypeOf(value: WireValue): string {
  if (typeof value === "number") return "float64";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  return Array.isArray(value) ? "array" : "object";
}

export function checkInputs({ news }: CheckCall): CheckAnswer {
  const failures: CheckFailure[] = findingsOf(inputsSchema, "remote.CommandInputs", news).map(
    ({ property, problem }) => ({ property, reason: problem }),
  );
  const { connection } = news;
  if (!isObject(connection)) return { inputs: news, failures };
  const inside = findingsOf(connectionSchema, "remote.Connection", connection);
  if (inside.length > 0) {
    const lines = inside.map(({ property, problem }) => `\t${property}: ${problem}`).join("\n");
    const reason = `An error occurred decoding 'CommandInputs.connection': ${inside.length} failures decoding:\n${lines}`;
    failures.unshift({ property: "connection", reason });
  }
  return { inputs: { ...news, connection: { ...DEFAULTS, ...withoutNulls(connection) } }, failures };
}

const DEFAULTS = { dialErrorLimit: 10, perDialTimeout: 15, port: 22, user: "root" };

function withoutNulls(value: WireObject): WireObject {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null && item !== undefined));
}
