import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { CallLog } from "../call-log.ts";
import type { ControlHandler } from "../control-door.ts";
import { createServer, type Tls } from "../http-server.ts";
import { callTarget } from "./call-target.ts";
import { invalidRequest, methodNotFound, parseError, RpcError, serverError } from "./errors.ts";
import { type FaultKind, type FaultPlan, Interruption, type LateFault } from "./faults.ts";
import { apis } from "./handlers/index.ts";
import type { MethodContext } from "./method.ts";
import type { RateLimits } from "./rates.ts";

export interface ServerParts {
  readonly context: MethodContext;
  readonly calls: CallLog;
  readonly plan: FaultPlan;
  readonly limits: RateLimits;
  /** The one key: the user name of Basic authentication. */
  readonly apiKey: string;
  /** HTTP status that goes with an error object; clients must bear any. */
  readonly errorStatus: number;
  readonly log: (line: string) => void;
}

export function createApiServer(parts: ServerParts, control: ControlHandler, tls?: Tls): Server {
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response, parts, control).catch((error: unknown) => {
      parts.log(`request failed: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
      if (response.headersSent) response.destroy();
      else send(response, 500, errorBody(null, serverError("The server encountered an error.")));
    });
  };
  return createServer(listener, tls);
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  parts: ServerParts,
  control: ControlHandler,
): Promise<void> {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  if (await control(request, response, path)) return;
  const api = /^(?:\/api)?\/v1\.[0-2]\/jsonrpc\/([\w/]+?)\/?$/.exec(path)?.[1];
  if (api === undefined) {
    request.resume();
    response.writeHead(404, { "Content-Type": "text/html" }).end("<h1>404 Not Found</h1>");
    return;
  }
  if (request.method !== "POST") {
    request.resume();
    response.writeHead(405, { Allow: "POST" }).end();
    return;
  }
  const body = await readBody(request);
  if (!isKey(request.headers.authorization ?? "", parts.apiKey)) {
    response.setHeader("WWW-Authenticate", 'Basic realm="GravityZone"');
    send(response, 401, errorBody(null, new RpcError(-32001, "Unauthorized", "The API key is not valid.")));
    return;
  }
  if (apis[api] === undefined || !parts.context.enabledApis.includes(api)) {
    const details = `The API '${api}' is not enabled for this API key.`;
    send(response, 403, errorBody(null, new RpcError(-32000, "Forbidden", details)));
    return;
  }
  try {
    await answer(body, api, response, parts);
  } catch (error) {
    if (!(error instanceof Interruption)) throw error;
    interrupt(response, error.kind);
  }
}

/** @throws Interruption where the fault plan wants something else than an answer */
async function answer(
  body: string,
  api: string,
  response: ServerResponse,
  { context, calls, plan, limits, errorStatus }: ServerParts,
): Promise<void> {
  const started = performance.now();
  const call = readCall(body);
  const operation = `${api}.${call.method}`;
  const log = (code: string) =>
    calls.add({
      request: calls.nextRequest(),
      at: context.now().toISOString(),
      operation,
      target: callTarget(call.params),
      milliseconds: Math.round((performance.now() - started) * 100) / 100,
      code,
    });
  const waitSeconds = limits.refuse(call.method);
  if (waitSeconds !== null) {
    log("429");
    tooMany(response, waitSeconds, call.id);
    return;
  }
  let late: LateFault | null = null;
  try {
    late = await plan.apply(operation);
    const result = run(api, call, context);
    context.store.commit();
    log("ok");
    if (late === "500-after-commit" || late === "close-after-commit" || late === "silence-after-commit")
      throw new Interruption(late);
    send(response, 200, { id: call.id, jsonrpc: "2.0", result: result ?? null }, late);
  } catch (error) {
    if (error instanceof Interruption && late === null) log(error.kind);
    if (!(error instanceof RpcError)) throw error;
    log(String(error.code));
    send(response, errorStatus, errorBody(call.id, error), late);
  }
}

interface Call {
  readonly id: string | number | null;
  readonly method: string;
  readonly params: unknown;
  /** Why it is none. */
  readonly wrong: RpcError | null;
}

function readCall(body: string): Call {
  const nothing = { id: null, method: "", params: null };
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    return { ...nothing, wrong: parseError() };
  }
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return { ...nothing, wrong: invalidRequest("The request must be one JSON-RPC object.") };
  const { id, jsonrpc, method, params }: Partial<Record<string, unknown>> = { ...given };
  const call = {
    id: typeof id === "string" || typeof id === "number" ? id : null,
    method: typeof method === "string" ? method : "",
    params,
  };
  if (jsonrpc !== "2.0") return { ...call, wrong: invalidRequest("The member 'jsonrpc' must be \"2.0\".") };
  if (call.method === "") return { ...call, wrong: invalidRequest("The member 'method' is missing.") };
  return { ...call, wrong: null };
}

function run(api: string, { method, params, wrong }: Call, context: MethodContext): unknown {
  if (wrong !== null) throw wrong;
  const methods = apis[api] ?? {};
  const known = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (known === undefined) throw methodNotFound(method);
  return known(params, context);
}

function errorBody(id: Call["id"], { code, message, details }: RpcError) {
  return { id, jsonrpc: "2.0", error: { code, message, data: { details } } };
}

function send(response: ServerResponse, status: number, body: object, late: LateFault | null = null): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  const bytes = Buffer.from(JSON.stringify(body), "utf8");
  if (late === "half-body") response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  else response.end(late === "invalid-json" ? bytes.subarray(0, bytes.length - 2) : bytes);
}

function tooMany(response: ServerResponse, seconds: number, id: Call["id"]): void {
  response.setHeader("Retry-After", String(seconds));
  send(response, 429, errorBody(id, serverError("Too many requests.")));
}

/** A planned end other than an answer of the API. */
function interrupt(response: ServerResponse, kind: FaultKind): void {
  switch (kind) {
    case "429":
      tooMany(response, 1, null);
      return;
    case "500":
    case "500-after-commit":
    case "503": {
      const status = kind === "503" ? 503 : 500;
      response.writeHead(status, { "Content-Type": "text/html" }).end(`<h1>${status}</h1>`);
      return;
    }
    case "html":
      response.writeHead(200, { "Content-Type": "text/html" }).end("<html><body>Sign in</body></html>");
      return;
    case "close":
    case "close-after-commit":
      response.destroy();
      return;
    default:
      // Silence: the connection stays open and nothing comes.
      return;
  }
}

/** The key is the user name, the password is empty. */
function isKey(header: string, apiKey: string): boolean {
  const [scheme, encoded = ""] = header.split(" ");
  if (scheme?.toLowerCase() !== "basic") return false;
  const given = Buffer.from(encoded, "base64").toString("utf8");
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(`${apiKey}:`));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
