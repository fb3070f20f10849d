import type { Code } from "../codes.ts";
import { type Finding, quoted } from "../diagnostics.ts";
import {
  type Alias,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Scalar,
} from "./library.mjs";
import { MAX_MARKS } from "./parse.ts";

/** A document as plain data, with what plain data cannot say. */
export interface Tree {
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** Paths of numbers that are spelled in another way than plain digits. */
  readonly oddNumbers: readonly (readonly (string | number)[])[];
}

/** How numbers are written in these files: no sign but minus, no leading zero, no exponent, no hex. */
const PLAIN_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;

/**
 * Turns a document into plain data. Keys become own properties whatever they are called, so that
 * `__proto__` is an unknown key like any other. Duplicate keys, merge keys, keys that are no text and
 * aliases without an anchor are reported and left out.
 */
export function toTree(contents: Node | null): Tree {
  const walk = new Walk();
  const value = contents === null ? null : walk.convert(contents);
  return { value, findings: walk.findings, oddNumbers: walk.oddNumbers };
}

class Walk {
  readonly findings: Finding[] = [];
  readonly oddNumbers: (string | number)[][] = [];
  private readonly path: (string | number)[] = [];
  private readonly anchors = new Map<string, { value: unknown; size: number }>();
  private size = 0;

  convert(node: unknown): unknown {
    this.size++;
    if (isScalar(node)) return this.anchored(node, this.scalar(node), 0);
    if (isAlias(node)) return this.alias(node);
    const start = this.size;
    if (isMap(node)) return this.anchored(node, this.map(node.items), this.size - start);
    if (isSeq(node)) return this.anchored(node, this.sequence(node.items), this.size - start);
    return null;
  }

  private anchored(node: { readonly anchor?: string | undefined }, value: unknown, size: number): unknown {
    if (node.anchor !== undefined) this.anchors.set(node.anchor, { value, size });
    return value;
  }

  private scalar(node: Scalar): unknown {
    if (typeof node.value === "number" && !PLAIN_NUMBER.test(node.source ?? ""))
      this.oddNumbers.push([...this.path]);
    return node.value;
  }

  private sequence(items: readonly unknown[]): unknown[] {
    return items.map((item, index) => this.below(index, item));
  }

  private map(pairs: readonly Pair[]): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    for (const pair of pairs) {
      const key = this.keyOf(pair.key);
      if (key === null) continue;
      if (Object.hasOwn(value, key)) {
        const message = `expected the key once, got ${quoted(key)} again`;
        this.report("KEY_DUPLICATE", pair.key, message, "Keep one of them.");
        continue;
      }
      const converted = this.below(key, pair.value);
      if (key === "__proto__")
        Object.defineProperty(value, key, { value: converted, enumerable: true, configurable: true });
      else value[key] = converted;
    }
    return value;
  }

  private keyOf(node: unknown): string | null {
    if (!isScalar(node)) {
      this.report("KEY_NOT_TEXT", node, "expected a key that is text, got a list or a map", "Write a word.");
      return null;
    }
    if (node.value === "<<" && node.type === Scalar.PLAIN) {
      this.report("YAML_MERGE", node, "expected a key, got the merge key <<", "Write the keys out.");
      return null;
    }
    return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
  }

  private below(step: string | number, node: unknown): unknown {
    this.path.push(step);
    const value = this.convert(node);
    this.path.pop();
    return value;
  }

  private alias(node: Alias): unknown {
    const target = this.anchors.get(node.source);
    if (target === undefined) {
      const message = `expected an anchor &${node.source} above, got none`;
      this.report("YAML_ALIAS_UNKNOWN", node, message, "Write the value out.");
      return null;
    }
    this.size += target.size;
    if (this.size > MAX_MARKS) {
      this.report(
        "YAML_TOO_LONG",
        node,
        "expected at most 20,000 values, got more with these aliases",
        "Write fewer aliases.",
      );
      return null;
    }
    return target.value;
  }

  private report(code: Code, node: unknown, message: string, hint: string): void {
    const offset = isNode(node) && node.range ? node.range[0] : 0;
    this.findings.push({ code, severity: "error", path: [...this.path], offset, message, hint });
  }
}
