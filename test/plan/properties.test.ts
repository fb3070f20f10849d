import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { stringify } from "yaml";
import { canonicalJson, hashOf, planTenant, type TenantPlan } from "../../plan/index.ts";
import type { Draft } from "../../plan/schema/draft.ts";
import { isSlug } from "../../plan/slug.ts";
import { suggestSlug } from "../../plan/slug-suggestion.ts";
import { catalogue, changed, planOf } from "./tenant-yaml.ts";

const locals = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}(\.[a-z]{1,8})?$/), {
  minLength: 4,
  maxLength: 8,
});

/** A right file with some mailboxes, aliases, lists and complements. */
const tenant = locals.map(([first = "a", second = "b", third = "c", fourth = "d", ...rest]) =>
  changed({
    convention: { forfait: "integral" },
    messagerie: {
      boites: [
        { adresse: first, nom: `Nom de ${first}`, quota: "2 Go", alias: [second] },
        { adresse: third, nom: "Née « X » & fils" },
        ...rest.map((local) => ({ adresse: local, nom: local, avant: `ancien.${local}` })),
      ],
      listes: [{ adresse: fourth, membres: [first, third, ...rest, "maire@orange.fr"] }],
    },
    partage: { utilisateurs: [first, third] },
    complements: [
      { service: "boite", quantite: 2, depuis: "2026-05-01" },
      { service: "parapheur", quantite: 1 },
      { service: "boite", quantite: 1 },
    ],
  }),
);

/** The same data with keys and list entries in another order; numbers decide which. */
function shuffled(value: unknown, next: () => number): unknown {
  if (Array.isArray(value))
    return mixed(
      value.map((item) => shuffled(item, next)),
      next,
    );
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    mixed(Object.entries(value), next).map(([key, member]) => [key, shuffled(member, next)]),
  );
}

function mixed<T>(items: readonly T[], next: () => number): T[] {
  return items
    .map((item) => ({ item, weight: next() }))
    .toSorted((a, b) => a.weight - b.weight)
    .map(({ item }) => item);
}

describe("a plan", () => {
  it("does not depend on the order of keys and lists", () => {
    fc.assert(
      fc.property(
        tenant,
        fc.infiniteStream(fc.double({ noNaN: true, noDefaultInfinity: true })),
        (data, numbers) => {
          const next = () => Number(numbers.next().value);
          const other = planOf(stringify(shuffled(data, next)));
          expect(other).toEqual(planOf(data));
        },
      ),
    );
  });

  it("does not depend on comments, quotes and style", () => {
    fc.assert(
      fc.property(tenant, (data) => {
        const block = stringify(data);
        const flow = stringify(data, {
          collectionStyle: "flow",
          defaultStringType: "QUOTE_DOUBLE",
          lineWidth: 0,
        });
        const commented = block.replaceAll("\n", " # comment\n").replaceAll("\n", "\r\n");
        expect(planOf(flow).planHash).toBe(planOf(block).planHash);
        expect(planOf(`\ufeff---\n${commented}`.slice(1)).planHash).toBe(planOf(block).planHash);
      }),
    );
  });

  it("changes its hash with anything that it says", () => {
    const hashes = [
      planOf(),
      planOf(changed({ collectivite: { nom: "Nérac" } })),
      planOf(changed({ collectivite: { population: 6801 } })),
      planOf(changed({ convention: { etat: "suspendue" } })),
      planOf(changed({ messagerie: { boites: [{ adresse: "accueil", nom: "Accueil" }] } })),
      planOf(changed({ complements: [{ service: "boite", quantite: 1 }] })),
      planOf(changed({}), "agen"),
    ].map(({ planHash }) => planHash);
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashes[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it("names nothing by position: taking a mailbox away leaves the names of the others", () => {
    fc.assert(
      fc.property(tenant, (data) => {
        const names = planOf(data).mail?.mailboxes.map(({ logicalName }) => logicalName) ?? [];
        const [kept = []] = [
          planOf(withoutFirstMailbox(data)).mail?.mailboxes.map(({ logicalName }) => logicalName),
        ];
        expect(names).toEqual(expect.arrayContaining(kept));
        expect(kept).toHaveLength(names.length - 1);
      }),
    );
  });

  it("is plain data: JSON carries it whole", () => {
    const plan = planOf();
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it("holds its hash over everything else", () => {
    const { planHash, ...rest } = planOf();
    expect(hashOf(rest)).toBe(planHash);
  });
});

function withoutFirstMailbox(data: ReturnType<typeof changed>): ReturnType<typeof changed> {
  const plan = planOf(data);
  const [, ...rest] = plan.mail?.mailboxes ?? [];
  const boites = rest.map(({ logicalName, displayName }) => ({ adresse: logicalName, nom: displayName }));
  return changed({ messagerie: { boites, listes: undefined }, partage: undefined }, data);
}

describe("planTenant", () => {
  it("never throws, whatever the text", () => {
    const yamlish = fc.array(
      fc.constantFrom(
        ..."abcé0 :-?[]{},#&*!|>'\"%@`\n\r\t\\~=<",
        "\n  ",
        "- ",
        ": ",
        "collectivite:",
        "messagerie:",
        "boites:",
        "\u202e",
        "\0",
      ),
      { maxLength: 60 },
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      yamlish.map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (content) => {
        const { ok, diagnostics } = planTenant({ file: "tenants/nerac.yaml", text: content }, catalogue);
        expect(ok).toBe(false);
        for (const { line, column } of diagnostics) expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  it("never throws, whatever a value of a known key is", () => {
    const paths = [
      "collectivite.nom",
      "collectivite.contact",
      "convention",
      "messagerie.boites",
      "messagerie.listes",
      "complements",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.json({ maxDepth: 3 }), (path, json) => {
        const change = path
          .split(".")
          .reduceRight<unknown>((below, key) => ({ [key]: below }), JSON.parse(json));
        const text = stringify(changed(change as Parameters<typeof changed>[0]));
        expect(planTenant({ file: "tenants/nerac.yaml", text }, catalogue).diagnostics).toBeInstanceOf(Array);
      }),
      { numRuns: 300 },
    );
  });
});

describe("canonicalJson", () => {
  it("is JSON of the same data, whatever the order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.infiniteStream(fc.double({ noNaN: true })), (value, numbers) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
        const keysMixed = JSON.parse(JSON.stringify(plain), (_key, member: unknown) =>
          typeof member === "object" && member !== null && !Array.isArray(member)
            ? Object.fromEntries(mixed(Object.entries(member), () => Number(numbers.next().value)))
            : member,
        );
        expect(canonicalJson(keysMixed)).toBe(canonicalJson(plain));
      }),
    );
  });
});

describe("suggestSlug", () => {
  it("suggests slugs alone, the same for composed and decomposed accents", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (name) => {
        const slug = suggestSlug(name, { taken: [] });
        expect(slug === null || isSlug(slug)).toBe(true);
        expect(suggestSlug(name.normalize("NFD"), { taken: [] })).toBe(
          suggestSlug(name.normalize("NFC"), { taken: [] }),
        );
      }),
    );
  });
});

describe("Draft", () => {
  it("makes every part of a type optional, list entries too", () => {
    type Example = { readonly a: string; readonly b: readonly { readonly c: number }[] };
    expectTypeOf<Draft<Example>>().toEqualTypeOf<{
      readonly a?: string | undefined;
      readonly b?: readonly ({ readonly c?: number | undefined } | undefined)[] | undefined;
    }>();
    expectTypeOf<TenantPlan["mail"]>().extract<null>().toEqualTypeOf<null>();
    const partial: Draft<Example> = { b: [undefined, {}] };
    expect(Object.keys(partial)).toEqual(["b"]);
  });
});
