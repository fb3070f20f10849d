/**
 * For a stand-in: a plugin that answers as another one does, to the letter of its wire. Its functions take the
 * place of what the shell derives from a handler's zod schemas. They see values that may be unknown, and the
 * engine's own keys (`__defaults`, `__meta`).
 */
import type { Changes } from "./diff.ts";
import type { CheckFailure } from "./handler.ts";
import type { SecretPath, WireObject } from "./wire.ts";

export interface CheckCall {
  /** The resource's logical name. */
  readonly name: string;
  /** Inputs of the last deployment; empty for a new object and for a replacement. */
  readonly olds: WireObject;
  readonly news: WireObject;
}

export interface CheckAnswer {
  readonly inputs: WireObject;
  /** What is secret beside what the program marked. */
  readonly secrets?: readonly SecretPath[];
  /** A failure whose `property` is empty speaks for itself. */
  readonly failures: readonly CheckFailure[];
}

export interface DiffCall {
  /** Outputs of the last deployment. */
  readonly olds: WireObject;
  readonly oldInputs: WireObject;
  /** Checked inputs of this one. */
  readonly news: WireObject;
}

export interface DiffAnswer {
  readonly changes: Changes;
  readonly deleteBeforeReplace?: boolean;
  /** Outputs that a change without a replacement leaves as they are. */
  readonly stables?: readonly string[];
}

export interface WireHooks {
  check(call: CheckCall): CheckAnswer;
  diff(call: DiffCall): DiffAnswer;
  /** Outputs as a preview shows them; `olds` is null for a new object. */
  preview(call: { readonly olds: WireObject | null; readonly news: WireObject }): WireObject;
  /** Secret parts of the outputs, beside the handler's `secrets`. */
  readonly secretPaths?: readonly SecretPath[];
  /** Texts within secrets that a message may tell, because nobody could act on it without (a host's name). */
  readonly told?: readonly SecretPath[];
}
