import { z } from "zod";
import { invalidValue } from "../errors.ts";
import { companyOf, type Method, method } from "../method.ts";
import { anyObject, id, pageOf, paging, text } from "../params.ts";
import type { Company, Endpoint } from "../records.ts";
import { newId, type Store } from "../store.ts";

const listing = {
  parentId: id.optional(),
  filters: anyObject.optional(),
  options: anyObject.optional(),
  ...paging,
};

const getEndpointsList = method(
  z.strictObject({ ...listing, isManaged: z.boolean().optional(), viewType: z.number().optional() }),
  ({ parentId, isManaged, filters, page, perPage }, { store }) => {
    const found = isManaged === false ? [] : endpointsBelow(store, parentId, filters);
    return pageOf(
      found.map((one) => ({ id: one.id, name: one.name, ...listed(one) })),
      { page, perPage },
    );
  },
);

/** A company or group stands for its own machines; those in groups below only where asked for. */
function endpointsBelow(
  store: Store,
  parentId: string | undefined,
  filters: Readonly<Record<string, unknown>> = {},
): Endpoint[] {
  const depth = z
    .looseObject({ allItemsRecursively: z.boolean().optional() })
    .optional()
    .safeParse(filters.depth);
  const deep = depth.data?.allItemsRecursively === true;
  const company = parentId === undefined ? store.root : store.byId("company", parentId);
  if (company !== null)
    return store.all(
      "endpoint",
      (one) => one.companyId === company.id && (deep || one.groupId === company.groupId),
    );
  const wanted = parentId ?? "";
  const [owner] = store.all("company", ({ groupId }) => groupId === wanted);
  if (owner === undefined && store.byId("group", wanted) === null) throw invalidValue("parentId");
  if (owner !== undefined && deep) return store.all("endpoint", (one) => one.companyId === owner.id);
  return store.all("endpoint", (one) => one.groupId === wanted);
}

/** What lists tell of a machine. */
function listed(one: Endpoint) {
  return {
    label: "",
    fqdn: `${one.name.toLowerCase()}.local`,
    groupId: one.groupId,
    isManaged: true,
    machineType: 1,
    operatingSystemVersion: one.operatingSystem,
    ip: one.ip,
    macs: [one.mac],
    ssid: "",
    managedWithBest: true,
  };
}

function endpointOf(store: Store, endpointId: string, name = "endpointId"): Endpoint {
  const found = store.byId("endpoint", endpointId);
  if (found === null) throw invalidValue(name);
  return found;
}

/** `agent.licensed`: 1 active, 2 expired, as on the machines of a suspended company. */
const getManagedEndpointDetails = method(
  z.strictObject({ endpointId: id, options: anyObject.optional() }),
  ({ endpointId, options = {} }, { store }) => {
    const one = endpointOf(store, endpointId);
    const company = companyOf(store, one.companyId);
    return {
      id: one.id,
      name: one.name,
      companyId: one.companyId,
      operatingSystem: one.operatingSystem,
      state: 1,
      ip: one.ip,
      lastSeen: one.enrolledAt,
      machineType: 1,
      agent: {
        engineVersion: "7.93650",
        primaryEngine: 1,
        fallbackEngine: 2,
        lastUpdate: one.enrolledAt,
        licensed: company.isSuspended ? 2 : 1,
        productOutdated: false,
        productUpdateDisabled: false,
        productVersion: "7.9.10.423",
        signatureOutdated: false,
        signatureUpdateDisabled: false,
        type: 1,
      },
      group: { id: one.groupId, name: groupName(store, one, company) },
      malwareStatus: { detection: false, infected: false },
      modules: {
        advancedThreatControl: true,
        antimalware: true,
        contentControl: false,
        deviceControl: false,
        firewall: true,
        powerUser: false,
        networkAttackDefense: true,
      },
      policy: { id: one.policyId, applied: true, name: "Default policy" },
      label: "",
      ...(options.includeScanLogs === true ? { scanLogs: [] } : {}),
    };
  },
);

function groupName(store: Store, one: Endpoint, company: Company): string {
  return one.groupId === company.groupId
    ? "Computers and Groups"
    : (store.byId("group", one.groupId)?.name ?? "");
}

const getCompaniesList = method(
  z.strictObject({
    parentId: id.optional(),
    filters: z
      .strictObject({ companyType: z.number().int().optional(), licenseType: z.number().int().optional() })
      .optional(),
  }),
  ({ parentId, filters = {} }, { store }) => {
    const parent = companyOf(store, parentId, "parentId");
    return store
      .all("company", (company) => {
        const { companyType = company.type, licenseType = company.licence.type } = filters;
        const fits = company.type === companyType && company.licence.type === licenseType;
        return company.parentId === parent.id && fits;
      })
      .map((company) => ({ id: company.id, name: company.name }));
  },
);

const getNetworkInventoryItems = method(
  z.strictObject({ ...listing, viewType: z.number().optional() }),
  ({ parentId, filters, page, perPage }, { store }) => {
    const children = store
      .all("company", (company) => company.parentId === (parentId ?? store.root.id))
      .map((company) => ({ id: company.id, name: company.name, type: 1, parentId: company.parentId }));
    const machines = endpointsBelow(store, parentId, filters).map((one) => ({
      id: one.id,
      name: one.name,
      type: 5,
      parentId: one.groupId,
      details: listed(one),
    }));
    return pageOf([...children, ...machines], { page, perPage });
  },
);

const createCustomGroup = method(
  z.strictObject({ groupName: text(64).min(1), parentId: id.optional() }),
  ({ groupName: wanted, parentId }, { store }) => {
    const parent = parentId ?? store.root.groupId;
    const group = store.byId("group", parent);
    const [company] = store.all("company", (one) => one.groupId === parent || one.id === group?.companyId);
    if (company === undefined) throw invalidValue("parentId");
    return store.put({ kind: "group", id: newId(), companyId: company.id, parentId: parent, name: wanted })
      .id;
  },
);

const ids = z.array(id).min(1);

export const network: Readonly<Record<string, Method>> = {
  getEndpointsList,
  getManagedEndpointDetails,
  deleteEndpoint: method(z.strictObject({ endpointId: id }), ({ endpointId }, { store }) => {
    store.remove(endpointOf(store, endpointId).id);
    return null;
  }),
  getCompaniesList,
  getNetworkInventoryItems,
  getRootContainers: method(
    z.strictObject({ companyId: id.optional(), viewType: z.number().optional() }),
    ({ companyId }, { store }) => {
      const company = companyOf(store, companyId);
      const groups = [{ id: company.groupId, name: "Computers and Groups" }];
      return company.type === 0 ? [{ id: company.id, name: "Companies" }, ...groups] : groups;
    },
  ),
  getContainers: method(
    z.strictObject({ parentId: id.optional(), viewType: z.number().optional() }),
    ({ parentId }, { store }) =>
      store
        .all("group", (group) => group.parentId === (parentId ?? store.root.groupId))
        .map((group) => ({ id: group.id, name: group.name })),
  ),
  createCustomGroup,
  deleteCustomGroup: method(
    z.strictObject({ groupId: id, force: z.boolean().optional() }),
    ({ groupId }, { store }) => {
      const group = store.byId("group", groupId);
      if (group === null) throw invalidValue("groupId");
      for (const one of store.all("endpoint", (endpoint) => endpoint.groupId === groupId))
        store.put({ ...one, groupId: group.parentId });
      store.remove(groupId);
      return null;
    },
  ),
  moveEndpoints: method(
    z.strictObject({ endpointIds: ids, groupId: id }),
    ({ endpointIds, groupId }, { store }) => {
      const group = store.byId("group", groupId);
      const [company] = store.all("company", (one) => one.groupId === groupId || one.id === group?.companyId);
      if (company === undefined) throw invalidValue("groupId");
      const moved = endpointIds.map((one) => endpointOf(store, one, "endpointIds"));
      for (const one of moved) store.put({ ...one, groupId, companyId: company.id });
      return null;
    },
  ),
  assignPolicy: method(
    z.strictObject({ policyId: id, targetIds: ids, inheritFromAbove: z.boolean().optional() }),
    ({ policyId, targetIds }, { store }) => {
      const machines = targetIds.map((one) => endpointOf(store, one, "targetIds"));
      for (const one of machines) store.put({ ...one, policyId });
      return null;
    },
  ),
  createScanTask: method(
    z.strictObject({
      targetIds: ids,
      type: z.number().int().min(1).max(4),
      name: z.string().optional(),
      customScanSettings: anyObject.optional(),
      returnAllTaskIds: z.boolean().optional(),
    }),
    ({ targetIds, returnAllTaskIds }, { store }) => {
      for (const one of targetIds) endpointOf(store, one, "targetIds");
      return returnAllTaskIds === true ? targetIds.map(() => newId()) : true;
    },
  ),
};
