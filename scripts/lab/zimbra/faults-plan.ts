import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { FaultRules, faultRuleOf, httpFaultKinds } from "../fault-rules.ts";
import { authExpired, failure } from "./faults.ts";

/**
 * How a call goes wrong. Those named `…after-commit`, `half-body`, `invalid-json` and `invalid-xml` do the work first;
 * the others leave the directory as it was. The two invalid ones are whole HTTP answers whose text breaks off, in the
 * named notation whatever the caller asked for. `empty-list` and `half-list` are well-formed answers without some of
 * what was found: all of it, or the latter half.
 */
export const faultKinds = [
  ...httpFaultKinds,
  "auth-expired",
  "invalid-xml",
  "empty-list",
  "half-list",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One line of the plan: `CreateAccount` or `CreateAccountRequest`, `BatchRequest`, or `*` for every document. */
export const faultRule = faultRuleOf(faultKinds);
export type FaultRule = z.infer<typeof faultRule>;
export type FaultRuleInput = z.input<typeof faultRule>;

/** Ends an HTTP request other than by a SOAP answer. */
export class Interruption extends Error {
  override readonly name = "Interruption";
  readonly kind: FaultKind;

  constructor(kind: FaultKind) {
    super(`planned fault: ${kind}`);
    this.kind = kind;
  }
}

/** What is left to go wrong once the call has been worked off. */
export type LateFault =
  | "500-after-commit"
  | "close-after-commit"
  | "silence-after-commit"
  | "half-body"
  | "invalid-json"
  | "invalid-xml"
  | "empty-list"
  | "half-list";

/** Counts calls against a plan. */
export class FaultPlan {
  readonly #rules = new FaultRules<FaultKind>((operation) => operation.replace(/Request$/, ""));

  /** Replaces the plan and starts counting from 1. */
  set(rules: readonly FaultRuleInput[]): void {
    this.#rules.set(z.array(faultRule).parse(rules));
  }

  /** The plan with how often each rule's operation was called so far. */
  get state(): readonly (FaultRule & { readonly seen: number })[] {
    return this.#rules.state;
  }

  /**
   * Counts a call and lets the first rule that is due happen.
   *
   * @param target - what the call is about, as in the call log
   * @returns what must go wrong after the call, or null
   * @throws SoapFault or Interruption for what goes wrong before it
   */
  async apply(operation: string, target: string | null): Promise<LateFault | null> {
    const rule = this.#rules.due(operation, target);
    if (rule === null) return null;
    switch (rule.kind) {
      case "delay":
        await sleep(rule.ms);
        return null;
      case "500":
        throw failure("planned fault");
      case "auth-expired":
        throw authExpired();
      case "429":
      case "503":
      case "html":
      case "close":
      case "silence":
        throw new Interruption(rule.kind);
      default:
        return rule.kind;
    }
  }
}
