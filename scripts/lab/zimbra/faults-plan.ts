import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { authExpired, failure } from "./faults.ts";

/**
 * How a call goes wrong. Those named `…after-commit`, `half-body` and `invalid-xml` do the work first; the others leave
 * the directory as it was.
 */
export const faultKinds = [
  "delay",
  "500",
  "500-after-commit",
  "429",
  "503",
  "html",
  "auth-expired",
  "close",
  "close-after-commit",
  "silence",
  "silence-after-commit",
  "half-body",
  "invalid-xml",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One line of the plan that `PUT /__lab/faults` takes. */
export const faultRule = z.strictObject({
  /** `CreateAccount` or `CreateAccountRequest`, `BatchRequest`, or `*` for every document. */
  operation: z.string().min(1),
  /** The how-manieth call since the plan was set, from 1, or every one. */
  call: z.union([z.number().int().min(1), z.literal("every")]).default(1),
  kind: z.enum(faultKinds),
  /** Milliseconds: how long `delay` waits before the call goes on as usual. */
  ms: z.number().int().min(0).max(600_000).default(1000),
});
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
  | "invalid-xml";

/** Counts calls against a plan. */
export class FaultPlan {
  #rules: readonly FaultRule[] = [];
  #counts: number[] = [];

  /** Replaces the plan and starts counting from 1. */
  set(rules: readonly FaultRuleInput[]): void {
    this.#rules = z.array(faultRule).parse(rules);
    this.#counts = this.#rules.map(() => 0);
  }

  /** The plan with how often each rule's operation was called so far. */
  get state(): readonly (FaultRule & { readonly seen: number })[] {
    return this.#rules.map((rule, index) => ({ ...rule, seen: this.#counts[index] ?? 0 }));
  }

  /**
   * Counts a call and lets the first rule that is due happen.
   *
   * @returns what must go wrong after the call, or null
   * @throws SoapFault or Interruption for what goes wrong before it
   */
  async apply(operation: string): Promise<LateFault | null> {
    const rule = this.#due(operation);
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

  #due(operation: string): FaultRule | null {
    let due: FaultRule | null = null;
    for (const [index, rule] of this.#rules.entries()) {
      const named = rule.operation.replace(/Request$/, "");
      if (named !== "*" && named !== operation.replace(/Request$/, "")) continue;
      const count = (this.#counts[index] ?? 0) + 1;
      this.#counts[index] = count;
      if (due === null && (rule.call === "every" || rule.call === count)) due = rule;
    }
    return due;
  }
}
