import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { ControlHandler } from "../control-door.ts";
import { createServer, type Tls } from "../http-server.ts";
import type { HttpCaller } from "./context.ts";
import { type ExchangeParts, exchange, type SoapAnswer } from "./exchange.ts";
import { type FaultKind, Interruption } from "./faults-plan.ts";
import { jettyPage, strayPage } from "./html-pages.ts";

/** The HTTP side: which service a path belongs to, the filters in front of it, the planned ways to break an answer. */
export function createSoapServer(parts: ExchangeParts, control: ControlHandler, tls?: Tls): Server {
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response, parts, control).catch((error: unknown) => {
      parts.services.log(
        `request failed: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
      );
      if (!response.headersSent) page(response, 500, "Server Error", request.url ?? "/", "SoapServlet");
      else response.destroy();
    });
  };
  return createServer(listener, tls);
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  parts: ExchangeParts,
  control: ControlHandler,
): Promise<void> {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  if (await control(request, response, path)) return;
  const address = request.socket.remoteAddress ?? "";
  const refused = parts.limits.refuse(request.socket, address);
  if (refused !== null) {
    turnAway(response, refused, path);
    return;
  }
  const service = serviceOf(path);
  if (service === null || request.method !== "POST") {
    wrongMethod(request, response, path, service);
    return;
  }
  const body = await readBody(request);
  const caller: HttpCaller = {
    service,
    remoteAddress: address,
    cookies: readCookies(request.headers.cookie ?? ""),
    csrfHeader: singleHeader(request, "x-zimbra-csrf-token"),
  };
  try {
    send(response, await exchange(body, caller, parts));
  } catch (error) {
    if (!(error instanceof Interruption)) throw error;
    interrupt(response, error.kind, path);
  }
}

function serviceOf(path: string): "admin" | "user" | null {
  if (/^\/service\/admin\/soap(\/|$)/.test(path)) return "admin";
  return /^\/service\/soap(\/|$)/.test(path) ? "user" : null;
}

function send(response: ServerResponse, answer: SoapAnswer): void {
  response.statusCode = answer.status;
  response.statusMessage = answer.status === 200 ? "OK" : "Server Error";
  response.setHeader("Content-Type", answer.contentType);
  response.setHeader("Cache-Control", "no-store, no-cache");
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  const bytes = Buffer.from(answer.body, "utf8");
  if (answer.late === "half-body") {
    response.setHeader("Content-Length", bytes.length);
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
  } else if (answer.late === "invalid-json" || answer.late === "invalid-xml") {
    const asked = answer.body.startsWith("{") ? "invalid-json" : "invalid-xml";
    response.end(answer.late === asked ? bytes.subarray(0, bytes.length - 12) : brokenOff[answer.late]);
  } else {
    response.end(bytes);
  }
}

/** Answers in the notation that nobody asked for. */
const brokenOff = {
  "invalid-json": '{"Header":{"context":{"_jsns":"urn:zimbra"}},"Body":{',
  "invalid-xml":
    '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Header><context xmlns="urn:zimbra">',
} as const;

/** A planned end other than a SOAP answer. */
function interrupt(response: ServerResponse, kind: FaultKind, path: string): void {
  switch (kind) {
    case "429":
    case "503":
      turnAway(response, kind === "429" ? 429 : 503, path);
      return;
    case "500-after-commit":
      page(response, 500, "Server Error", path, "AdminServlet");
      return;
    case "html":
      response.writeHead(200, { "Content-Type": "text/html;charset=utf-8" }).end(strayPage);
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

function turnAway(response: ServerResponse, status: 429 | 503, path: string): void {
  if (status === 429) response.setHeader("DoSFilter", "unavailable");
  page(response, status, status === 429 ? "Too Many Requests" : "Service Unavailable", path, "AdminServlet");
}

function wrongMethod(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  service: "admin" | "user" | null,
): void {
  const method = request.method ?? "";
  request.resume();
  if (service === null && method === "GET") {
    page(response, 404, "Not Found", path, defaultServlet);
    return;
  }
  const servlet = service === null ? defaultServlet : service === "admin" ? "AdminServlet" : "SoapServlet";
  if (method !== "GET" && method !== "POST") {
    response.statusMessage = "Method Not Allowed";
    response.writeHead(405).end();
    return;
  }
  page(
    response,
    405,
    `HTTP method ${method} is not supported by this URL`,
    path,
    servlet,
    "Method Not Allowed",
  );
}

const defaultServlet = "org.eclipse.jetty.servlet.ServletHandler$Default404Servlet-29a69a35";

function page(
  response: ServerResponse,
  status: number,
  message: string,
  path: string,
  servlet: string,
  reason = message,
): void {
  response.setHeader("Cache-Control", "must-revalidate,no-cache,no-store");
  response.setHeader("Content-Type", "text/html;charset=iso-8859-1");
  response.writeHead(status, reason).end(jettyPage(status, message, path, servlet));
}

/** More than `zimbraSoapRequestMaxSize` ever is. */
const keptBytes = 64 * 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // What is over the configured limit is answered as too large; what is far over it is not even kept.
    if (size <= keptBytes) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readCookies(header: string): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of header.split(";")) {
    const at = pair.indexOf("=");
    if (at > 0) cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  }
  return cookies;
}

function singleHeader(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === "string" ? value : null;
}
