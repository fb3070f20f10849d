/**
 * Zimbra's admin SOAP in its JSON dialect.
 *
 * JSON rather than XML: the platform parses it, so that the plugin loads no XML library and builds no
 * markup; every character of a name arrives as it is (XML 1.0 has no control characters); and numbers and
 * booleans come typed. Zimbra detects the dialect by the first byte of the body.
 */
import { z } from "zod";
import type { Json, JsonObject } from "../../kit/handler.ts";

export const ADMIN = "urn:zimbraAdmin";

/** One request document: `operation` without its `Request` ending. */
export interface SoapRequest {
  readonly operation: string;
  readonly body: JsonObject;
}

export interface SoapFault {
  /** Zimbra's own code, such as `account.NO_SUCH_ACCOUNT`: what decisions rest on. */
  readonly code: string;
  readonly text: string;
  readonly requestId: string | null;
}

/** What a reply document says. */
export type SoapReply =
  | { readonly kind: "response"; readonly body: unknown }
  | { readonly kind: "fault"; readonly fault: SoapFault }
  | {
      readonly kind: "batch";
      readonly responses: ReadonlyMap<string, unknown>;
      readonly faults: SoapFault[];
    };

/** The envelope of one request; without a token for a login. */
export function envelope(request: SoapRequest, token: string | null): string {
  return pack({ [`${request.operation}Request`]: { _jsns: ADMIN, ...request.body } }, token);
}

/**
 * The envelope of several requests that stop at the first fault. Zimbra runs JSON children grouped by
 * request type, in the order in which each type first appears: the caller keeps equal types together.
 */
export function batchEnvelope(requests: readonly SoapRequest[], token: string): string {
  const children = new Map<string, JsonObject[]>();
  for (const [index, request] of requests.entries()) {
    const child = { _jsns: ADMIN, requestId: String(index), ...request.body };
    const key = `${request.operation}Request`;
    children.set(key, [...(children.get(key) ?? []), child]);
  }
  return pack(
    { BatchRequest: { _jsns: "urn:zimbra", onerror: "stop", ...Object.fromEntries(children) } },
    token,
  );
}

function pack(body: JsonObject, token: string | null): string {
  const context: Record<string, Json> = { _jsns: "urn:zimbra", format: { type: "js" } };
  if (token !== null) context.authToken = { _content: token };
  return JSON.stringify({ Header: { context }, Body: body });
}

const fault = z.object({
  Reason: z.object({ Text: z.string() }),
  Detail: z.object({ Error: z.object({ Code: z.string() }) }),
  requestId: z.string().optional(),
});
const reply = z.object({ Body: z.record(z.string(), z.unknown()) });
const document = z.looseObject({ requestId: z.string() });

/** Reads a reply. `null` when the text is no SOAP reply: HTML, half a body, something else. */
export function parseReply(text: string): SoapReply | null {
  const parsed = reply.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const [name, body] = Object.entries(parsed.data.Body)[0] ?? [];
  if (name === undefined) return null;
  if (name === "Fault") {
    const found = fault.safeParse(body);
    return found.success ? { kind: "fault", fault: toFault(found.data) } : null;
  }
  return name === "BatchResponse" ? parseBatch(body) : { kind: "response", body };
}

function parseBatch(body: unknown): SoapReply | null {
  const children = z.record(z.string(), z.unknown()).safeParse(body);
  if (!children.success) return null;
  const responses = new Map<string, unknown>();
  const faults: SoapFault[] = [];
  for (const [name, list] of Object.entries(children.data)) {
    if (!Array.isArray(list)) continue;
    for (const child of list) {
      if (name === "Fault") {
        const found = fault.safeParse(child);
        if (!found.success) return null;
        faults.push(toFault(found.data));
      } else {
        const found = document.safeParse(child);
        if (!found.success) return null;
        responses.set(found.data.requestId, found.data);
      }
    }
  }
  return { kind: "batch", responses, faults };
}

function toFault(raw: z.infer<typeof fault>): SoapFault {
  return { code: raw.Detail.Error.Code, text: raw.Reason.Text, requestId: raw.requestId ?? null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Attributes as Zimbra's `a` list: an empty value unsets in a modify; a list repeats the name. */
export function attributeList(
  attributes: Readonly<Record<string, string | readonly string[]>>,
): { n: string; _content: string }[] {
  return Object.entries(attributes).flatMap(([n, value]) =>
    (typeof value === "string" ? [value] : value).map((_content) => ({ n, _content })),
  );
}
