import { describe, expect, it } from "vitest";
import { useSimulator } from "./api.ts";

const lab = useSimulator();
const ID = /^[0-9a-f]{24}$/;
let number = 0;

const company = async (): Promise<string> =>
  await lab.api.text("companies.createCompany", { type: 1, name: `Commune ${++number}` });

describe("packages", () => {
  it("are made, found, changed and removed", async () => {
    const companyId = await company();
    const made = await lab.api.list("packages.createPackage", {
      companyId,
      packageName: "Poste",
      description: "Postes de la mairie",
      language: "fr_FR",
      scanMode: { type: 2, computers: { main: 3 }, vms: { main: 3 } },
      modules: { firewall: 1 },
    });
    expect(made).toEqual([{ success: true, records: [expect.stringMatching(ID)] }]);
    const packageId = String(made[0]?.records);
    expect(await lab.api.result("packages.getPackagesList", { companyId })).toEqual({
      total: 1,
      page: 1,
      perPage: 30,
      pagesCount: 1,
      items: [{ id: packageId, name: "Poste", type: 4 }],
    });
    await lab.api.result("packages.updatePackage", { packageId, language: "en_US" });
    expect(await lab.api.result("packages.getPackageDetails", { packageId })).toMatchObject({
      packageName: "Poste",
      companyId,
      description: "Postes de la mairie",
      language: "en_US",
      modules: { firewall: 1 },
    });
    const links = await lab.api.result("packages.getInstallationLinks", { companyId, packageName: "Poste" });
    expect(links).toMatchObject([
      {
        packageName: "Poste",
        companyId,
        installLinkWindows: expect.stringContaining("/Packages/BSTWIN/0/"),
        installLinkMac: expect.stringContaining("/Packages/MAC/0/"),
        installLinkLinux: expect.stringContaining("/Packages/BSTNIX/0/"),
      },
    ]);
    expect(await lab.api.refusal("packages.createPackage", { companyId, packageName: "Poste" })).toBe(
      "The value for 'packageName' parameter is invalid: the package name is already used.",
    );
    expect(await lab.api.result("packages.deletePackage", { packageId })).toBeNull();
    expect(await lab.api.result("packages.getInstallationLinks", { companyId })).toEqual([]);
    expect(await lab.api.refusal("packages.deletePackage", { packageId })).toBe(
      "The value for 'packageId' parameter is invalid.",
    );
  });
});

describe("accounts", () => {
  it("are made, listed, changed and removed; a password is kept only as a hash", async () => {
    const companyId = await company();
    const email = "mairie@orange.example";
    const profile = { fullName: "Mairie", language: "fr_FR", timezone: "Europe/Paris" };
    const accountId = await lab.api.text("accounts.createAccount", {
      email,
      profile,
      password: "canary-Passw0rd!",
      companyId,
      role: 1,
    });
    expect(accountId).toMatch(ID);
    expect(await lab.api.list("accounts.getAccountsList", { companyId })).toEqual([
      {
        id: accountId,
        userName: email,
        email,
        profile,
        role: 1,
        rights: {
          companyManager: true,
          manageCompanies: false,
          manageNetworks: true,
          manageReports: true,
          manageUsers: true,
        },
      },
    ]);
    const other = await company();
    expect(await lab.api.refusal("accounts.createAccount", { email, profile, companyId: other })).toBe(
      "The value for 'email' parameter is invalid: the email address is already used.",
    );
    expect(await lab.api.result("accounts.updateAccount", { accountId, email: "elus@orange.example" })).toBe(
      true,
    );
    expect(
      await lab.api.result("companies.getCompanyDetailsByUser", { username: "elus@orange.example" }),
    ).toMatchObject({ id: companyId });
    expect(await lab.api.result("accounts.deleteAccount", { accountId })).toBeNull();
    expect(await lab.api.list("accounts.getAccountsList", { companyId })).toEqual([]);
  });

  it("of a role of their own say what they may do", async () => {
    const params = { email: "x@y.example", profile: { fullName: "X" }, role: 5 };
    expect(await lab.api.refusal("accounts.createAccount", params)).toBe(
      "The required parameter is missing: rights",
    );
  });
});

describe("the network", () => {
  it("is told page by page; an empty list has one page", async () => {
    const companyId = await company();
    expect(await lab.api.result("network.getEndpointsList", { parentId: companyId })).toEqual({
      total: 0,
      page: 1,
      perPage: 30,
      pagesCount: 1,
      items: [],
    });
    const link = await lab.api.link(companyId, "Windows");
    lab.simulator.enrol({ link, workstations: 4, servers: 1 });
    const page = await lab.api.object("network.getEndpointsList", {
      parentId: companyId,
      page: 2,
      perPage: 3,
    });
    expect(page).toMatchObject({ total: 5, page: 2, perPage: 3, pagesCount: 2 });
    const items = await lab.api.list("network.getEndpointsList", {
      parentId: companyId,
      page: 2,
      perPage: 3,
    });
    expect(items).toHaveLength(2);
    expect(page.items).toEqual(items);
    expect(items[1]).toMatchObject({
      id: expect.stringMatching(ID),
      isManaged: true,
      machineType: 1,
      operatingSystemVersion: "Windows Server 2022 Standard",
      macs: [expect.stringMatching(/^[0-9a-f]{12}$/)],
    });
    expect(await lab.api.refusal("network.getEndpointsList", { parentId: companyId, perPage: 0 })).toBe(
      "The value for 'perPage' parameter is invalid.",
    );
    const [first] = items;
    const groupId = await lab.api.text("network.createCustomGroup", {
      groupName: "Annexe",
      parentId: first?.groupId,
    });
    await lab.api.result("network.moveEndpoints", { endpointIds: [first?.id], groupId });
    const count = async (params: object) => (await lab.api.object("network.getEndpointsList", params)).total;
    expect(await count({ parentId: companyId })).toBe(4);
    expect(await count({ parentId: groupId })).toBe(1);
    expect(await count({ parentId: companyId, filters: { depth: { allItemsRecursively: true } } })).toBe(5);
    await lab.api.result("network.deleteEndpoint", { endpointId: first?.id });
    expect(await count({ parentId: groupId })).toBe(0);
  });

  it("lists the companies below, by type of licence", async () => {
    const companyId = await company();
    const all = await lab.api.list("network.getCompaniesList", {
      parentId: null,
      filters: { licenseType: 3 },
    });
    expect(all.map(({ id }) => id)).toContain(companyId);
    expect(await lab.api.result("network.getCompaniesList", { filters: { companyType: 0 } })).toEqual([]);
  });
});
