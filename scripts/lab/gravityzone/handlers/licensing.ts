import { z } from "zod";
import { invalidParams, invalidValue } from "../errors.ts";
import { companyOf, instant, type Method, method } from "../method.ts";
import { id } from "../params.ts";
import type { Company } from "../records.ts";
import { freeSeats, usedSeats } from "../seats.ts";
import type { Store } from "../store.ts";
import { allFlags, flagsOf, manageFlags } from "./licence-flags.ts";

/** Real clients get one object, whatever the vendor's page says. */
const getLicenseInfo = method(
  z.strictObject({ companyId: id.optional(), returnAllProducts: z.boolean().optional() }),
  ({ companyId }, { store }) => {
    const company = companyOf(store, companyId);
    const { type, licenseKey, endSubscription, autoRenewPeriod, flags } = company.licence;
    return {
      subscriptionType: type,
      isAddon: false,
      expiryDate: endSubscription,
      usedSlots: company.parentId === null ? heldSeats(store, company) : usedSeats(store, company),
      totalSlots: company.licence.reservedSlots ?? 0,
      licenseKey,
      endSubscription,
      autoRenewPeriod,
      ...allFlags(flags),
    };
  },
);

function heldSeats(store: Store, root: Company): number {
  return (root.licence.reservedSlots ?? 0) - freeSeats(store, root);
}

const setMonthlySubscription = method(
  z.strictObject({
    companyId: id,
    reservedSlots: z.number().int().min(0).optional(),
    removeReservedSlots: z.boolean().optional(),
    endSubscription: z.string().optional(),
    autoRenewPeriod: z.number().int().min(0).optional(),
    minimumUsage: z.number().int().min(0).optional(),
    assignedProductType: z.number().int().optional(),
    ...manageFlags,
  }),
  (params, { store }) => {
    const company = companyOf(store, params.companyId);
    const { licence, parentId } = company;
    const parent = parentId === null ? null : store.byId("company", parentId);
    if (parent === null) throw invalidValue("companyId");
    const reservedSlots =
      params.removeReservedSlots === true ? null : reservationOf(params.reservedSlots, company);
    const free = freeSeats(store, parent) + (licence.reservedSlots ?? usedSeats(store, company));
    if (reservedSlots !== null && reservedSlots > free)
      throw invalidParams(
        `The value for 'reservedSlots' parameter is invalid: the parent company has ${free} seats available.`,
      );
    if (reservedSlots !== null && reservedSlots < usedSeats(store, company))
      throw invalidParams(
        `The value for 'reservedSlots' parameter is invalid: ${usedSeats(store, company)} seats are in use.`,
      );
    const endSubscription = params.endSubscription ?? licence.endSubscription;
    store.put({
      ...company,
      licence: {
        ...licence,
        type: 3,
        licenseKey: "",
        reservedSlots,
        endSubscription,
        autoRenewPeriod:
          params.autoRenewPeriod ?? (endSubscription === "" ? 0 : licence.autoRenewPeriod || 12),
        minimumUsage: params.minimumUsage ?? licence.minimumUsage,
        flags: { ...licence.flags, ...flagsOf(params) },
      },
    });
    return true;
  },
);

/** Left out: as it was. 0: none. */
function reservationOf(given: number | undefined, { licence }: Company): number | null {
  if (given === undefined) return licence.reservedSlots;
  return given === 0 ? null : given;
}

const setLicenseKey = method(
  z.strictObject({ companyId: id.optional(), licenseKey: z.string().min(1) }),
  ({ companyId, licenseKey }, { store }) => {
    const company = companyOf(store, companyId);
    store.put({ ...company, licence: { ...company.licence, type: 2, licenseKey } });
    return true;
  },
);

/** The services that are counted by month; machines are the only ones that the simulator has. */
const counted = [
  "exchangeMonthlyUsage",
  "encryptionMonthlyUsage",
  "patchManagementMonthlyUsage",
  "atsMonthlyUsage",
  "edrMonthlyUsage",
  "emailSecurityMonthlyUsage",
  "mdrFoundationsMonthlyUsage",
  "mdrResponseMonthlyUsage",
  "containerProtectionMonthlyUsage",
  "integrityMonitoringMonthlyUsage",
  "sveVsMonthlyUsage",
  "sveVdiMonthlyUsage",
];

function monthlyUsage(store: Store, company: Company, month: string): Record<string, unknown> {
  const [mm = "", yyyy = ""] = month.split("/");
  const until = `${yyyy}-${mm}-31T23:59:59`;
  const machines = store.all(
    "endpoint",
    ({ companyId, enrolledAt }) => companyId === company.id && enrolledAt <= until,
  );
  return {
    endpointMonthlyUsage: company.licence.type === 3 ? machines.length : 0,
    ...Object.fromEntries(counted.map((name) => [name, 0])),
    minimumUsage: { endpointMonthlyUsage: company.licence.minimumUsage },
  };
}

const month = z.strictObject({
  companyId: id.optional(),
  targetMonth: z
    .string()
    .regex(/^(0[1-9]|1[0-2])\/\d{4}$/)
    .optional(),
});

export const licensing: Readonly<Record<string, Method>> = {
  getLicenseInfo,
  setMonthlySubscription,
  setLicenseKey,
  getMonthlyUsage: method(month, ({ companyId, targetMonth }, { store, now }) =>
    monthlyUsage(store, companyOf(store, companyId), targetMonth ?? thisMonth(now())),
  ),
  getMonthlyUsagePerProductType: method(month, ({ companyId, targetMonth }, { store, now }) => {
    const company = companyOf(store, companyId);
    const usage = monthlyUsage(store, company, targetMonth ?? thisMonth(now()));
    return { [String(company.licence.assignedProductType)]: usage };
  }),
};

function thisMonth(now: Date): string {
  const [year = "", mm = ""] = instant(now).split("-");
  return `${mm}/${year}`;
}
