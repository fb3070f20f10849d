/** `cdg:gravityzone:Company`. */
import type { ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { type GravityZone, gravityzoneOf } from "./client.ts";
import { companiesNamed, type FoundCompany, findCompany, licenceOf } from "./company-calls.ts";
import { closeCompany, purgeCompany } from "./company-close.ts";
import { makeCompany, settleCompany } from "./company-settle.ts";
import { refusal } from "./errors.ts";
import { partsOf } from "./mark.ts";
import { type CompanyInputs, type CompanyOutputs, companyInputs, companyOutputs } from "./schema.ts";

export const company: ResourceHandler<CdgClient, CompanyInputs, CompanyOutputs> = {
  token: "cdg:gravityzone:Company",
  description:
    "A customer company of GravityZone with its reserved seats. Removing it from the program suspends it and " +
    "gives its seats back; declaring it again activates the same one.",
  inputs: companyInputs,
  outputs: companyOutputs,
  idOf: ({ siren }) => siren,

  async create(inputs, { client, signal }) {
    const gravityzone = gravityzoneOf(client, inputs.siren);
    const made = await makeCompany(gravityzone, inputs, signal);
    await settleCompany(gravityzone, made, inputs, signal);
    return { ...inputs, companyId: made.id };
  },

  async read(id, state, { client, signal }) {
    const gravityzone = gravityzoneOf(client, id);
    const found = await find(gravityzone, id, state, signal);
    if (found === null) return null;
    const inputs = await inputsOf(gravityzone, found, state, signal);
    return { id: state === null ? inputs.siren : id, inputs, outputs: { ...inputs, companyId: found.id } };
  },

  async update(id, olds, news, { client, signal }) {
    const gravityzone = gravityzoneOf(client, id);
    const found = await findCompany(gravityzone, olds.companyId, signal);
    if (found === null)
      throw refusal(
        "bastide.GONE",
        { operation: "companies.getCompanyDetails", target: id },
        "the company is in the state but no longer in GravityZone: somebody deleted it there. " +
          "Run `bastide refresh`, then deploy again to make a new one.",
      );
    await settleCompany(gravityzone, found, news, signal);
    return { ...news, companyId: found.id };
  },

  async delete(_id, state, { client, signal }) {
    const gravityzone = gravityzoneOf(client, state.siren);
    const found = await findCompany(gravityzone, state.companyId, signal);
    if (found === null) return;
    if (state.deletion === "purge") await purgeCompany(gravityzone, found, signal);
    else await closeCompany(gravityzone, found, signal);
  },
};

async function find(
  gravityzone: GravityZone,
  id: string,
  state: CompanyOutputs | null,
  signal: AbortSignal,
): Promise<FoundCompany | null> {
  if (state !== null) return await findCompany(gravityzone, state.companyId, signal);
  const named = await companiesNamed(gravityzone, id, signal);
  const [only] = named.filter(({ name }) => partsOf(name)?.siren === id);
  return only === undefined ? null : await findCompany(gravityzone, only.id, signal);
}

async function inputsOf(
  gravityzone: GravityZone,
  found: FoundCompany,
  state: CompanyOutputs | null,
  signal: AbortSignal,
): Promise<CompanyInputs> {
  const licence = await licenceOf(gravityzone, found, signal);
  const parts = partsOf(found.fullName);
  return {
    siren: parts?.siren ?? state?.siren ?? "",
    name: parts?.name ?? found.fullName,
    reservedSeats: licence.reservedSeats,
    status: found.isSuspended ? "suspended" : "active",
    endsOn: licence.endsOn,
    deletion: state?.deletion ?? "close",
  };
}
