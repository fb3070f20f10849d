import { registerHooks } from "node:module";

/**
 * What the SDK loads at once and uses only to serialise functions (dynamic providers), which no program here
 * does. They are more than half of its loading time and 50 MB of each thread that runs programs.
 */
const leftOut: ReadonlySet<string> = new Set(["@npmcli/arborist", "typescript"]);
const inPlace = new URL("left-out.cjs", import.meta.url).href;

let registered = false;

/** To be called in each thread before it loads the SDK; a program that serialises a function then fails. */
export function leaveOutSerialisation(): void {
  if (registered) return;
  registered = true;
  registerHooks({
    resolve(specifier, context, next) {
      if (leftOut.has(specifier) && context.parentURL?.includes("/node_modules/@pulumi/pulumi/"))
        return { url: inPlace, format: "commonjs", shortCircuit: true };
      return next(specifier, context);
    },
  });
}
