/** Requests to a Docker engine. */
import Modem from "docker-modem";
import type { z } from "zod";
import type { Address } from "./address.ts";

/** What the daemon answered instead of what was asked for, in its own words. */
export class DaemonError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(`Error response from daemon: ${message}`);
    this.name = "DaemonError";
    this.status = status;
  }
}

export interface Engine {
  get<T>(path: string, answer: z.ZodType<T>, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body: unknown, answer: z.ZodType<T>, signal?: AbortSignal): Promise<T>;
  /** True when it was there. Only the daemon's own 404 counts as gone. */
  remove(path: string, signal?: AbortSignal): Promise<boolean>;
  /** Standard output and error of a task, as far as its node tells them. */
  logs(path: string, signal?: AbortSignal): Promise<string>;
}

const SUCCESS = { 200: true, 201: true, 204: true };
/** The oldest API that has everything that is used here; Docker 20.10 speaks it, and so does every later one. */
const API = "v1.41";

/** @throws DaemonError for a refusal; Error with the address when the daemon is not reached. */
export function engineAt({ modem: options, shown }: Address): Engine {
  const modem = new Modem({ ...options, version: API });

  function request(method: string, path: string, body: unknown, abortSignal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      modem.dial(
        {
          method,
          path,
          statusCodes: SUCCESS,
          ...(body === undefined ? {} : { options: { _body: body } }),
          ...(abortSignal === undefined ? {} : { abortSignal }),
        },
        (error: unknown, result: unknown) => {
          if (error === null || error === undefined) resolve(result);
          else reject(failureOf(error, shown));
        },
      );
    });
  }

  return {
    get: async (path, answer, signal) => answer.parse(await request("GET", path, undefined, signal)),
    post: async (path, body, answer, signal) => answer.parse(await request("POST", path, body, signal)),
    async remove(path, signal) {
      try {
        await request("DELETE", path, undefined, signal);
        return true;
      } catch (error) {
        if (isGone(error)) return false;
        throw error;
      }
    },
    async logs(path, signal) {
      const raw = await request("GET", path, undefined, signal);
      return Buffer.isBuffer(raw) ? textOfFrames(raw) : "";
    },
  };
}

/** The object does not exist. A 503 (a manager without quorum), a timeout, a lost connection never say that. */
export function isGone(error: unknown): boolean {
  return error instanceof DaemonError && error.status === 404;
}

function failureOf(error: unknown, shown: string): Error {
  if (!(error instanceof Error)) return new Error(`${shown}: ${String(error)}`);
  const status = "statusCode" in error ? error.statusCode : undefined;
  if (typeof status !== "number")
    return new Error(`cannot reach the Docker engine at ${shown}: ${error.message}`);
  const json = "json" in error ? error.json : undefined;
  const said = typeof json === "object" && json !== null && "message" in json ? json.message : undefined;
  const message = typeof said === "string" ? said : error.message;
  return new DaemonError(status, message.trim());
}

/** Docker's multiplexed stream: a header of eight bytes, the last four the length, before each piece. */
function textOfFrames(raw: Buffer): string {
  const pieces: string[] = [];
  for (let at = 0; at + 8 <= raw.length; ) {
    const length = raw.readUInt32BE(at + 4);
    pieces.push(raw.subarray(at + 8, at + 8 + length).toString());
    at += 8 + length;
  }
  return pieces.join("");
}
