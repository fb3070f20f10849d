import { SoapElement } from "./element.ts";
import { renderJson } from "./envelope-json.ts";
import { parseXml, renderXml } from "./envelope-xml.ts";
import { invalidRequest, parseError, SoapFault } from "./faults.ts";
import { readJson } from "./json-reader.ts";

/** The three ways in which Zimbra writes one and the same message. */
export type Dialect = "soap12" | "soap11" | "json";

/** Namespaces of the protocol and of Zimbra's request families. */
export const namespaces = {
  soap12: "http://www.w3.org/2003/05/soap-envelope",
  soap11: "http://schemas.xmlsoap.org/soap/envelope/",
  json: "urn:zimbraSoap",
  zimbra: "urn:zimbra",
  admin: "urn:zimbraAdmin",
  account: "urn:zimbraAccount",
} as const;

/** A request taken apart, or why it could not be. `reply` is the dialect to answer in, whatever happened. */
export interface Envelope {
  readonly reply: Dialect;
  readonly context: SoapElement | null;
  /** The request document: the first child of the body. */
  readonly document: SoapElement | null;
  readonly fault: SoapFault | null;
}

/** Reads a request: `<` as the first byte is XML, anything else JSON; the Content-Type is not looked at. */
export function readEnvelope(body: Uint8Array): Envelope {
  if (body.length === 0) return broken("soap12", parseError("parse error: empty request payload"), null);
  if (body[0] !== "<".charCodeAt(0)) return readJsonEnvelope(body);
  const { root, fault } = parseXml(body);
  const version = root === null ? null : soapVersion(root);
  const context = findContext(root);
  const reply = chosenFormat(context, version ?? "soap12");
  if (fault instanceof SoapFault) return broken(reply, fault, context);
  if (root === null || version === null) {
    return broken("soap12", invalidRequest("unable to determine SOAP version"), null);
  }
  return withDocument(reply, context, root.child("Body"));
}

/** Writes the answer: the envelope around a header context (left out for faults found before it was read) and a document. */
export function renderEnvelope(
  dialect: Dialect,
  context: SoapElement | null,
  document: SoapElement,
): { readonly body: string; readonly contentType: string } {
  const prefix = dialect === "json" ? "" : "soap:";
  const envelope = new SoapElement(`${prefix}Envelope`, namespaces[dialect]);
  if (dialect !== "json") envelope.set("xmlns:soap", namespaces[dialect]);
  if (context !== null) {
    const header = envelope.addUnique(`${prefix}Header`);
    header.parts.push({ kind: "child", name: "context", element: context, unique: true });
  }
  const body = envelope.addUnique(`${prefix}Body`);
  body.parts.push({ kind: "child", name: localDocumentName(document), element: document, unique: true });
  return dialect === "json"
    ? { body: renderJson(envelope), contentType: "text/javascript; charset=utf-8" }
    : { body: renderXml(envelope), contentType: "text/xml;charset=utf-8" };
}

/** A fault as a document of the dialect. `requestId` is the one of the request it answers. */
export function faultElement(
  fault: SoapFault,
  dialect: Dialect,
  trace: string,
  requestId: string | null = null,
): SoapElement {
  const element = new SoapElement(dialect === "json" ? "Fault" : "soap:Fault", namespaces[dialect]);
  let detail: SoapElement;
  if (dialect === "soap11") {
    element.content("faultcode", fault.receiver ? "soap:Server" : "soap:Client");
    element.content("faultstring", fault.message);
    detail = element.addUnique("detail");
  } else {
    element.addUnique("soap:Code").content("soap:Value", fault.receiver ? "soap:Receiver" : "soap:Sender");
    element.addUnique("soap:Reason").content("soap:Text", fault.message);
    detail = element.addUnique("soap:Detail");
  }
  const error = detail.addUnique("Error", undefined, namespaces.zimbra);
  error.content("Code", fault.code).content("Trace", trace);
  for (const { n, t, value } of fault.args) error.add("a", value).set("n", n).set("t", t);
  element.set("requestId", requestId);
  return element;
}

function readJsonEnvelope(body: Uint8Array): Envelope {
  let root: SoapElement;
  try {
    root = readJson(new TextDecoder("utf-8", { ignoreBOM: true }).decode(body));
  } catch (error) {
    if (error instanceof SoapFault) return broken("json", error, null);
    throw error;
  }
  const context = findContext(root);
  return withDocument(chosenFormat(context, "json"), context, root.child("Body"));
}

function withDocument(reply: Dialect, context: SoapElement | null, body: SoapElement | null): Envelope {
  const document = body?.children()[0] ?? null;
  if (document === null) return broken(reply, invalidRequest("No SOAP body"), context);
  return { reply, context, document, fault: null };
}

function broken(reply: Dialect, fault: SoapFault, context: SoapElement | null): Envelope {
  return { reply, context, document: null, fault };
}

function soapVersion(root: SoapElement): "soap12" | "soap11" | null {
  if (root.name !== "Envelope") return null;
  if (root.namespace === namespaces.soap12) return "soap12";
  return root.namespace === namespaces.soap11 ? "soap11" : null;
}

function findContext(root: SoapElement | null): SoapElement | null {
  return root?.child("Header")?.child("context") ?? null;
}

/** `<format type="js"/>` in the context asks for JSON, `xml` for SOAP 1.2; other words are ignored. */
function chosenFormat(context: SoapElement | null, own: Dialect): Dialect {
  const wanted = context?.child("format")?.attribute("type");
  if (wanted === "js") return "json";
  if (wanted === "xml" && own === "json") return "soap12";
  return own;
}

function localDocumentName(document: SoapElement): string {
  return document.name.replace("soap:", "");
}
