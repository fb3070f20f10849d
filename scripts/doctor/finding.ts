import { describeError } from "../cli/errors.ts";

/** What the doctor says about one thing. */
export interface Finding {
  /** The thing, in one or two words. */
  readonly name: string;
  /** `missing`: not there yet; `wrong`: there and unusable. */
  readonly state: "ok" | "missing" | "wrong";
  /** What was found, or what is the matter. */
  readonly found: string;
  /** The command that mends it. */
  readonly mend?: string;
  /** False when commands work without it, if less well. @default true */
  readonly needed?: boolean;
}

export const ok = (name: string, found: string): Finding => ({ name, state: "ok", found });

export const missing = (name: string, found: string, mend: string): Finding => ({
  name,
  state: "missing",
  found,
  mend,
});

export const wrong = (name: string, found: string, mend: string): Finding => ({
  name,
  state: "wrong",
  found,
  mend,
});

/** A look that fails says so in its own line; the others go on. */
export async function look(
  name: string,
  check: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    const { code, message, hint } = describeError(error);
    const finding: Finding = { name, state: "wrong", found: firstLine(message) };
    return [hint === undefined || code === "INTERNAL" ? finding : { ...finding, mend: firstLine(hint) }];
  }
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}
