import { join } from "node:path";
import { cacheRoot, checkoutRoot } from "./checkout.mjs";

/** Every place that getting the engine touches. */
export interface EnginePaths {
  readonly root: string;
  /** Shared by the user's checkouts. */
  readonly cache: string;
  /** `PULUMI_HOME` of the checkout. */
  readonly home: string;
  /** The CLI and, beside it, its language host: the CLI looks for it there. */
  readonly bin: string;
  readonly pulumi: string;
  readonly languageHost: string;
  /** Which engine this checkout has; written last, so that it stands for a whole set-up. */
  readonly record: string;
}

/** Places of the engine of a checkout, without touching any of them. */
export function enginePaths(root: string = checkoutRoot, cache: string = cacheRoot()): EnginePaths {
  const home = join(root, ".bastide", "pulumi");
  const bin = join(home, "bin");
  return {
    root,
    cache,
    home,
    bin,
    pulumi: join(bin, "pulumi"),
    languageHost: join(bin, "pulumi-language-nodejs"),
    record: join(home, "engine.json"),
  };
}
