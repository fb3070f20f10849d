/** Makes a company, or brings it to what is asked. */
import { z } from "zod";
import { pause } from "../http/backoff.ts";
import type { GravityZone } from "./client.ts";
import {
  companiesNamed,
  type FoundCompany,
  type FoundLicence,
  findCompany,
  licenceOf,
  setSubscription,
  setSuspended,
  updateDetails,
} from "./company-calls.ts";
import { isUncertain, refusal } from "./errors.ts";
import { companyName, markIn, markText, partsOf } from "./mark.ts";
import type { CompanyInputs } from "./schema.ts";

/** 18: government (createCompany, `industry`). 1: customer. 3: monthly subscription. */
const CUSTOMER = { type: 1, industry: 18, country: "FR", canBeManagedByAbove: true } as const;
const MONTHLY = 3;

/**
 * The company of a SIREN: one that carries our mark is taken over, else a new one is made with its seats.
 * @throws ProviderError where somebody else made a company of that SIREN.
 */
export async function makeCompany(
  gravityzone: GravityZone,
  inputs: CompanyInputs,
  signal: AbortSignal,
): Promise<FoundCompany> {
  const { patience } = gravityzone.connection;
  for (let attempt = 1; ; attempt += 1) {
    const found = await findOurs(gravityzone, inputs.siren, signal);
    if (found !== null) return found;
    try {
      return await createCompany(gravityzone, inputs, signal);
    } catch (error) {
      if (!isUncertain(error) || attempt >= patience.attempts) throw error;
      // The answer was lost: the next round looks whether the company is there.
      await pause(patience, attempt, null, signal);
    }
  }
}

async function createCompany(
  { connection, tenant, parentId }: GravityZone,
  { name, siren, reservedSeats, endsOn }: CompanyInputs,
  signal: AbortSignal,
): Promise<FoundCompany> {
  const fullName = companyName(name, siren);
  const address = markText({ tenant, closed: null });
  const params = {
    ...CUSTOMER,
    name: fullName,
    address,
    ...(parentId === undefined ? {} : { parentId }),
    licenseSubscription: {
      type: MONTHLY,
      ...(reservedSeats === null ? {} : { reservedSlots: reservedSeats }),
      ...(endsOn === null ? {} : { endSubscription: endsOn, autoRenewPeriod: 0 }),
    },
  };
  const call = { operation: "companies.createCompany", target: fullName, lost: "look", params } as const;
  const id = await connection.ask(call, z.string(), signal);
  return { id, fullName, address, isSuspended: false };
}

async function findOurs(
  gravityzone: GravityZone,
  siren: string,
  signal: AbortSignal,
): Promise<FoundCompany | null> {
  const named = await companiesNamed(gravityzone, siren, signal);
  const of = named.filter(({ name }) => name.includes(siren));
  for (const { id } of of) {
    const found = await findCompany(gravityzone, id, signal);
    if (found !== null && markIn(found.address)?.tenant === gravityzone.tenant) return found;
  }
  const [other] = of;
  if (other === undefined) return null;
  throw refusal(
    "bastide.NOT_OURS",
    { operation: "companies.createCompany", target: siren },
    `GravityZone has the company « ${other.name} » with this SIREN and without our mark. Write bastide:${gravityzone.tenant} ` +
      `into its address and name it « ${partsOf(other.name)?.name ?? "…"} (${siren}) » to hand it over, or rename it.`,
  );
}

/**
 * Seats before anything else: what would be refused is refused while nothing has changed. Protection is taken away
 * last and given first.
 */
export async function settleCompany(
  gravityzone: GravityZone,
  company: FoundCompany,
  desired: CompanyInputs,
  signal: AbortSignal,
): Promise<void> {
  const licence = await licenceOf(gravityzone, company, signal);
  refuseBelowUse(company, licence, desired);
  if (desired.status === "active" && company.isSuspended) {
    await setSuspended(gravityzone, company, false, signal);
  }
  const seatsDiffer = licence.reservedSeats !== desired.reservedSeats || licence.endsOn !== desired.endsOn;
  if (seatsDiffer) await setSubscription(gravityzone, company, desired, signal);
  const name = companyName(desired.name, desired.siren);
  const mark = markIn(company.address);
  const marked = mark?.tenant === gravityzone.tenant && mark.closed === null;
  const address = markText({ tenant: gravityzone.tenant, closed: null });
  if (company.fullName !== name || !marked) {
    const details = { ...(company.fullName === name ? {} : { name }), ...(marked ? {} : { address }) };
    await updateDetails(gravityzone, company, details, signal);
  }
  if (desired.status === "suspended" && !company.isSuspended) {
    await setSuspended(gravityzone, company, true, signal);
  }
  if ((desired.status === "suspended") !== company.isSuspended)
    await confirm(gravityzone, company, desired, signal);
}

/** What suspending does to seats is documented nowhere: they are looked at again, and set again where they went. */
async function confirm(
  gravityzone: GravityZone,
  { id, fullName }: FoundCompany,
  desired: CompanyInputs,
  signal: AbortSignal,
): Promise<void> {
  const now = await findCompany(gravityzone, id, signal);
  if (now?.isSuspended !== (desired.status === "suspended"))
    throw refusal(
      "bastide.NOT_CONFIRMED",
      { operation: "companies.getCompanyDetails", target: fullName },
      `GravityZone accepted the change to ${desired.status}, but does not say so of the company. Deploy again.`,
    );
  if (desired.status === "suspended") return;
  const licence = await licenceOf(gravityzone, now, signal);
  if (licence.reservedSeats !== desired.reservedSeats)
    await setSubscription(gravityzone, now, desired, signal);
}

function refuseBelowUse(
  company: FoundCompany,
  licence: FoundLicence,
  { reservedSeats }: CompanyInputs,
): void {
  const lowers =
    reservedSeats !== null && reservedSeats < (licence.reservedSeats ?? Number.POSITIVE_INFINITY);
  if (!lowers || licence.usedSeats <= reservedSeats) return;
  throw refusal(
    "bastide.SEATS_BELOW_USE",
    { operation: "licensing.setMonthlySubscription", target: company.fullName },
    `${licence.usedSeats} machines hold a seat, more than the ${reservedSeats} seats asked for. ` +
      "Nothing was changed: remove machines in GravityZone's console or ask for more seats.",
  );
}
