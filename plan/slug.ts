import { basename } from "node:path";
import { type Finding, quoted } from "./diagnostics.ts";
import { relayNameProblem } from "./fields/hosts.ts";

/** Docker Swarm's names end at 63 characters, and ours put up to 23 before a slug. */
export const SLUG_PATTERN = "^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$";

const SLUG = new RegExp(SLUG_PATTERN);

/** Names of the platform's own stack and hosts. */
export const RESERVED_SLUGS: readonly string[] = ["platform", "www", "mail", "mx1", "mx2", "smtp"];

/** The file's name without `.yaml`; never recomputed from anything else. */
export function slugOf(file: string): string {
  return basename(file).replace(/\.ya?ml$/, "");
}

/** True for what can name a tenant: well-formed and not the platform's. */
export function isSlug(text: string): boolean {
  return SLUG.test(text) && !isReserved(text);
}

/** Relays beyond the usual two have such names as well. */
function isReserved(slug: string): boolean {
  return RESERVED_SLUGS.includes(slug) || relayNameProblem(slug) === null;
}

/** Null when the file's name is one that a tenant can have. */
export function fileNameFinding(file: string): Finding | null {
  const slug = slugOf(file);
  if (!SLUG.test(slug)) {
    const message = `expected a file name of lower-case letters, digits and hyphens, got ${quoted(basename(file))}`;
    return finding(
      "SLUG_INVALID",
      message,
      "At most 40 characters, without a hyphen at either end. bastide new suggests one.",
    );
  }
  if (isReserved(slug)) {
    const message = `expected a name of a collectivité, got ${slug}, which is the platform's`;
    return finding("SLUG_RESERVED", message, "Rename the file, for example by adding the INSEE code.");
  }
  if (!file.endsWith(".yaml")) {
    return finding(
      "FILE_EXTENSION",
      `expected a file that ends in .yaml, got ${quoted(basename(file))}`,
      `Rename it ${slug}.yaml.`,
    );
  }
  return null;
}

function finding(code: Finding["code"], message: string, hint: string): Finding {
  return { code, severity: "error", path: [], offset: 0, message, hint };
}
