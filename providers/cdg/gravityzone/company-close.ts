/** The end of a company: suspended with its seats given back, or deleted where the state itself asks for it. */
import type { GravityZone } from "./client.ts";
import {
  type FoundCompany,
  findCompany,
  licenceOf,
  setSubscription,
  setSuspended,
  updateDetails,
} from "./company-calls.ts";
import { endpointsOf } from "./endpoints.ts";
import { hasCode, INVALID_PARAMS, refusal } from "./errors.ts";
import { markIn, markText } from "./mark.ts";

/**
 * Suspended first: without a reservation an active company would draw on the seats of all others. Its machines stay
 * known, so that a return finds them.
 */
export async function closeCompany(
  gravityzone: GravityZone,
  company: FoundCompany,
  signal: AbortSignal,
): Promise<void> {
  if (!company.isSuspended) await setSuspended(gravityzone, company, true, signal);
  const now = await findCompany(gravityzone, company.id, signal);
  if (now?.isSuspended === false)
    throw refusal(
      "bastide.NOT_CONFIRMED",
      { operation: "companies.suspendCompany", target: company.fullName },
      "GravityZone accepted the suspension, but does not say so of the company. Deploy again.",
    );
  const { reservedSeats } = await licenceOf(gravityzone, company, signal);
  if (reservedSeats !== null)
    await setSubscription(gravityzone, company, { reservedSeats: null, endsOn: null }, signal);
  const mark = markIn(company.address);
  if (mark?.tenant === gravityzone.tenant && mark.closed !== null) return;
  const address = markText({ tenant: gravityzone.tenant, closed: gravityzone.today() });
  await updateDetails(gravityzone, company, { address }, signal);
}

/** The vendor's own order at the end of a contract: machines, then the company with the rest. */
export async function purgeCompany(
  gravityzone: GravityZone,
  company: FoundCompany,
  signal: AbortSignal,
): Promise<void> {
  const { connection } = gravityzone;
  const target = company.fullName;
  for (const { id } of await endpointsOf(gravityzone, company.id, signal)) {
    const params = { endpointId: id };
    await unlessGone(
      connection.call({ operation: "network.deleteEndpoint", target, lost: "again", params }, signal),
    );
  }
  const params = { companyId: company.id };
  await unlessGone(
    connection.call({ operation: "companies.deleteCompany", target, lost: "again", params }, signal),
  );
  if ((await findCompany(gravityzone, company.id, signal)) !== null)
    throw refusal(
      "bastide.NOT_CONFIRMED",
      { operation: "companies.deleteCompany", target },
      "GravityZone still has the company. Deploy again.",
    );
}

/** Asked twice because an answer was lost, the second time finds nothing. */
async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!hasCode(error, INVALID_PARAMS)) throw error;
  }
}
