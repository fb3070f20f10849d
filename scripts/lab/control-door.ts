import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";

/** Answers a control request; false where the path is none. */
export type ControlHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => Promise<boolean>;

/**
 * A simulator's door for the lab, below `/__lab/` of the port that it serves, for callers on the same machine
 * alone. Routes are `GET /__lab/calls` and the like; each takes a JSON body and gives one.
 */
export function controlDoor(routes: Readonly<Record<string, (body: unknown) => unknown>>): ControlHandler {
  return async (request, response, path) => {
    if (!path.startsWith("/__lab/")) return false;
    const route = routes[`${request.method} ${path}`];
    if (!isLocal(request)) answer(response, 403, { error: "the lab's control is for this machine only" });
    else if (route === undefined)
      answer(response, 404, { error: `no such control: ${request.method} ${path}` });
    else await run(route, request, response);
    return true;
  };
}

async function run(route: (body: unknown) => unknown, request: IncomingMessage, response: ServerResponse) {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");
    answer(response, 200, route(text === "" ? null : JSON.parse(text)) ?? {});
  } catch (error) {
    const known = error instanceof z.ZodError || error instanceof SyntaxError;
    if (!known) throw error;
    answer(response, 400, { error: error instanceof z.ZodError ? z.prettifyError(error) : error.message });
  }
}

function isLocal(request: IncomingMessage): boolean {
  const { remoteAddress = "", localAddress } = request.socket;
  const address = remoteAddress.replace("::ffff:", "");
  return remoteAddress === localAddress || address === "::1" || address.startsWith("127.");
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
