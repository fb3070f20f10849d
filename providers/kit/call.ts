/** One call of a handler: waits for its turn, has a deadline, can be cancelled, delivers its messages. */
import { messageOf } from "./errors.ts";
import type { CallContext } from "./handler.ts";
import type { Slot } from "./slot.ts";

export interface CallAt {
  /** `create`, `read`, … for messages. */
  readonly operation: string;
  /** The object, for messages: `cdg:zimbra:Mailbox accueil@mairie-nerac.fr`. */
  readonly target: string;
  readonly urn: string;
  readonly preview: boolean;
  /** The program's `customTimeouts`; 0 = none given. */
  readonly timeoutSeconds: number;
}

const DEFAULT_DEADLINE_SECONDS = 120;

/** @throws Error before Configure, on Cancel, at the deadline, and whatever the handler throws. */
export async function runCall<Client, T>(
  slot: Slot<Client>,
  at: CallAt,
  run: (ctx: CallContext<Client>) => Promise<T>,
): Promise<T> {
  const client = slot.client;
  if (client === null) {
    throw new Error(`${at.operation} ${at.target}: the provider ${slot.plugin.name} is not configured`);
  }
  const messages: Promise<void>[] = [];
  const log: CallContext<Client>["log"] = (severity, message) => {
    messages.push(slot.log.send(severity, slot.redactor.redact(message), at.urn));
  };
  const hide = (secret: string) => slot.redactor.add(secret);
  try {
    return await guarded(slot, at, (signal) =>
      run({ client: client.value, urn: at.urn, preview: at.preview, signal, log, hide }),
    );
  } catch (error) {
    if (isDefect(error)) log("debug", `${at.operation} ${at.target}: ${error.stack ?? messageOf(error)}`);
    throw error;
  } finally {
    await Promise.all(messages);
  }
}

/**
 * Turn, deadline and Cancel around a piece of work. The deadline counts from its turn; a handler that does
 * not heed the signal is left behind, so that the engine always gets an answer.
 */
export async function guarded<Client, T>(
  slot: Slot<Client>,
  at: Pick<CallAt, "operation" | "target" | "timeoutSeconds">,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const seconds = at.timeoutSeconds || (slot.plugin.deadlineSeconds ?? DEFAULT_DEADLINE_SECONDS);
  slot.running.add(abort);
  try {
    return await slot.limiter.run(abort.signal, async () => {
      const late = new Error(`${at.operation} ${at.target}: no answer within ${seconds} s`);
      const timer = setTimeout(() => abort.abort(late), seconds * 1_000);
      try {
        return await Promise.race([work(abort.signal), rejection(abort.signal)]);
      } catch (error) {
        // What the handler says after an abort is only its echo ("The operation was aborted").
        throw abort.signal.aborted ? abort.signal.reason : error;
      } finally {
        clearTimeout(timer);
      }
    });
  } catch (error) {
    if (error !== CANCELLED) throw error;
    throw new Error(`${at.operation} ${at.target}: cancelled`);
  } finally {
    slot.running.delete(abort);
  }
}

/** Ends the calls that run now; later ones are not affected. */
export function cancelCalls<Client>(slot: Slot<Client>): void {
  for (const abort of slot.running) abort.abort(CANCELLED);
}

const CANCELLED = new Error("cancelled");

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Neither the system's refusal nor the handler's own words: somebody will want the stack. */
function isDefect(error: unknown): error is Error {
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
}
