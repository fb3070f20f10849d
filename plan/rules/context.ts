import type { Catalogue } from "../catalogue.ts";
import type { Entitlements } from "../entitlements.ts";
import type { MailDraft } from "../mail.ts";
import type { Draft } from "../schema/draft.ts";
import type { TenantFile } from "../schema/tenant.ts";
import type { TenantState } from "../types.ts";
import type { Report } from "./report.ts";

/** What a rule may look at. */
export interface RuleContext {
  readonly slug: string;
  readonly draft: Draft<TenantFile>;
  readonly state: TenantState;
  readonly catalogue: Catalogue;
  readonly entitlements: Entitlements;
  /** `null` when the file has no `messagerie`. */
  readonly mail: MailDraft | null;
  /** ISO day of the check; `null` where a plan is made, which holds no today. */
  readonly today: string | null;
  readonly report: Report;
}

/** A rule over several values of one file; its name says what holds. */
export type Rule = (context: RuleContext) => void;
