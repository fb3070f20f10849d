import type { Code } from "../codes.ts";
import type { Finding, Path, Severity } from "../diagnostics.ts";

/** Collects what the rules find in one file. */
export class Report {
  readonly findings: Finding[] = [];
  private readonly broken: ReadonlySet<string>;

  /** `earlier`: findings of the reading; rules do not judge what those already named. */
  constructor(earlier: readonly Finding[] = []) {
    this.broken = new Set(earlier.map((finding) => finding.path.join("\0")));
  }

  add(
    code: Code,
    path: Path,
    message: string,
    hint: string,
    more: { at?: "key"; severity?: Severity } = {},
  ): void {
    const { at = "value", severity = "error" } = more;
    this.findings.push({ code, severity, path, at, message, hint });
  }

  /** True when the reading already refused the value at `path`: its absence means nothing. */
  isBroken(path: Path): boolean {
    return this.broken.has(path.join("\0"));
  }
}
