import { z } from "zod";

/** Add-ons that `getLicenseInfo` tells of. */
const shown = [
  "manageExchange",
  "manageEncryption",
  "manageRemoteEnginesScanning",
  "manageHyperDetect",
  "manageSandboxAnalyzer",
  "managePatchManagement",
  "manageEventCorrelator",
  "manageEmailSecurity",
] as const;

const flags = z.record(z.string(), z.boolean());
const flag = z.boolean().optional();

/** As parameters: flat, or in `ownUse` and `resell`, not both. */
export const manageFlags = {
  manageExchange: flag,
  manageEncryption: flag,
  manageRemoteEnginesScanning: flag,
  manageHyperDetect: flag,
  manageSandboxAnalyzer: flag,
  managePatchManagement: flag,
  manageEventCorrelator: flag,
  manageEmailSecurity: flag,
  ownUse: flags.optional(),
  resell: flags.optional(),
};

/** The add-ons that these parameters name. */
export function flagsOf(params: Readonly<Record<string, unknown>>): Record<string, boolean> {
  const own = typeof params.ownUse === "object" && params.ownUse !== null ? params.ownUse : {};
  const given = { ...params, ...own };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      name.startsWith("manage") && typeof value === "boolean" ? [[name, value]] : [],
    ),
  );
}

/** Every add-on, off unless set. */
export function allFlags(set: Readonly<Record<string, boolean>>): Record<string, boolean> {
  return { ...Object.fromEntries(shown.map((name) => [name, false])), ...set };
}
