import { type RequestContext, responseContext } from "./context.ts";
import { SoapElement } from "./element.ts";
import { value } from "./entry.ts";
import { type Dialect, faultElement, namespaces } from "./envelope.ts";
import {
  authExpired,
  authRequired,
  failure,
  permissionDenied,
  SoapFault,
  unknownDocument,
} from "./faults.ts";
import { Interruption } from "./faults-plan.ts";
import { accountStatus, type Services } from "./services.ts";

/** One request document on its way to its handler. */
export interface Call {
  readonly request: SoapElement;
  readonly context: RequestContext;
  readonly services: Services;
}

/** Fills the response document. Changes of the directory must be made before the first await. */
export type Handle = (call: Call, response: SoapElement) => void | Promise<void>;

/** An operation of one of the two services. */
export interface Operation {
  /** Namespace and document name, for example `urn:zimbraAdmin GetDomainRequest`. */
  readonly name: string;
  readonly handle: Handle;
  /** False for logging in. */
  readonly needsToken: boolean;
}

/** What the server learns about each document, batched ones too: for the call log and the fault plan. */
export interface Observer {
  /** Before the handler; may delay, throw instead of it, or name an error to be thrown once it is done. */
  before(operation: string, request: SoapElement): Promise<Error | null>;
  /** When the handler is done; may take something out of its answer. */
  answered(response: SoapElement): void;
  after(operation: string, request: SoapElement, code: string, milliseconds: number): void;
}

/** Carries request documents to their handlers. */
export class Engine {
  readonly #operations = new Map<string, Operation>();
  readonly #services: Services;
  readonly #committed: () => Promise<void>;

  /** @param committed - runs after each request that changed the directory, before it is answered */
  constructor(operations: Iterable<Operation>, services: Services, committed: () => Promise<void>) {
    for (const operation of operations) this.#operations.set(operation.name, operation);
    this.#services = services;
    this.#committed = committed;
  }

  /** Answers a document, a batch included: a response or a fault of the dialect, with `ok` for the HTTP status. */
  async dispatch(
    document: SoapElement,
    context: RequestContext,
    dialect: Dialect,
    observer: Observer,
  ): Promise<{ element: SoapElement; ok: boolean; header: SoapElement }> {
    const isBatch = document.name === "BatchRequest" && document.namespace === namespaces.zimbra;
    const answer = isBatch
      ? await this.#batch(document, context, dialect, observer)
      : await this.#single(document, context, dialect, observer);
    return { ...answer, header: responseContext(context, this.#services) };
  }

  async #batch(batch: SoapElement, context: RequestContext, dialect: Dialect, observer: Observer) {
    const started = performance.now();
    const late = await observer.before("BatchRequest", batch);
    const response = new SoapElement("BatchResponse", namespaces.zimbra);
    const stops = (batch.attribute("onerror") ?? "continue") !== "continue";
    for (const document of batch.children()) {
      const { element, ok } = await this.#single(document, context, dialect, observer);
      response.append(element);
      if (!ok && stops) break;
    }
    response.set("requestId", batch.attribute("requestId"));
    observer.after("BatchRequest", batch, "ok", performance.now() - started);
    if (late !== null) throw late;
    return { element: response, ok: true };
  }

  async #single(document: SoapElement, context: RequestContext, dialect: Dialect, observer: Observer) {
    const requestId = document.attribute("requestId");
    const started = performance.now();
    let code = "ok";
    let late: Error | null;
    let element: SoapElement;
    try {
      late = await observer.before(document.name, document);
      element = await this.#handle(document, context);
      observer.answered(element);
      element.set("requestId", requestId);
    } catch (error) {
      if (error instanceof Interruption) {
        code = "interrupted";
        throw error;
      }
      const fault = error instanceof SoapFault ? error : this.#unexpected(error, document);
      code = fault.code;
      return { element: faultElement(fault, dialect, this.#trace(document.name), requestId), ok: false };
    } finally {
      observer.after(document.name, document, code, performance.now() - started);
    }
    if (late !== null) throw late;
    return { element, ok: true };
  }

  async #handle(request: SoapElement, context: RequestContext): Promise<SoapElement> {
    const operation = this.#operations.get(`${request.namespace ?? ""} ${request.name}`);
    const served = operation && !(context.service === "user" && request.namespace === namespaces.admin);
    if (!served) throw unknownDocument(request.name);
    if (operation.needsToken) this.#authorize(request, context);
    const response = new SoapElement(request.name.replace(/Request$/, "Response"), request.namespace);
    const { directory } = this.#services;
    const { revision } = directory;
    let pending: void | Promise<void>;
    try {
      pending = operation.handle({ request, context, services: this.#services }, response);
      directory.commit();
    } catch (error) {
      directory.rollback();
      throw error;
    }
    await pending;
    // What waits for something in between commits by itself.
    if (directory.revision !== revision) await this.#committed();
    return response;
  }

  #authorize(request: SoapElement, context: RequestContext): void {
    const { token, tokenText } = context;
    if (token === null || tokenText === null) throw authRequired();
    if (token.csrf && context.fromCookie && context.csrfToken !== this.#services.tokens.csrfFor(tokenText)) {
      throw authRequired();
    }
    if (request.namespace === namespaces.admin && (!token.admin || token.delegatedBy !== null)) {
      throw permissionDenied("need adequate admin token");
    }
    const account = this.#services.directory.byId("account", token.accountId);
    if (account === null) throw authExpired("principal account not found");
    if (accountStatus(this.#services.directory, account) !== "active")
      throw authExpired("account not active");
    if (Number(value(account, "zimbraAuthTokenValidityValue") ?? "0") !== token.validity) throw authExpired();
  }

  #unexpected(error: unknown, document: SoapElement): SoapFault {
    const known = error instanceof Error ? error : new Error(String(error));
    this.#services.log(`${document.name}: ${known.stack ?? known.message}`);
    return failure(known.message);
  }

  /** A trace label of Zimbra's form: thread, URL, time, hash. */
  #trace(name: string): string {
    const now = this.#services.now().getTime();
    return `qtp1073741823-42:${this.#services.urls.admin}${name}:${now}:${(now & 0xffffffff).toString(16)}`;
  }
}
