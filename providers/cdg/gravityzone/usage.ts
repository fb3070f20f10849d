/** `cdg:gravityzone:Usage`: a resource whose read measures. */
import { ProviderError, type ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { type GravityZone, gravityzoneOf } from "./client.ts";
import { findCompany, licenceOf } from "./company-calls.ts";
import { endpointsOf } from "./endpoints.ts";
import { hasCode, refusal } from "./errors.ts";
import { type UsageInputs, type UsageOutputs, usageInputs, usageOutputs } from "./schema.ts";

export const antivirusUsage: ResourceHandler<CdgClient, UsageInputs, UsageOutputs> = {
  token: "cdg:gravityzone:Usage",
  description:
    "Measured use of a GravityZone company: workstations, servers and seats, with the instant. A refresh measures " +
    "again; when GravityZone does not answer, the last figures stay with their date. Deleting it deletes nothing.",
  inputs: usageInputs,
  outputs: usageOutputs,
  idOf: ({ companyId }) => companyId,

  /** Fails where GravityZone does not answer: there are no last figures yet, and zeros would be a lie. */
  create: (inputs, { client, signal }) => measure(gravityzoneOf(client, inputs.companyId), inputs, signal),

  async read(id, state, { client, signal, log }) {
    const inputs = { companyId: state?.companyId ?? id };
    try {
      return { id, inputs, outputs: await measure(gravityzoneOf(client, id), inputs, signal) };
    } catch (error) {
      if (hasCode(error, "bastide.GONE")) return null;
      if (state === null || !(error instanceof ProviderError)) throw error;
      log("warning", `Antivirus use not measured, figures of ${state.measuredAt} kept: ${error.message}`);
      return { id, inputs, outputs: state };
    }
  },

  update: (_id, _olds, news, { client, signal }) =>
    measure(gravityzoneOf(client, news.companyId), news, signal),

  delete: async () => {},
};

async function measure(
  gravityzone: GravityZone,
  { companyId }: UsageInputs,
  signal: AbortSignal,
): Promise<UsageOutputs> {
  const company = await findCompany(gravityzone, companyId, signal);
  if (company === null)
    throw refusal(
      "bastide.GONE",
      { operation: "companies.getCompanyDetails", target: companyId },
      "the company is no longer in GravityZone.",
    );
  const { usedSeats, reservedSeats } = await licenceOf(gravityzone, company, signal);
  const machines = await endpointsOf(gravityzone, companyId, signal);
  const servers = machines.filter(({ isServer }) => isServer).length;
  return {
    companyId,
    workstations: machines.length - servers,
    servers,
    usedSeats,
    reservedSeats,
    suspended: company.isSuspended,
    measuredAt: new Date().toISOString(),
  };
}
