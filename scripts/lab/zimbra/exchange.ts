import type { CallLog } from "../call-log.ts";
import { callTarget } from "./call-target.ts";
import { type HttpCaller, type RequestContext, readContext } from "./context.ts";
import type { SoapElement } from "./element.ts";
import type { Engine, Observer } from "./engine.ts";
import { value } from "./entry.ts";
import { type Dialect, faultElement, readEnvelope, renderEnvelope } from "./envelope.ts";
import { invalidRequest, SoapFault } from "./faults.ts";
import { type FaultPlan, Interruption, type LateFault } from "./faults-plan.ts";
import type { Limits } from "./limits.ts";
import { configEntry, type Services } from "./services.ts";

/** A SOAP answer on its way back to HTTP. */
export interface SoapAnswer {
  readonly status: 200 | 500;
  readonly body: string;
  readonly contentType: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** What the fault plan still does to the body. */
  readonly late: LateFault | null;
}

/** What an exchange of messages needs besides the services. */
export interface ExchangeParts {
  readonly engine: Engine;
  readonly services: Services;
  readonly plan: FaultPlan;
  readonly calls: CallLog;
  readonly limits: Limits;
}

/**
 * Turns a request body into an answer: reads the envelope, then the context, then lets the engine work. Faults found
 * before the engine have no header in the answer.
 *
 * @throws Interruption where the fault plan wants something else than a SOAP answer
 */
export async function exchange(
  body: Uint8Array,
  caller: HttpCaller,
  parts: ExchangeParts,
): Promise<SoapAnswer> {
  const { engine, services } = parts;
  const max = Number(value(configEntry(services.directory), "zimbraSoapRequestMaxSize") ?? "0");
  if (max > 0 && body.length > max) {
    return early(invalidRequest("Request size exceeded the maximum allowed"), "soap12", services);
  }
  const envelope = readEnvelope(body);
  if (envelope.fault !== null || envelope.document === null) {
    return early(envelope.fault ?? invalidRequest("No SOAP body"), envelope.reply, services);
  }
  let context: RequestContext;
  try {
    context = readContext(envelope.context, caller, services);
  } catch (error) {
    if (error instanceof SoapFault) return early(error, envelope.reply, services);
    throw error;
  }
  const observer = new ExchangeObserver(parts, caller);
  const { element, ok, header } = await engine.dispatch(envelope.document, context, envelope.reply, observer);
  return {
    status: ok ? 200 : 500,
    ...renderEnvelope(envelope.reply, header, element),
    headers: context.responseHeaders,
    late: observer.late,
  };
}

function early(fault: SoapFault, dialect: Dialect, services: Services): SoapAnswer {
  const trace = `qtp1073741823-42:${services.urls.admin}:${services.now().getTime()}:0`;
  const element = faultElement(fault, dialect, trace);
  return { status: 500, ...renderEnvelope(dialect, null, element), headers: [], late: null };
}

/** Logs every document, counts failed logins, and lets the fault plan have its way. */
class ExchangeObserver implements Observer {
  readonly #parts: ExchangeParts;
  readonly #caller: HttpCaller;
  readonly #request: number;
  /** Share of an answer's children that is sent. */
  #kept = 1;
  late: LateFault | null = null;

  constructor(parts: ExchangeParts, caller: HttpCaller) {
    this.#parts = parts;
    this.#caller = caller;
    this.#request = parts.calls.nextRequest();
  }

  async before(operation: string, request: SoapElement): Promise<Interruption | null> {
    const { plan, services } = this.#parts;
    const late = await plan.apply(operation, callTarget(request, services.directory));
    if (late === "half-body" || late === "invalid-json" || late === "invalid-xml") {
      this.late = late;
      return null;
    }
    this.#kept = late === "empty-list" ? 0 : late === "half-list" ? 0.5 : 1;
    if (this.#kept < 1) return null;
    return late === null ? null : new Interruption(late);
  }

  answered(response: SoapElement): void {
    const children = response.children().length;
    const keep = Math.floor(children * this.#kept);
    let seen = 0;
    const rest = response.parts.filter((part) => part.kind !== "child" || seen++ < keep);
    if (keep < children) response.parts.splice(0, response.parts.length, ...rest);
  }

  after(operation: string, request: SoapElement, code: string, milliseconds: number): void {
    const { calls, limits, services } = this.#parts;
    calls.add({
      request: this.#request,
      at: services.now().toISOString(),
      operation,
      target: callTarget(request, services.directory),
      milliseconds: Math.round(milliseconds * 100) / 100,
      code,
    });
    if (operation !== "AuthRequest") return;
    if (code === "account.AUTH_FAILED") limits.loginFailed(this.#caller.remoteAddress);
    if (code === "ok") limits.loginSucceeded(this.#caller.remoteAddress);
  }
}
