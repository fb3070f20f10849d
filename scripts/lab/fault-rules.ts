import { z } from "zod";

/** Ways in which a call over HTTP goes wrong whatever the system speaks; each adds its own. */
export const httpFaultKinds = [
  "delay",
  "500",
  "500-after-commit",
  "429",
  "503",
  "html",
  "close",
  "close-after-commit",
  "silence",
  "silence-after-commit",
  "half-body",
  "invalid-json",
] as const;

/** One line of a simulator's fault plan. */
export interface FaultRule<Kind extends string> {
  /** Name of an operation, or `*` for every one. */
  readonly operation: string;
  /** Only calls about this: an address or domain, or its end (`mairie.example` takes in its mailboxes). */
  readonly target?: string | undefined;
  /** The how-manieth such call since the plan was set, from 1, or every one. */
  readonly call: number | "every";
  readonly kind: Kind;
  /** Milliseconds: how long `delay` waits before the call goes on as usual. */
  readonly ms: number;
}

/** What `PUT /__lab/faults` takes for each line, with these ways to go wrong. */
export function faultRuleOf<const Kinds extends readonly [string, ...string[]]>(kinds: Kinds) {
  return z.strictObject({
    operation: z.string().min(1),
    target: z.string().min(1).optional(),
    call: z.union([z.number().int().min(1), z.literal("every")]).default(1),
    kind: z.enum(kinds),
    ms: z.number().int().min(0).max(600_000).default(1000),
  });
}

/** Counts calls against the rules of a plan. */
export class FaultRules<Kind extends string> {
  readonly #nameOf: (operation: string) => string;
  #rules: readonly FaultRule<Kind>[] = [];
  #counts: number[] = [];

  /** `nameOf` brings the spellings of one operation together. */
  constructor(nameOf: (operation: string) => string = (operation) => operation) {
    this.#nameOf = nameOf;
  }

  /** Replaces the rules and starts counting from 1. */
  set(rules: readonly FaultRule<Kind>[]): void {
    this.#rules = rules;
    this.#counts = rules.map(() => 0);
  }

  /** The rules with how often each one's operation was called so far. */
  get state(): readonly (FaultRule<Kind> & { readonly seen: number })[] {
    return this.#rules.map((rule, index) => ({ ...rule, seen: this.#counts[index] ?? 0 }));
  }

  /** Counts a call, about a target where one is known; the first rule whose turn it is, or null. */
  due(operation: string, target: string | null = null): FaultRule<Kind> | null {
    let due: FaultRule<Kind> | null = null;
    for (const [index, rule] of this.#rules.entries()) {
      const named = this.#nameOf(rule.operation);
      if (named !== "*" && named !== this.#nameOf(operation)) continue;
      if (rule.target !== undefined && !target?.endsWith(rule.target)) continue;
      const count = (this.#counts[index] ?? 0) + 1;
      this.#counts[index] = count;
      if (due === null && (rule.call === "every" || rule.call === count)) due = rule;
    }
    return due;
  }
}
