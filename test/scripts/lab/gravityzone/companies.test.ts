import { describe, expect, it } from "vitest";
import { useSimulator } from "./api.ts";

const lab = useSimulator();
const ID = /^[0-9a-f]{24}$/;
let number = 0;

/** What bitgravityzone sends: `null` for what it leaves out. */
async function company(reservedSlots: number | null = null, name = `Commune ${++number}`): Promise<string> {
  return await lab.api.text("companies.createCompany", {
    type: 1,
    name,
    address: null,
    phone: null,
    canBeManagedByAbove: true,
    licenseSubscription: {
      type: 3,
      reservedSlots,
      assignedProductType: 0,
      ownUse: { manageHyperDetect: false, manageSandboxAnalyzer: true },
    },
  });
}

const licence = async (companyId: string) => await lab.api.object("licensing.getLicenseInfo", { companyId });

describe("companies", () => {
  it("are made with a licence and told in detail", async () => {
    const id = await company(12, "Commune de Nérac");
    expect(id).toMatch(ID);
    expect(await lab.api.result("companies.getCompanyDetails", { companyId: id })).toEqual({
      type: 1,
      name: "Commune de Nérac",
      id,
      address: "",
      phone: "",
      canBeManagedByAbove: true,
      enforce2FA: true,
      skip2FAPeriod: 0,
      isSuspended: false,
      createdAt: expect.any(String),
      country: "N/A",
      state: "N/A",
      industry: 0,
      contactPerson: { fullName: "", email: "", phoneNumber: "" },
      customFields: [],
    });
    expect(await licence(id)).toMatchObject({
      subscriptionType: 3,
      isAddon: false,
      usedSlots: 0,
      totalSlots: 12,
      endSubscription: "",
      autoRenewPeriod: 0,
      manageHyperDetect: false,
      manageSandboxAnalyzer: true,
      manageExchange: false,
    });
    expect(await lab.api.result("companies.deleteCompany", { companyId: id })).toBeNull();
  });

  it("are found by a part of their name, whatever its case; the key's owner is told without an id", async () => {
    const id = await company(null, "Commune de Mézin (214701671)");
    expect(await lab.api.result("companies.findCompaniesByName", { nameFilter: "214701671" })).toEqual([
      { id, name: "Commune de Mézin (214701671)" },
    ]);
    expect(await lab.api.result("companies.findCompaniesByName", { nameFilter: "mézin" })).toHaveLength(1);
    expect(await lab.api.result("companies.findCompaniesByName", { nameFilter: "nobody" })).toEqual([]);
    expect(await lab.api.result("companies.getCompanyDetails", { companyId: null })).toMatchObject({
      id: lab.simulator.companyId,
      type: 0,
    });
  });

  it("change in what is given and stay as they were in the rest", async () => {
    const id = await company(1);
    await lab.api.result("companies.updateCompanyDetails", { id, address: "1 place de la Mairie" });
    const changed = { id, name: "Commune nouvelle" };
    expect(await lab.api.result("companies.updateCompanyDetails", changed)).toBeNull();
    expect(await lab.api.result("companies.getCompanyDetails", { companyId: id })).toMatchObject({
      name: "Commune nouvelle",
      address: "1 place de la Mairie",
    });
  });

  it.each([
    ["no name", { type: 1 }, "The required parameter is missing: name"],
    ["no type", { name: "A" }, "The required parameter is missing: type"],
    ["a long name", { type: 1, name: "x".repeat(65) }, "The value for 'name' parameter is invalid."],
    [
      "a tag in the address",
      { type: 1, name: "A", address: "<b>" },
      "The value for 'address' parameter is invalid.",
    ],
    ["an unknown parameter", { type: 1, name: "A", colour: 1 }, "The parameter 'colour' is not expected."],
    [
      "an unknown parent",
      { type: 1, name: "A", parentId: "0".repeat(24) },
      "The value for 'parentId' parameter is invalid.",
    ],
    [
      "a licence key that is missing",
      { type: 1, name: "A", licenseSubscription: { type: 2 } },
      "The required parameter is missing: licenseSubscription.licenseKey",
    ],
    [
      "more seats than were bought",
      { type: 1, name: "A", licenseSubscription: { type: 3, reservedSlots: 1000 } },
      expect.stringMatching(
        /^The value for 'licenseSubscription.reservedSlots' parameter is invalid: the parent company has \d+ seats available\.$/,
      ),
    ],
  ])("are refused with %s", async (_what, params, text) => {
    expect(await lab.api.refusal("companies.createCompany", params)).toEqual(text);
  });

  it("have a name of their own", async () => {
    await company(1, "Commune unique");
    expect(await lab.api.refusal("companies.createCompany", { type: 1, name: "commune UNIQUE" })).toBe(
      "The value for 'name' parameter is invalid: the company name is already used.",
    );
  });

  it("that are suspended say so; a partner's customers only where asked to go down", async () => {
    const partner = await lab.api.text("companies.createCompany", { type: 0, name: "Partenaire" });
    const customer = await lab.api.text("companies.createCompany", {
      type: 1,
      name: "Client",
      parentId: partner,
    });
    const suspended = async (companyId: string) =>
      (await lab.api.object("companies.getCompanyDetails", { companyId })).isSuspended;
    await lab.api.result("companies.suspendCompany", { companyId: partner, recursive: false });
    expect([await suspended(partner), await suspended(customer)]).toEqual([true, false]);
    await lab.api.result("companies.suspendCompany", { companyId: partner, recursive: true });
    expect(await suspended(customer)).toBe(true);
    await lab.api.result("companies.activateCompany", { companyId: partner, recursive: true });
    expect([await suspended(partner), await suspended(customer)]).toEqual([false, false]);
    expect(await lab.api.refusal("companies.suspendCompany", { companyId: partner })).toBe(
      "The required parameter is missing: recursive",
    );
    expect(await lab.api.refusal("companies.deleteCompany", { companyId: partner })).toBe(
      "The company cannot be deleted: it manages other companies.",
    );
  });
});

describe("seats", () => {
  const set = (params: object) => lab.api.call("licensing.setMonthlySubscription", params);

  it("stay as they were where left out; 0 and removeReservedSlots give them up", async () => {
    const companyId = await company(5);
    expect((await set({ companyId, endSubscription: "2027-12-31" })).body.result).toBe(true);
    expect(await licence(companyId)).toMatchObject({
      totalSlots: 5,
      endSubscription: "2027-12-31",
      autoRenewPeriod: 12,
    });
    await set({ companyId, reservedSlots: 7, endSubscription: "" });
    expect(await licence(companyId)).toMatchObject({
      totalSlots: 7,
      endSubscription: "",
      autoRenewPeriod: 0,
    });
    await set({ companyId, removeReservedSlots: true });
    expect(await licence(companyId)).toMatchObject({ totalSlots: 0 });
    await set({ companyId, reservedSlots: 3 });
    await set({ companyId, reservedSlots: 0 });
    expect(await licence(companyId)).toMatchObject({ totalSlots: 0 });
    expect(await licence(lab.simulator.companyId)).toMatchObject({ totalSlots: 100 });
  });

  it("are taken by machines that run the installer, up to the reservation", async () => {
    const companyId = await company(3);
    const link = await lab.api.link(companyId, "Windows");
    const first = lab.simulator.enrol({ link, workstations: 2, servers: 1 });
    expect(first).toMatchObject({ refused: [], usedSlots: 3 });
    const reason = "The maximum number of licence seats has been reached (3).";
    expect(lab.simulator.enrol({ link, workstations: 1 })).toMatchObject({
      enrolled: [],
      refused: [{ reason }],
      usedSlots: 3,
    });
    expect(await licence(companyId)).toMatchObject({ usedSlots: 3, totalSlots: 3 });
    expect((await set({ companyId, reservedSlots: 2 })).body.error?.data.details).toBe(
      "The value for 'reservedSlots' parameter is invalid: 3 seats are in use.",
    );
    expect(await lab.api.result("licensing.getMonthlyUsage", { companyId })).toMatchObject({
      endpointMonthlyUsage: 3,
      edrMonthlyUsage: 0,
      minimumUsage: { endpointMonthlyUsage: 0 },
    });
  });

  it("are not given while the company is suspended, and its machines' licences expire", async () => {
    const companyId = await company(2);
    const link = await lab.api.link(companyId, "Linux");
    lab.simulator.enrol({ link, workstations: 1 });
    await lab.api.result("companies.suspendCompany", { companyId, recursive: true });
    expect(lab.simulator.enrol({ link, workstations: 1 })?.refused[0]?.reason).toBe(
      "The company is suspended: its licence has expired.",
    );
    const [first] = await lab.api.list("network.getEndpointsList", { parentId: companyId });
    const licensed = async () =>
      (await lab.api.object("network.getManagedEndpointDetails", { endpointId: first?.id })).agent;
    expect(await licensed()).toMatchObject({ licensed: 2 });
    await lab.api.result("companies.activateCompany", { companyId, recursive: true });
    expect(await licensed()).toMatchObject({ licensed: 1 });
  });

  it("of no reservation come from what the partner has left", async () => {
    const free = async () => {
      const { totalSlots, usedSlots } = await licence(lab.simulator.companyId);
      return Number(totalSlots) - Number(usedSlots);
    };
    const before = await free();
    const companyId = await company();
    const link = await lab.api.link(companyId, "Mac");
    expect(lab.simulator.enrol({ link, workstations: before + 1 })).toMatchObject({ usedSlots: before });
    expect(await free()).toBe(0);
    await lab.api.result("companies.deleteCompany", { companyId });
    expect(await free()).toBe(before);
  });
});
