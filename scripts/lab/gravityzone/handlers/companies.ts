import { z } from "zod";
import { invalidParams, invalidValue } from "../errors.ts";
import { companyOf, instant, type Method, type MethodContext, method } from "../method.ts";
import { anyObject, id, text } from "../params.ts";
import type { Company, Licence } from "../records.ts";
import { freeSeats } from "../seats.ts";
import { newId, type Store } from "../store.ts";
import { flagsOf, manageFlags } from "./licence-flags.ts";

const contactPerson = z.strictObject({
  fullName: text(128).optional(),
  email: z.email().optional(),
  phoneNumber: text(32).optional(),
});

const details = {
  address: text(128)
    .regex(/^[^<>]*$/)
    .optional(),
  phone: text(32).optional(),
  country: text(8).optional(),
  state: text(16).optional(),
  industry: z.number().int().min(0).max(9999).optional(),
  contactPerson: contactPerson.optional(),
  enforce2FA: z.boolean().optional(),
  skip2FAPeriod: z.number().int().min(0).optional(),
  customFields: z.array(z.unknown()).optional(),
};

const subscription = z.strictObject({
  type: z.number().int().min(1).max(6),
  licenseKey: z.string().min(1).optional(),
  reservedSlots: z.number().int().min(0).optional(),
  endSubscription: z.string().optional(),
  autoRenewPeriod: z.number().int().min(0).optional(),
  minimumUsage: z.number().int().min(0).optional(),
  assignedProductType: z.union([z.literal(0), z.literal(3)]).optional(),
  additionalProductTypes: z.array(z.number().int()).optional(),
  assignedProtectionModel: z.enum(["aLaCarte", "mspSecure", "mspSecurePlus", "mspSecureExtra"]).optional(),
  ...manageFlags,
});

const name = z.string().trim().min(1).max(64);

const createCompany = method(
  z.strictObject({
    type: z.union([z.literal(0), z.literal(1)]),
    name,
    parentId: id.optional(),
    canBeManagedByAbove: z.boolean().optional(),
    ...details,
    accountEmail: z.email().optional(),
    accountFullName: text(128).optional(),
    timezone: z.string().optional(),
    language: z.string().optional(),
    licenseSubscription: subscription.optional(),
  }),
  (params, { store, now }) => {
    const parent = companyOf(store, params.parentId, "parentId");
    if (parent.type !== 0) throw invalidValue("parentId");
    refuseTakenName(store, params.name, null);
    const company: Company = {
      kind: "company",
      id: newId(),
      parentId: parent.id,
      type: params.type,
      name: params.name,
      address: params.address ?? "",
      phone: params.phone ?? "",
      country: params.country ?? "N/A",
      state: params.state ?? "N/A",
      industry: params.industry ?? 0,
      canBeManagedByAbove: params.canBeManagedByAbove ?? true,
      enforce2FA: params.enforce2FA ?? true,
      skip2FAPeriod: params.skip2FAPeriod ?? 0,
      contactPerson: contactOf(params.contactPerson),
      customFields: params.customFields ?? [],
      isSuspended: false,
      createdAt: instant(now()),
      groupId: newId(),
      licence: licenceOf(params.licenseSubscription, freeSeats(store, parent)),
    };
    store.put(company);
    if (params.accountEmail !== undefined) {
      const { accountFullName = "", language = "en_US", timezone = "UTC" } = params;
      store.put({
        kind: "account",
        id: newId(),
        companyId: company.id,
        email: params.accountEmail,
        profile: { fullName: accountFullName, language, timezone },
        role: params.type === 0 ? 4 : 1,
        rights: {},
        targetIds: [],
        passwordHash: "",
      });
    }
    return company.id;
  },
);

function licenceOf(given: z.output<typeof subscription> | undefined, free: number): Licence {
  const { type = 3, licenseKey = "", reservedSlots = 0, endSubscription = "" } = given ?? {};
  if (type === 2 && licenseKey === "")
    throw invalidParams("The required parameter is missing: licenseSubscription.licenseKey");
  if (reservedSlots > free)
    throw invalidParams(
      `The value for 'licenseSubscription.reservedSlots' parameter is invalid: the parent company has ${free} seats available.`,
    );
  return {
    type,
    licenseKey,
    reservedSlots: reservedSlots === 0 ? null : reservedSlots,
    endSubscription,
    autoRenewPeriod: given?.autoRenewPeriod ?? (endSubscription === "" ? 0 : 12),
    minimumUsage: given?.minimumUsage ?? 0,
    assignedProductType: given?.assignedProductType ?? 0,
    flags: flagsOf(given ?? {}),
  };
}

function refuseTakenName(store: Store, wanted: string, own: string | null): void {
  const taken = store.all(
    "company",
    (company) => company.name.toLowerCase() === wanted.toLowerCase() && company.id !== own,
  );
  if (taken.length > 0)
    throw invalidParams("The value for 'name' parameter is invalid: the company name is already used.");
}

function contactOf(given: z.output<typeof contactPerson> | undefined): Record<string, string> {
  const { fullName = "", email = "", phoneNumber = "" } = given ?? {};
  return { fullName, email, phoneNumber };
}

const updateCompanyDetails = method(
  z.strictObject({
    id,
    type: z.union([z.literal(0), z.literal(1)]).optional(),
    name: name.optional(),
    ...details,
  }),
  ({ id: companyId, contactPerson: contact, ...changes }, { store }) => {
    const company = companyOf(store, companyId, "id");
    if (changes.name !== undefined) refuseTakenName(store, changes.name, company.id);
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    store.put({
      ...company,
      ...given,
      ...(contact === undefined
        ? {}
        : { contactPerson: contactOf({ ...company.contactPerson, ...contact }) }),
    });
    return null;
  },
);

const getCompanyDetails = method(z.strictObject({ companyId: id.optional() }), ({ companyId }, { store }) =>
  detailsOf(companyOf(store, companyId)),
);

const getCompanyDetailsByUser = method(
  z.strictObject({ username: z.string().min(1), password: z.string().optional() }),
  ({ username }, { store }) => {
    const [account] = store.all("account", ({ email }) => email.toLowerCase() === username.toLowerCase());
    if (account === undefined) throw invalidValue("username");
    return detailsOf(companyOf(store, account.companyId));
  },
);

function detailsOf({
  kind: _kind,
  parentId: _parent,
  groupId: _group,
  licence: _licence,
  ...shown
}: Company) {
  return shown;
}

const findCompaniesByName = method(z.strictObject({ nameFilter: z.string() }), ({ nameFilter }, { store }) =>
  store
    .all("company", (company) => company.name.toLowerCase().includes(nameFilter.toLowerCase()))
    .map((company) => ({ id: company.id, name: company.name })),
);

const suspendable = z.strictObject({ companyId: id, recursive: z.boolean() });

function setSuspended(isSuspended: boolean): Method {
  return method(suspendable, ({ companyId, recursive }, context) => {
    const company = companyOf(context.store, companyId);
    if (company.parentId === null) throw invalidValue("companyId");
    markSuspended(company, isSuspended, recursive, context);
    return null;
  });
}

function markSuspended(
  company: Company,
  isSuspended: boolean,
  recursive: boolean,
  context: MethodContext,
): void {
  const { store } = context;
  store.put({ ...company, isSuspended });
  // Suspending a partner leaves its customers as they are, unless asked to go down.
  for (const child of recursive ? store.all("company", ({ parentId }) => parentId === company.id) : [])
    markSuspended(child, isSuspended, recursive, context);
}

const deleteCompany = method(z.strictObject({ companyId: id }), ({ companyId }, { store }) => {
  const company = companyOf(store, companyId);
  if (company.parentId === null) throw invalidValue("companyId");
  if (store.all("company", ({ parentId }) => parentId === company.id).length > 0)
    throw invalidParams("The company cannot be deleted: it manages other companies.");
  for (const kind of ["package", "account", "endpoint", "group"] as const)
    for (const record of store.all(kind, (one) => one.companyId === company.id)) store.remove(record.id);
  store.remove(company.id);
  return null;
});

const fieldName = z.string().trim().min(1).max(64);

export const companies: Readonly<Record<string, Method>> = {
  createCompany,
  updateCompanyDetails,
  getCompanyDetails,
  getCompanyDetailsByUser,
  findCompaniesByName,
  suspendCompany: setSuspended(true),
  activateCompany: setSuspended(false),
  deleteCompany,
  createCustomFieldDefinition: method(
    z.strictObject({ name: fieldName }),
    ({ name: field }, { store }) => store.put({ kind: "customField", id: newId(), name: field }).id,
  ),
  updateCustomFieldDefinition: method(z.strictObject({ id, name: fieldName }), (params, { store }) => {
    if (store.byId("customField", params.id) === null) throw invalidValue("id");
    store.put({ kind: "customField", ...params });
    return null;
  }),
  getCustomFieldsDefinitions: method(anyObject, (_params, { store }) =>
    store.all("customField").map((field) => ({ id: field.id, name: field.name })),
  ),
  deleteCustomFieldDefinition: method(z.strictObject({ id }), (params, { store }) => {
    if (store.byId("customField", params.id) === null) throw invalidValue("id");
    store.remove(params.id);
    return null;
  }),
};
