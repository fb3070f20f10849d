import { join } from "node:path";
import { type Catalogue, type Diagnostic, formatDiagnostic, planTenant } from "../../plan/index.ts";
import { fail } from "../cli/index.ts";
import type { Existing } from "./existing.ts";
import { type Fit, fitDomain } from "./fit.ts";
import { type ForfaitFit, fitForfaits } from "./forfaits.ts";
import { adoptedText } from "./tenant-text.ts";

/** A tenant file that passes `check`, not written yet. */
export interface TenantDraft {
  readonly file: string;
  readonly text: string;
  readonly fit: Fit;
  readonly forfaits: readonly ForfaitFit[];
  /** Warnings of its check. */
  readonly warnings: readonly Diagnostic[];
}

/**
 * The file of a domain that is taken over.
 *
 * @throws UserError when the domain is another tenant's, is only an alias domain, or when the file would not
 * pass the check.
 */
export function draftTenant(
  existing: Existing,
  slug: string,
  tenantsDir: string,
  catalogue: Catalogue,
): TenantDraft {
  refuseForeign(existing, slug);
  const file = join(tenantsDir, `${slug}.yaml`);
  const domain = existing.domain.name;
  const fit = fitDomain(existing, slug);
  const textWith = (forfait: string) => adoptedText({ domain, fit, forfaits: [], forfait });
  const forfaits = fitForfaits(file, textWith, fit.boxes.length, catalogue);
  const text = adoptedText({ domain, fit, forfaits });
  const result = planTenant({ file, text }, catalogue);
  if (!result.ok)
    fail(
      `Nothing was written: the file of ${domain} would not pass the check.\n${result.diagnostics.map(formatDiagnostic).join("\n")}`,
      { code: "ADOPT_INVALID", hint: "Mend it in Zimbra's console, or give another --slug." },
    );
  return { file, text, fit, forfaits, warnings: result.diagnostics };
}

function refuseForeign({ domain }: Existing, slug: string): void {
  const { name, mark, aliasOf } = domain;
  if (aliasOf !== null)
    fail(`${name} is only another name of a domain: it holds no mailbox.`, {
      code: "ADOPT_ALIAS_DOMAIN",
      hint: "Adopt the domain that it stands for; alias domains are kept as they are.",
    });
  if (mark !== null && mark.tenant !== slug)
    fail(`${name} belongs to the collectivité ${mark.tenant} already.`, {
      code: "ADOPT_FOREIGN",
      hint: `--slug ${mark.tenant}, if its stack was lost.`,
    });
}
