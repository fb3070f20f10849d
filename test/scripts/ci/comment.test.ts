import { describe, expect, it } from "vitest";
import type { TenantPlan } from "../../../plan/types.ts";
import { type CommentInput, commentMarker, writeComment } from "../../../scripts/ci/comment.ts";
import type { CommentChanges } from "../../../scripts/ci/comment-sections.ts";
import { compareFleets } from "../../../scripts/ci/fleet-diff.ts";
import { markdown } from "../../../scripts/ci/markdown.ts";
import { sampleMail, sampleMailbox, samplePlan } from "./sample-plan.ts";

const town = (slug: string, changes: Partial<Omit<TenantPlan, "planHash">> = {}): TenantPlan =>
  samplePlan({
    slug,
    identity: { ...samplePlan().identity, name: `Commune de ${slug}`, siren: slug },
    ...changes,
  });

function changesBetween(before: readonly TenantPlan[], after: readonly TenantPlan[]): CommentChanges {
  const side = (plans: readonly TenantPlan[]) => ({
    slugs: plans.map(({ slug }) => slug),
    plans: new Map(plans.map((plan) => [plan.slug, plan])),
  });
  const diff = compareFleets(side(before), side(after));
  return {
    ...diff,
    differing: diff.changed,
    before: side(before).plans,
    after: side(after).plans,
    sharedPaths: [],
    all: false,
  };
}

const input = (changes: CommentChanges, more: Partial<CommentInput> = {}): CommentInput => ({
  changes,
  check: { text: "", errors: 0 },
  engine: [],
  secrets: [],
  base: "0123456789abcdef",
  head: "fedcba9876543210",
  link: "https://ci.example/runs/1",
  ...more,
});

describe("writeComment", () => {
  it("puts what leaves and what closes at the top, then the tenants by danger", () => {
    const closing = { mail: sampleMail({ mailboxes: [sampleMailbox("accueil")] }) };
    const changes = changesBetween(
      [town("agen"), town("nerac"), town("vianne")],
      [
        town("agen", { costs: { totalCentsPerYear: 1, lines: [] } }),
        town("nerac", closing),
        town("lavardac"),
      ],
    );
    expect(writeComment(input(changes))).toMatchInlineSnapshot(`
      "<!-- bastide:apercu -->

      ## Bastide : ce que cette demande change

      > [!CAUTION]
      > **Sans fichier** : \`vianne\`.
      >
      > **Fichier renommé** : \`vianne\` → \`lavardac\`.
      >
      > **Fermetures, verrouillages** : \`nerac\`.

      **4 collectivités** : 1 nouvelle, 2 modifiées, 1 sans fichier.

      ### \`vianne\` · \`Commune de vianne\` (sans fichier)

      - ⛔ Le fichier devient \`lavardac.yaml\` : ce serait une autre pile, et celle de \`vianne\` resterait sans fichier. Gardez le nom du fichier.

      ### \`nerac\` · \`Commune de nerac\` (modifiée)

      - ⛔ La boîte \`s.martin@mairie-nerac.fr\` sera fermée, courrier conservé.

      ### \`agen\` · \`Commune de agen\` (modifiée)

      - Coût annuel : 1 200,00 € → 0,01 €.

      ### \`lavardac\` · \`Commune de lavardac\` (nouvelle)

      - Forfait \`Technologie\`, 1 200,00 € par an.
      - Messagerie ouverte sur \`mairie-nerac.fr\` : 2 boîtes, 1 liste.

      ---

      <sub>Comparé : 0123456789ab → fedcba987654. Ce commentaire est mis à jour à chaque envoi.</sub>"
    `);
  });

  it("says that nothing changes", () => {
    expect(writeComment(input(changesBetween([town("agen")], [town("agen")])))).toContain(
      "Aucune collectivité ne change.",
    );
  });

  it("says that shared code touches all", () => {
    const changes = changesBetween([town("agen")], [town("agen")]);
    const text = writeComment(
      input({ ...changes, all: true, sharedPaths: ["plan/units.ts"], changed: ["agen"] }),
    );
    expect(text).toContain(
      "Le programme, le catalogue ou les dépendances changent (`plan/units.ts`) : toutes les piles sont à vérifier.",
    );
    expect(text).not.toContain("###");
  });

  it("shows errors of the check in a block that they cannot leave", () => {
    const check = { text: "tenants/x.yaml:1:1 ``` <script> @all [X]", errors: 2 };
    expect(writeComment(input(changesBetween([], []), { check }))).toContain(
      "**Contrôle : 2 erreurs**\n\n````text\ntenants/x.yaml:1:1 ``` <script> @all [X]\n````",
    );
  });

  it("says why there is no preview", () => {
    const engine = { none: markdown`Pas d'aperçu.` };
    expect(writeComment(input(changesBetween([], []), { engine }))).toContain("> [!NOTE]\n> Pas d'aperçu.");
  });

  it("shows the engine's preview of each tenant, failures first and open", () => {
    const changes = changesBetween([], [town("agen"), town("nerac")]);
    const text = writeComment(
      input(changes, {
        engine: [
          { slug: "agen", status: "changed", lines: ["+ boîte accueil"] },
          { slug: "nerac", status: "failed", lines: ["zimbra: HTTP 503"] },
        ],
      }),
    );
    expect(text.indexOf("### `nerac`")).toBeLessThan(text.indexOf("### `agen`"));
    expect(text).toContain(
      "<details open><summary>L'aperçu a échoué</summary>\n\n```text\nzimbra: HTTP 503\n```",
    );
  });

  it("removes secrets wherever they come from", () => {
    const plan = town("agen", { forfait: { key: "x", label: "canary-1234" } });
    const text = writeComment(
      input(changesBetween([], [plan]), {
        secrets: ["canary-1234", "canary-5678"],
        check: { text: "canary-5678", errors: 1 },
        engine: [{ slug: "agen", status: "changed", lines: ["canary-1234"] }],
      }),
    );
    expect(text).not.toContain("canary");
    expect(text.match(/\[secret\]/g)).toHaveLength(3);
  });

  it("stays below the size limit, keeps the dangerous first and counts what is left out", () => {
    const many = Array.from({ length: 2000 }, (_, index) =>
      town(`commune-${String(index).padStart(4, "0")}`),
    );
    const text = writeComment(input(changesBetween([town("zzz")], many)));
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text.length).toBeGreaterThan(50_000);
    expect(text).toContain("### `zzz`");
    const left = Number(/> (\d+) collectivités ne tiennent pas/.exec(text)?.[1]);
    expect((text.match(/^### /gm) ?? []).length).toBe(2001 - left);
    expect(text).toContain(
      "pas dans ce commentaire : voir [le journal du pipeline](https://ci.example/runs/1).",
    );
  });

  it.each([
    "@all ![x](https://evil.example/x.png)",
    "</details><h1>ok</h1>",
    "\n\n/approve\n# Approved",
    "<!-- bastide:apercu -->",
    "`; $(id)",
  ])("keeps a hostile name inside inline code: %j", (name) => {
    const plan = town("agen", { identity: { ...samplePlan().identity, name } });
    const text = writeComment(input(changesBetween([], [plan])));
    const outside = text.replace(/(`+)(?:(?!\1)[^\n])*?[^`\n]\1(?!`)/g, "");
    for (const dangerous of ["@all", "<h1>", "evil", "/approve", "$(id)", "Approved"])
      expect(outside).not.toContain(dangerous);
    expect(text.startsWith(commentMarker)).toBe(true);
    expect(outside.split(commentMarker)).toHaveLength(2);
  });
});
