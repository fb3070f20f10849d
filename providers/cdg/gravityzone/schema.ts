/** The GravityZone resources, described once: handlers, the package schema and the SDK classes come from here. */
import { z } from "zod";
import { fittingName } from "./mark.ts";

const siren = z.string().regex(/^\d{9}$/, "expected the 9 digits of a SIREN");
const vendorId = z.string().regex(/^[0-9a-f]{24}$/, "expected an id of GravityZone, 24 hex digits");
const seats = z.number().int().min(1).max(1_000_000);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "expected a day, YYYY-MM-DD");
const locale = z.string().regex(/^[a-z]{2}_[A-Z]{2}$/, "expected a language such as fr_FR");
const status = z.enum(["active", "suspended"]).default("active");

const companyShape = {
  siren: siren.describe("SIREN: the company is found by it. Changing it renames the same company."),
  name: z
    .string()
    .trim()
    .min(1)
    .overwrite(fittingName)
    .describe("Name of the legal entity; cut where it does not fit before the SIREN (64 characters in all)."),
  reservedSeats: seats
    .nullable()
    .describe("Seats set aside: workstations and servers. null: none, what was reserved is given up."),
  status: status.describe(
    "`suspended`: its users cannot log in and its machines' licences expire. Default `active`.",
  ),
  endsOn: day
    .nullable()
    .default(null)
    .describe("Last day of the subscription. Default null: without an end, one that was set is taken away."),
  deletion: z
    .enum(["close", "purge"])
    .default("close")
    .describe(
      "What happens when the resource leaves the program. `close` (default): the company is suspended, its seats " +
        "are given back, it comes back when it is declared again. `purge`: deleted with its machines' records.",
    ),
};

export const companyInputs = z.object(companyShape).describe("A customer company with its reserved seats.");
export const companyOutputs = z.object({
  ...companyShape,
  companyId: vendorId.describe("GravityZone's id."),
});

const packageShape = {
  companyId: vendorId.describe("Company that installs it. Changing it makes another package."),
  name: z.string().trim().min(1).max(64).describe("Name of the package, one of its kind in the company."),
  language: locale.default("fr_FR").describe("Language of the agent. Default fr_FR."),
};

export const packageInputs = z.object(packageShape).describe("An installation package.");
export const packageOutputs = z.object({
  ...packageShape,
  packageId: vendorId.describe("GravityZone's id."),
  windowsUrl: z
    .string()
    .describe("Installer for Windows: whoever runs it enrols a machine and takes a seat."),
  macUrl: z.string().describe("Installer for macOS."),
  linuxUrl: z.string().describe("Installer for Linux."),
});

const accountShape = {
  companyId: vendorId.describe("Company that the account administers. Changing it makes another account."),
  email: z
    .email()
    .overwrite((text) => text.toLowerCase())
    .describe("Address to log in with."),
  fullName: z.string().trim().min(1).max(128).describe("Name shown. Set once; its user may change it."),
  language: locale.default("fr_FR").describe("Language of the console. Set once. Default fr_FR."),
  timezone: z.string().min(1).default("Europe/Paris").describe("Set once. Default Europe/Paris."),
};

export const accountInputs = z.object(accountShape).describe("A company administrator's account.");
export const accountOutputs = z.object({
  ...accountShape,
  accountId: vendorId.describe("GravityZone's id."),
  password: z
    .string()
    .nullable()
    .describe("First password; null for an account that was there already or was imported."),
});

const usageShape = { companyId: vendorId.describe("Company whose machines are counted.") };

export const usageInputs = z
  .object(usageShape)
  .describe("Measured use of a company. Refreshing measures again; a preview is silent about it.");
export const usageOutputs = z.object({
  ...usageShape,
  workstations: z.number().int().describe("Machines with an agent, servers not counted."),
  servers: z.number().int().describe("Machines with an agent whose system is a server's."),
  usedSeats: z.number().int().describe("Seats taken, as the vendor bills them."),
  reservedSeats: z.number().int().nullable().describe("Seats set aside; null: none."),
  suspended: z.boolean().describe("True: the machines are unprotected."),
  measuredAt: z.string().describe("ISO instant of the measurement."),
});

export type CompanyInputs = z.output<typeof companyInputs>;
export type CompanyOutputs = z.output<typeof companyOutputs>;
export type CompanyArgs = z.input<typeof companyInputs>;
export type PackageInputs = z.output<typeof packageInputs>;
export type PackageOutputs = z.output<typeof packageOutputs>;
export type PackageArgs = z.input<typeof packageInputs>;
export type AccountInputs = z.output<typeof accountInputs>;
export type AccountOutputs = z.output<typeof accountOutputs>;
export type AccountArgs = z.input<typeof accountInputs>;
export type UsageInputs = z.output<typeof usageInputs>;
export type UsageOutputs = z.output<typeof usageOutputs>;
export type UsageArgs = z.input<typeof usageInputs>;
