import { join } from "node:path";
import { execa } from "execa";
import { checkoutRoot, node24 } from "../engine/checkout.mjs";

/** One figure of the benchmark beside the bar that it should keep. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** `null` where it is only to be known. */
  readonly bar: { readonly atLeast: number } | { readonly atMost: number } | null;
  /** What the value was computed from, as measured. */
  readonly samples: Readonly<Record<string, readonly number[]>>;
}

/** True when the figure keeps its bar, or has none. */
export function keeps({ value, bar }: Figure): boolean {
  if (bar === null) return true;
  return "atLeast" in bar ? value >= bar.atLeast : value <= bar.atMost;
}

/** The middle value; of an even number, the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Runs a command to its end and gives its wall time in milliseconds, process start included.
 *
 * @throws ExecaError when it fails: a failed run is no measurement
 */
export async function timed(file: string, args: readonly string[], env: Variables): Promise<number> {
  const started = performance.now();
  await execa(file, args, { cwd: checkoutRoot, env, stdin: "ignore", maxBuffer: 1e9 });
  return performance.now() - started;
}

/** The command as a person starts it, launcher included. */
export async function timedBastide(args: readonly string[], env: Variables): Promise<number> {
  return await timed(process.execPath, [join(checkoutRoot, "scripts/bastide.mjs"), ...args], env);
}

/** Runs `bastide` without its launcher; for what is not timed. */
export async function bastide(args: readonly string[], env: Variables): Promise<string> {
  const script = join(checkoutRoot, "scripts/bastide.ts");
  const { stdout } = await execa(node24(), [script, ...args], {
    cwd: checkoutRoot,
    env,
    stdin: "ignore",
    maxBuffer: 1e9,
  });
  return stdout;
}
