import { randomBytes } from "node:crypto";
import { z } from "zod";
import { invalidParams, invalidValue } from "../errors.ts";
import { companyOf, type Method, type MethodContext, method } from "../method.ts";
import { anyObject, id, pageOf, paging, text } from "../params.ts";
import type { Company, Package } from "../records.ts";
import { newId, type Store } from "../store.ts";

const switches = z.record(z.string(), z.union([z.literal(0), z.literal(1), z.boolean()]));
const engines = z.strictObject({
  main: z.number().int().min(1).max(3).optional(),
  fallback: z.number().int().min(1).max(3).optional(),
});

const settings = {
  description: text(512).optional(),
  language: z
    .string()
    .regex(/^[a-z]{2}_[A-Z]{2}$/)
    .optional(),
  modules: switches.optional(),
  scanMode: z
    .strictObject({
      type: z.union([z.literal(1), z.literal(2)]),
      computers: engines.optional(),
      vms: engines.optional(),
      ec2: engines.optional(),
    })
    .optional(),
  settings: anyObject.optional(),
  roles: switches.optional(),
  deploymentOptions: anyObject.optional(),
  productType: z.number().int().optional(),
};

const name = z.string().trim().min(1).max(128);

const createPackage = method(
  z.strictObject({ packageName: name, companyId: id.optional(), ...settings }),
  ({ packageName, companyId, description = "", language = "en_US", ...rest }, { store }) => {
    const company = companyOf(store, companyId);
    refuseTaken(store, company, packageName, null);
    const made: Package = {
      kind: "package",
      id: newId(),
      companyId: company.id,
      name: packageName,
      description,
      language,
      token: randomBytes(9).toString("base64url"),
      settings: rest,
    };
    store.put(made);
    return [{ success: true, records: [made.id] }];
  },
);

function refuseTaken(store: Store, company: Company, wanted: string, own: string | null): void {
  const taken = store.all(
    "package",
    (one) => one.companyId === company.id && one.name === wanted && one.id !== own,
  );
  if (taken.length > 0)
    throw invalidParams(
      "The value for 'packageName' parameter is invalid: the package name is already used.",
    );
}

function packageOf(store: Store, packageId: string): Package {
  const found = store.byId("package", packageId);
  if (found === null) throw invalidValue("packageId");
  return found;
}

const updatePackage = method(
  z.strictObject({ packageId: id, packageName: name.optional(), companyId: id.optional(), ...settings }),
  ({ packageId, packageName, companyId: _company, description, language, ...rest }, { store }) => {
    const found = packageOf(store, packageId);
    if (packageName !== undefined)
      refuseTaken(store, companyOf(store, found.companyId), packageName, found.id);
    store.put({
      ...found,
      name: packageName ?? found.name,
      description: description ?? found.description,
      language: language ?? found.language,
      settings: { ...found.settings, ...rest },
    });
    return [{ success: true, records: [found.id] }];
  },
);

const getInstallationLinks = method(
  z.strictObject({ companyId: id.optional(), packageName: z.string().optional() }),
  ({ companyId, packageName }, context) => {
    const company = companyOf(context.store, companyId);
    return context.store
      .all(
        "package",
        (one) => one.companyId === company.id && (packageName === undefined || one.name === packageName),
      )
      .map((one) => linksOf(one, company, context));
  },
);

function linksOf(one: Package, company: Company, { baseUrl }: MethodContext) {
  const link = (platform: string, file: string) => `${baseUrl}/Packages/${platform}/0/${one.token}/${file}`;
  return {
    packageName: one.name,
    companyName: company.name,
    companyId: company.id,
    installLinkWindows: link("BSTWIN", "setupdownloader.exe"),
    installLinkMac: link("MAC", "antivirus_for_mac.dmg"),
    installLinkLinux: link("BSTNIX", "installer"),
    fullKitWindowsX32: link("BSTWIN", "epskit_x86.exe"),
    fullKitWindowsX64: link("BSTWIN", "epskit_x64.exe"),
  };
}

export const packages: Readonly<Record<string, Method>> = {
  createPackage,
  updatePackage,
  getPackagesList: method(
    z.strictObject({ companyId: id.optional(), ...paging }),
    ({ companyId, page, perPage }, { store }) => {
      const company = companyOf(store, companyId);
      const list = store.all("package", (one) => one.companyId === company.id);
      return pageOf(
        list.map((one) => ({ id: one.id, name: one.name, type: 4 })),
        { page, perPage },
      );
    },
  ),
  getPackageDetails: method(z.strictObject({ packageId: id }), ({ packageId }, { store }) => {
    const one = packageOf(store, packageId);
    const { description, language } = one;
    return { packageName: one.name, companyId: one.companyId, description, language, ...one.settings };
  }),
  deletePackage: method(z.strictObject({ packageId: id }), ({ packageId }, { store }) => {
    store.remove(packageOf(store, packageId).id);
    return null;
  }),
  getInstallationLinks,
};
