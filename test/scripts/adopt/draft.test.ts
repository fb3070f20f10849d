import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadCatalogue, planTenant } from "../../../plan/index.ts";
import { slugForDomain } from "../../../scripts/adopt/domain-slug.ts";
import { draftTenant } from "../../../scripts/adopt/draft.ts";
import { checkoutRoot } from "../../../scripts/engine/checkout.mjs";
import { account, existing, list } from "./sample-domain.ts";

const loaded = loadCatalogue(join(checkoutRoot, "catalogue"));
if (!loaded.ok) throw new Error("the catalogue is wrong");
const { catalogue } = loaded;

describe("the file of an adopted domain", () => {
  it("passes the check and says the names as they are, whatever they hold", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 });
    const locals = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{1,8}([._'&-][a-z0-9]{1,8}){0,2}$/), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(text, { minLength: 8, maxLength: 8 }), locals, (names, addresses) => {
        const accounts = addresses.map((local, index) =>
          account(local, {
            displayName: (names[index] ?? "").trim(),
            quotaBytes: 1_000_000 * (index + 1) + index,
          }),
        );
        const draft = draftTenant(existing(accounts), "nerac", "tenants", catalogue);
        const result = planTenant({ file: draft.file, text: draft.text }, catalogue);
        const planned = result.ok ? (result.plan.mail?.mailboxes ?? []) : [];
        expect(planned.length + draft.fit.leftOut.length).toBe(accounts.length);
        for (const { address, displayName } of planned)
          expect(displayName).toBe(accounts.find((one) => one.address === address)?.displayName);
      }),
      { numRuns: 60 },
    );
  });

  it("holds no character that a file may not hold, not even in a comment", () => {
    const accounts = [account("a", { displayName: "x\ufffcy" })];
    const { text, fit } = draftTenant(existing(accounts), "nerac", "tenants", catalogue);
    expect(fit.leftOut).toEqual([
      "boîte a@nerac.example : nom qu’une fiche ne peut pas porter (x\\u{fffc}y)",
    ]);
    expect(text).not.toContain("\ufffc");
  });

  it("says of each forfait what exceeds it", () => {
    const accounts = Array.from({ length: 12 }, (_, index) => account(`agent${index}`, { quotaBytes: 6e9 }));
    const { forfaits } = draftTenant(existing(accounts, [list("elus")]), "nerac", "tenants", catalogue);
    expect(Object.fromEntries(forfaits.map(({ key, excess }) => [key, excess]))).toEqual({
      essentiel: [
        "12 boîtes pour 4 comprises",
        "12 quotas trop grands",
        "total des quotas au-dessus du forfait",
      ],
      technologie: ["12 boîtes pour 10 comprises", "total des quotas au-dessus du forfait"],
      "technologie-plus": [],
      integral: [],
    });
  });

  it("is not made for another tenant's domain, nor for an alias domain", () => {
    const { domain } = existing([]);
    const draft = (more: Partial<typeof domain>) => () =>
      draftTenant({ ...existing([]), domain: { ...domain, ...more } }, "nerac", "tenants", catalogue);
    expect(draft({ mark: { tenant: "agen", closed: null } })).toThrow(
      "nerac.example belongs to the collectivité agen already.",
    );
    expect(draft({ aliasOf: "d2" })).toThrow(
      "nerac.example is only another name of a domain: it holds no mailbox.",
    );
  });
});

describe("the slug of a domain", () => {
  it.each([
    ["mairie-nerac.fr", "nerac"],
    ["nerac.fr", "nerac"],
    ["mairie.nerac.fr", "nerac"],
    ["mairie-de-nerac.fr", "nerac"],
    ["xn--mairie-lzan-ibb.fr", "lezan"],
    ["saint-jean.cdg.example", "saint-jean"],
    ["mairie.fr", "mairie"],
    ["www.fr", null],
    ["pris.fr", null],
  ])("%s → %s", (domain, slug) => {
    expect(slugForDomain(domain, "cdg.example", ["pris"])).toBe(slug);
  });
});
