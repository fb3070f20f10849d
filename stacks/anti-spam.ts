import { type Catalogue, mxHosts, type TenantPlan } from "../plan/index.ts";
import type { TenantOutputs } from "./outputs.ts";

/** The hosts that take the collectivité's mail, filtered, the preferred one first. */
export function antiSpamService(
  { antiSpam }: TenantPlan,
  cdg: Pick<Catalogue["cdg"], "domain" | "connections">,
): TenantOutputs["services"] {
  return antiSpam === undefined ? {} : { antispam: { url: null, addresses: mxHosts(cdg) } };
}
