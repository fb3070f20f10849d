import type { z } from "zod";
import { SystemError, UserError } from "../cli/errors.ts";
import type { Environment } from "./forge.ts";

/** Longest wait for one answer of a forge, in milliseconds. */
const timeoutMs = 30_000;

/** Pages of comments that are read at most: ten thousand comments. */
const mostPages = 100;
const pageSize = 100;

export interface ForgeRequests {
  /** A JSON answer of the form that `schema` says. */
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** All pages of a list. */
  list<T>(path: string, schema: z.ZodType<T[]>): Promise<T[]>;
  send(method: "POST" | "PATCH" | "PUT" | "DELETE", path: string, body?: unknown): Promise<void>;
}

/**
 * HTTP requests to one forge. Errors name the method, the path and the status, and nothing of the headers.
 *
 * @throws SystemError for answers other than 2xx, timeouts, and answers of another form
 */
export function forgeRequests(
  name: string,
  baseUrl: string,
  headers: Readonly<Record<string, string>>,
): ForgeRequests {
  async function call(method: string, path: string, body?: unknown): Promise<Response> {
    const answer = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { accept: "application/json", "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw failed(`${name}: ${method} ${path}: ${reason}`);
    });
    if (answer.ok) return answer;
    await answer.body?.cancel();
    throw failed(`${name}: ${method} ${path}: HTTP ${answer.status}`);
  }

  async function get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const answer = await call("GET", path);
    const parsed = schema.safeParse(await answer.json().catch(() => undefined));
    if (parsed.success) return parsed.data;
    throw failed(`${name}: GET ${path}: an answer of another form`);
  }

  async function list<T>(path: string, schema: z.ZodType<T[]>): Promise<T[]> {
    const items: T[] = [];
    for (let page = 1; page <= mostPages; page += 1) {
      const part = await get(`${path}?per_page=${pageSize}&page=${page}`, schema);
      items.push(...part);
      if (part.length < pageSize) break;
    }
    return items;
  }

  return {
    get,
    list,
    send: async (method, path, body) => {
      const answer = await call(method, path, body);
      await answer.body?.cancel();
    },
  };
}

function failed(message: string): SystemError {
  return new SystemError(message, { code: "FORGE_FAILED" });
}

/**
 * A variable that the pipeline must set.
 *
 * @throws UserError naming it
 */
export function required(environment: Environment, name: string, hint: string): string {
  const value = environment[name];
  if (value) return value;
  throw new UserError(`the variable ${name} is not set`, { code: "PIPELINE_VARIABLE", hint });
}
