import { describe, expect, it } from "vitest";
import { fitDomain } from "../../../scripts/adopt/fit.ts";
import { account, existing, list } from "./sample-domain.ts";

const at = "nerac.example";

describe("a mailbox in the file of an adopted domain", () => {
  it.each([
    ["a quota in round figures", {}, { quota: "5 Go" }, []],
    ["a quota in powers of two", { quotaBytes: 2 ** 30 }, { quota: "1 Gio" }, []],
    [
      "an odd quota",
      { quotaBytes: 5_234_567_891 },
      {},
      ["À DÉCIDER : quota de 5234567891 octets, laissé tel quel tant qu’il n’y a pas de clé quota"],
    ],
    [
      "an unlimited quota",
      { quotaBytes: null },
      {},
      ["À DÉCIDER : quota illimité dans Zimbra, laissé tel quel sans clé quota"],
    ],
    ["an inherited quota", { inherited: true }, {}, []],
    [
      "no name",
      { displayName: "" },
      { nom: undefined, quota: "5 Go" },
      ["sans nom affiché dans Zimbra : à donner avant etat: active"],
    ],
    [
      "aliases here and elsewhere",
      { aliases: [`contact@${at}`, "accueil@autre.example"] },
      { alias: ["contact"], quota: "5 Go" },
      ["alias d’autres domaines, laissés tels quels : accueil@autre.example"],
    ],
    [
      "a status of the moment",
      { status: "lockout" },
      { quota: "5 Go" },
      ["compte « lockout » : état passager de Zimbra, laissé tel quel"],
    ],
    ["a lock by the administration", { status: "locked" }, { quota: "5 Go", etat: "verrouillee" }, []],
    [
      "an end by the administration",
      { status: "closed" },
      { quota: "5 Go", etat: "verrouillee" },
      [
        "À DÉCIDER : compte « closed » dans Zimbra, qui refuse aussi son courrier : laissé tel quel ; " +
          "sans la clé etat il serait rouvert par etat: active",
      ],
    ],
    [
      "a status that waits for somebody",
      { status: "pending" },
      { quota: "5 Go" },
      ["À DÉCIDER : compte « pending » dans Zimbra, laissé tel quel en reprise ; etat: active le rouvrirait"],
    ],
    [
      "the catch-all",
      { catchAll: [`@${at}`] },
      { quota: "5 Go" },
      [`reçoit tout le courrier des adresses inconnues de @${at} : laissé tel quel`],
    ],
  ])("with %s", (_what, found, entry, remarks) => {
    const { boxes } = fitDomain(existing([account("accueil", found)]), "nerac");
    const wanted = Object.entries({ adresse: "accueil", nom: "Nom de accueil", ...entry });
    expect(boxes).toEqual([
      { entry: Object.fromEntries(wanted.filter(([, value]) => value !== undefined)), remarks },
    ]);
  });

  it("stands where people look for it", () => {
    const { boxes } = fitDomain(existing([account("a10"), account("a2"), account("a1")]), "nerac");
    expect(boxes.map(({ entry }) => entry.adresse)).toEqual(["a1", "a2", "a10"]);
  });
});

describe("an account that no file can hold", () => {
  it.each([
    ["an address with an apostrophe", account("o'neill"), "adresse qu’une fiche ne peut pas porter"],
    [
      "a name with a line break, shown without it",
      account("a", { displayName: "x\ny" }),
      "nom qu’une fiche ne peut pas porter (x?y)",
    ],
    [
      "an alias of the domain with an ampersand",
      account("a", { aliases: [`r&d@${at}`] }),
      `alias qu’une fiche ne peut pas porter (r&d@${at})`,
    ],
    [
      "another tenant's mark",
      account("a", { mark: { tenant: "agen", closed: null } }),
      "appartient à la collectivité agen",
    ],
    [
      "our own mark of a closing",
      account("a", { mark: { tenant: "nerac", closed: "2026-05-01" } }),
      "fermée le 2026-05-01",
    ],
  ])("is left out for %s", (_what, found, reason) => {
    const fit = fitDomain(existing([found]), "nerac");
    expect([fit.boxes, fit.leftOut]).toEqual([[], [`boîte ${found.address} : ${reason}`]]);
  });
});

describe("a list", () => {
  const mailboxes = [account("accueil", { aliases: [`contact@${at}`] })];

  it("names members of the domain by their local part, others whole", () => {
    const members = [`accueil@${at}`, `contact@${at}`, `elus@${at}`, "maire@orange.example"];
    const { lists } = fitDomain(existing(mailboxes, [list("tous", { members }), list("elus")]), "nerac");
    expect(lists.map(({ entry, remarks }) => [entry, remarks])).toEqual([
      [{ adresse: "elus", membres: ["accueil"] }, []],
      [{ adresse: "tous", membres: ["accueil", "contact", "elus", "maire@orange.example"] }, []],
    ]);
  });

  it("says which members are not in the file, and which other addresses it has", () => {
    const found = list("elus", { members: [`disparu@${at}`], aliases: [`conseil@${at}`] });
    expect(fitDomain(existing(mailboxes, [found]), "nerac").lists[0]?.remarks).toEqual([
      "À DÉCIDER : membres qui ne sont pas dans cette fiche : disparu",
      `autres adresses de la liste, laissées telles quelles : conseil@${at}`,
    ]);
  });

  it.each([
    ["dynamic", { dynamic: true }, "groupe dynamique, sans équivalent"],
    ["empty", { members: [] }, "sans membre"],
    ["a member of itself", { members: [`elus@${at}`] }, "membre d’elle-même"],
    [
      "with a member that is no address",
      { members: ["a b@c.example"] },
      "membre qu’une fiche ne peut pas porter (a b@c.example)",
    ],
  ])("is left out when it is %s", (_what, found, reason) => {
    const fit = fitDomain(existing(mailboxes, [list("elus", found)]), "nerac");
    expect([fit.lists, fit.leftOut]).toEqual([[], [`liste elus@${at} : ${reason}`]]);
  });
});
