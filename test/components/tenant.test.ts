import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Tenant } from "../../components/tenant.ts";
import { loadCatalogue, loadTenant, type TenantPlan } from "../../plan/index.ts";
import { Provider } from "../../providers/cdg/sdk/provider.ts";
import { registrationsOf } from "./mock-engine.ts";

const root = join(import.meta.dirname, "../..");

function planOf(slug: string): TenantPlan {
  const catalogue = loadCatalogue(join(root, "catalogue"));
  if (!catalogue.ok) throw new Error(JSON.stringify(catalogue.diagnostics));
  const result = loadTenant(join(root, "tenants", `${slug}.yaml`), catalogue.catalogue);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.plan;
}

describe("Tenant", () => {
  it.each(["nerac", "saint-vincent", "cc-albret"])(
    "keeps the names of everything that %s has",
    async (slug) => {
      const plan = planOf(slug);
      const registrations = await registrationsOf(() => {
        const provider = new Provider("cdg", {
          tenant: slug,
          zimbra: { url: "https://zimbra.example/", account: "a@example.org", credential: "env:X" },
        });
        new Tenant(slug, { plan }, { providers: { cdg: provider } });
      });
      const urns = registrations.map(({ urn }) => urn);
      await expect(`${urns.join("\n")}\n`).toMatchFileSnapshot(`urns/${slug}.txt`);
    },
  );

  it("makes nothing but itself when the convention brings no mailbox", async () => {
    const plan = { ...planOf("nerac"), mail: null };
    const registrations = await registrationsOf(() => {
      new Tenant("nerac", { plan });
    });
    expect(registrations.map(({ urn, outputs }) => ({ urn, outputs }))).toEqual([
      {
        urn: "bastide:tenant:Tenant::nerac",
        outputs: { slug: "nerac", state: "active" },
      },
    ]);
  });
});
