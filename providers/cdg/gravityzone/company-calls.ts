/** Companies as GravityZone tells of them. */
import { z } from "zod";
import type { GravityZone } from "./client.ts";
import { hasCode, INVALID_PARAMS } from "./errors.ts";

const detailsReply = z.looseObject({
  id: z.string(),
  name: z.string(),
  address: z.string().nullish(),
  isSuspended: z.boolean(),
});
const licence = z.looseObject({
  usedSlots: z.number().int().default(0),
  totalSlots: z.number().int().nullish(),
  endSubscription: z.string().nullish(),
});
/** The vendor's page says a list, its servers answer an object. */
const licenceReply = z.union([licence, z.array(licence).min(1)]);
const foundReply = z.array(z.looseObject({ id: z.string(), name: z.string() }));

export interface FoundCompany {
  readonly id: string;
  readonly fullName: string;
  readonly address: string;
  readonly isSuspended: boolean;
}

export interface FoundLicence {
  readonly usedSeats: number;
  readonly reservedSeats: number | null;
  /** ISO day; `null` = without an end. */
  readonly endsOn: string | null;
}

/** Companies whose name holds `text`. */
export async function companiesNamed(
  { connection }: GravityZone,
  text: string,
  signal: AbortSignal,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const params = { nameFilter: text };
  const call = { operation: "companies.findCompaniesByName", target: text, lost: "again", params } as const;
  return await connection.ask(call, foundReply, signal);
}

/**
 * A company by its id. `null` only when it is not among the companies of that SIREN either: an id that does not
 * exist is answered like any other mistake in the parameters.
 */
export async function findCompany(
  gravityzone: GravityZone,
  id: string,
  signal: AbortSignal,
): Promise<FoundCompany | null> {
  const params = { companyId: id };
  const call = { operation: "companies.getCompanyDetails", target: id, lost: "again", params } as const;
  try {
    const { name, address, isSuspended } = await gravityzone.connection.ask(call, detailsReply, signal);
    return { id, fullName: name, address: address ?? "", isSuspended };
  } catch (error) {
    if (!hasCode(error, INVALID_PARAMS)) throw error;
    if (await isListed(gravityzone, id, signal)) throw error;
    return null;
  }
}

/** Whether the partner has such a customer. An empty answer is never taken for a list without it. */
async function isListed(
  { connection, parentId }: GravityZone,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  const params = parentId === undefined ? {} : { parentId };
  const call = { operation: "network.getCompaniesList", target: id, lost: "again", params } as const;
  return (await connection.ask(call, foundReply, signal)).some((company) => company.id === id);
}

export async function licenceOf(
  { connection }: GravityZone,
  { id, fullName }: FoundCompany,
  signal: AbortSignal,
): Promise<FoundLicence> {
  const params = { companyId: id };
  const call = { operation: "licensing.getLicenseInfo", target: fullName, lost: "again", params } as const;
  const reply = await connection.ask(call, licenceReply, signal);
  const [found] = Array.isArray(reply) ? reply : [reply];
  const { usedSlots = 0, totalSlots, endSubscription } = found ?? {};
  return {
    usedSeats: usedSlots,
    reservedSeats: totalSlots ? totalSlots : null,
    endsOn: endSubscription ? endSubscription.slice(0, 10) : null,
  };
}

/** Suspends or activates, customers below it too, and looks whether it is so afterwards. */
export async function setSuspended(
  gravityzone: GravityZone,
  company: FoundCompany,
  suspended: boolean,
  signal: AbortSignal,
): Promise<void> {
  const operation = suspended ? "companies.suspendCompany" : "companies.activateCompany";
  const params = { companyId: company.id, recursive: true };
  await gravityzone.connection.call({ operation, target: company.fullName, lost: "again", params }, signal);
}

/** Sends what is to be other than it is; never relies on what a left out parameter means. */
export async function setSubscription(
  { connection }: GravityZone,
  { id, fullName }: FoundCompany,
  { reservedSeats, endsOn }: { readonly reservedSeats: number | null; readonly endsOn: string | null },
  signal: AbortSignal,
): Promise<void> {
  const params = {
    companyId: id,
    ...(reservedSeats === null ? { removeReservedSlots: true } : { reservedSlots: reservedSeats }),
    endSubscription: endsOn ?? "",
    ...(endsOn === null ? {} : { autoRenewPeriod: 0 }),
  };
  const call = {
    operation: "licensing.setMonthlySubscription",
    target: fullName,
    lost: "again",
    params,
  } as const;
  await connection.call(call, signal);
}

export async function updateDetails(
  { connection }: GravityZone,
  { id, fullName }: FoundCompany,
  details: { readonly name?: string; readonly address?: string },
  signal: AbortSignal,
): Promise<void> {
  const params = { id, ...details };
  await connection.call(
    { operation: "companies.updateCompanyDetails", target: fullName, lost: "again", params },
    signal,
  );
}
