import { describe, expect, it } from "vitest";
import type { Catalogue, TenantPlan } from "../../plan/index.ts";
import { changed, planOf as planOfFile, catalogue as without } from "./tenant-yaml.ts";

const gravityzone = { url: "https://gz.example/api", credential: "env:GZ" };
const connected: Catalogue = {
  ...without,
  cdg: { ...without.cdg, connections: { ...without.cdg.connections, gravityzone } },
};

function planOf(change: Parameters<typeof changed>[0], catalogue = connected): TenantPlan {
  const held = { convention: { forfait: "technologie-plus" } };
  return planOfFile(changed(change, changed(held)), "nerac", catalogue);
}

const contact = { nom: "Secrétariat", courriel: "Mairie.Nerac@orange.example" };
const asking = { collectivite: { contact }, antivirus: { postes: 12, serveurs: 1 } };

describe("the antivirus licences of a plan", () => {
  it("are one company with as many seats as workstations and servers", () => {
    expect(planOf(asking).antivirus).toEqual({
      company: { siren: "214701955", name: "Commune de Nérac", reservedSeats: 13, status: "active" },
      packageName: "bastide",
      administrator: { email: "mairie.nerac@orange.example", fullName: "Secrétariat" },
      limits: { workstations: 12, servers: 1 },
    });
  });

  it("are suspended with the tenant, and keep their seats", () => {
    const suspended = planOf({ ...asking, convention: { etat: "suspendue", suspension: "2026-10-01" } });
    expect(suspended.antivirus?.company).toMatchObject({ status: "suspended", reservedSeats: 13 });
  });

  it.each([
    ["the file asks for none", { antivirus: undefined }, connected],
    ["the file asks for no seat", { antivirus: { postes: 0, serveurs: 0 } }, connected],
    ["the CDG reaches no vendor", asking, without],
    ["the tenant is being taken over", { ...asking, convention: { etat: "reprise" } }, connected],
  ] as const)("are absent where %s", (_why, changes, catalogue) => {
    expect(planOf(changes, catalogue)).not.toHaveProperty("antivirus");
  });

  it("leave the hash of a plan without them as it was", () => {
    expect(planOf({ antivirus: undefined }).planHash).toBe(
      planOf({ antivirus: undefined }, without).planHash,
    );
  });
});
