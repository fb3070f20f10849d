import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type FaultRule, FaultRules, faultRuleOf, httpFaultKinds } from "../fault-rules.ts";
import { serverError } from "./errors.ts";

/**
 * How a call goes wrong. Those named `…after-commit`, `half-body` and `invalid-json` do the work first; the others
 * leave everything as it was. `rpc-error` is an error object with HTTP 200.
 */
export const faultKinds = [...httpFaultKinds, "rpc-error"] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One line of the plan: `createCompany` or `companies.createCompany`, or `*` for every call. */
export const faultRule = faultRuleOf(faultKinds);
export type FaultRuleInput = z.input<typeof faultRule>;

const LATE = [
  "500-after-commit",
  "close-after-commit",
  "silence-after-commit",
  "half-body",
  "invalid-json",
] as const satisfies readonly FaultKind[];
export type LateFault = (typeof LATE)[number];

/** Ends an HTTP request other than by an answer of the API. */
export class Interruption extends Error {
  override readonly name = "Interruption";
  readonly kind: FaultKind;

  constructor(kind: FaultKind) {
    super(`planned fault: ${kind}`);
    this.kind = kind;
  }
}

export class FaultPlan {
  readonly #rules = new FaultRules<FaultKind>((operation) => operation.replace(/^\w+\./, ""));

  /** Replaces the plan and starts counting from 1. */
  set(rules: readonly FaultRuleInput[]): void {
    this.#rules.set(z.array(faultRule).parse(rules));
  }

  get state(): readonly (FaultRule<FaultKind> & { readonly seen: number })[] {
    return this.#rules.state;
  }

  /**
   * Counts a call and lets the first rule that is due happen.
   *
   * @returns what must go wrong after the call, or null
   * @throws RpcError or Interruption for what goes wrong before it
   */
  async apply(operation: string): Promise<LateFault | null> {
    const rule = this.#rules.due(operation);
    if (rule === null) return null;
    if (rule.kind === "delay") {
      await sleep(rule.ms);
      return null;
    }
    if (rule.kind === "rpc-error") throw serverError("planned fault");
    const late = LATE.find((kind) => kind === rule.kind);
    if (late !== undefined) return late;
    throw new Interruption(rule.kind);
  }
}
