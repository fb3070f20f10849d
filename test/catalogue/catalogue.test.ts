import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SERVICE } from "../../plan/entitlements.ts";
import { loadCatalogue } from "../../plan/index.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bastide-catalogue-"));
  cpSync("catalogue", folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function edit(name: string, from: string | RegExp, to: string): void {
  const file = join(folder, name);
  const text = readFileSync(file, "utf8");
  const edited = text.replace(from, to);
  if (edited === text) throw new Error(`${name} has no ${from}`);
  writeFileSync(file, edited);
}

function problems(options?: { cdgPath?: string }): string[] {
  const result = loadCatalogue(folder, options);
  return result.ok
    ? []
    : result.diagnostics.map(({ file, line, code, path }) =>
        `${file.slice(folder.length + 1)}:${line} ${code} ${path}`.trim(),
      );
}

function loaded() {
  const result = loadCatalogue(folder);
  if (!result.ok) throw new Error(problems().join("\n"));
  return result.catalogue;
}

/** Articles of the convention that describe a service. */
const articles = "3 4a 4b 4c 4d 5 6a 6b 6c 7a 7b 7c 7d 8a 8b 9 10 11 12 13 14 15 16 17 18 20".split(" ");

describe("the shipped catalogue", () => {
  it("has a service for every article of the convention", () => {
    const covered = new Set([...loaded().services.values()].map(({ article }) => article));
    expect([...covered].toSorted()).toEqual(articles.toSorted());
  });

  it("has the services that the code knows by name", () => {
    expect([...loaded().services.keys()]).toEqual(expect.arrayContaining(Object.values(SERVICE)));
  });

  it("leaves the transmission of accounts out of Technologie and Technologie Plus (article 7d)", () => {
    const { forfaits } = loaded();
    expect(
      [...forfaits.values()].filter(({ services }) => services.has("flux-comptables")).map(({ key }) => key),
    ).toEqual(["integral"]);
  });

  it("keeps the convention's figures: 2 Go a file, 1 Go to share, two half-days of training", () => {
    const { services, forfaits } = loaded();
    expect(services.get("transfert")?.quotaBytes).toBe(2e9);
    expect(services.get("partage")?.quotaBytes).toBe(1e9);
    expect(
      [...forfaits.values()].map((forfait) => forfait.services.get("formation-groupe")?.quantity),
    ).toEqual([2, 2, 2, 2]);
  });

  it.each(["forfaits.yaml", "services.yaml", "prix.yaml"])(
    "says in the header of %s that it is an example",
    (name) => {
      expect(readFileSync(join("catalogue", name), "utf8").split("\nf")[0]).toMatch(
        /EXEMPLE : les annexes 1.* 2 .*ne sont pas publiques/s,
      );
    },
  );

  it("prices every forfait for every population", () => {
    const { prices } = loaded();
    for (const { bands } of prices.forfaits.values()) expect(bands.at(-1)?.upTo).toBeNull();
    expect(prices.forfaits.size).toBe(4);
  });
});

describe("loadCatalogue", () => {
  it.each<[what: string, name: string, from: string | RegExp, to: string, expected: string]>([
    [
      "a service that does not exist",
      "forfaits.yaml",
      "antispam: {}",
      "antispams: {}",
      "forfaits.yaml:13 SERVICE_UNKNOWN forfaits.essentiel.services.antispams",
    ],
    [
      "a price of a service that does not exist",
      "prix.yaml",
      "  boite: 24",
      "  boites: 24",
      "prix.yaml:34 SERVICE_UNKNOWN complements.boites",
    ],
    [
      "a forfait without prices",
      "prix.yaml",
      "  essentiel:",
      "  essentiels:",
      "forfaits.yaml:8 CATALOGUE_INCOMPLETE forfaits.essentiel",
    ],
    [
      "a mode that is none",
      "services.yaml",
      /mode: automated(?=, unite)/,
      "mode: automatic",
      "services.yaml:9 VALUE_UNKNOWN services.domaine.mode",
    ],
    [
      "an article that is none",
      "services.yaml",
      'article: "6a"',
      'article: "6z"',
      "services.yaml:9 TYPE_WRONG services.domaine.article",
    ],
    [
      "an article without quotes",
      "services.yaml",
      'article: "3"',
      "article: 3",
      "services.yaml:14 TEXT_NOT_QUOTED services.logiciels-metiers.article",
    ],
    [
      "a size that is none",
      "forfaits.yaml",
      "total: 20 Go",
      "total: 20",
      "forfaits.yaml:12 TEXT_NOT_QUOTED forfaits.essentiel.services.boite.total",
    ],
    [
      "a price with three decimals",
      "prix.yaml",
      "boite: 24",
      "boite: 24.005",
      "prix.yaml:34 PRICE_INVALID complements.boite",
    ],
    [
      "a key that is no keyword",
      "forfaits.yaml",
      "  essentiel:",
      "  Essentiel:",
      "forfaits.yaml:8 KEYWORD_INVALID forfaits.Essentiel",
    ],
    [
      "a password in place of a reference",
      "cdg.yaml",
      "env:BASTIDE_ZIMBRA_PASSWORD",
      "hunter2",
      "cdg.yaml:13 CREDENTIAL_REFERENCE connections.zimbra.credential",
    ],
    [
      "a URL with a password",
      "cdg.yaml",
      "https://zimbra",
      "https://user:hunter2@zimbra",
      "cdg.yaml:11 URL_INVALID connections.zimbra.url",
    ],
    [
      "a contact that is no address",
      "cdg.yaml",
      "numerique@cdg.example",
      "numerique",
      "cdg.yaml:8 EMAIL_INVALID contact",
    ],
  ])("refuses %s", (_what, name, from, to, expected) => {
    edit(name, from, to);
    expect(problems()).toContain(expected);
  });

  it("lets the CDG add a provider, and take over a domain or an entry of the shipped ones", () => {
    const own = `
fournisseurs:
  local: { nom: Hébergeur local, domaines: [local.example, wanadoo.fr], serveur: imap.local.example, connexion: mot-de-passe, identifiant: partie-locale, caFile: /etc/local.pem }
  free: { nom: Free, serveur: 10.0.0.1, port: 1993, connexion: refusee, conseil: Demander au CDG. }
`;
    writeFileSync(join(folder, "cdg.yaml"), readFileSync(join(folder, "cdg.yaml"), "utf8") + own);
    const { byKey, byDomain } = loaded().providers;
    expect(byDomain.get("wanadoo.fr")).toEqual({
      key: "local",
      label: "Hébergeur local",
      host: "imap.local.example",
      port: 993,
      security: "tls",
      login: "password",
      username: "local-part",
      advice: null,
      caFile: "/etc/local.pem",
    });
    expect(byDomain.get("orange.fr")?.key).toBe("orange");
    expect(byKey.get("free")).toMatchObject({
      host: "10.0.0.1",
      port: 1993,
      login: "refused",
      advice: "Demander au CDG.",
    });
    expect(byDomain.has("free.fr")).toBe(false);
  });

  it("quotes no password", () => {
    edit("cdg.yaml", "https://zimbra", "https://user:hunter2@zimbra");
    edit("cdg.yaml", "env:BASTIDE_ZIMBRA_PASSWORD", "hunter2");
    const result = loadCatalogue(folder);
    const messages = result.ok ? [] : result.diagnostics.map(({ message, hint }) => message + hint);
    expect(messages).toHaveLength(2);
    expect(messages.join()).not.toContain("hunter2");
  });

  it("reports all files at once", () => {
    edit("prix.yaml", "boite: 24", "boite: rien");
    edit("services.yaml", /mode: automated(?=, unite)/, "mode: auto");
    rmSync(join(folder, "cdg.yaml"));
    expect(problems()).toEqual([
      "cdg.yaml:1 FILE_UNREADABLE",
      "prix.yaml:34 TYPE_WRONG complements.boite",
      "services.yaml:9 VALUE_UNKNOWN services.domaine.mode",
    ]);
  });

  it("takes the CDG of another file when it is given one", () => {
    const cdgPath = join(folder, "lab.yaml");
    const text = readFileSync(join(folder, "cdg.yaml"), "utf8").replace(
      "collectivites.example",
      "LÉZAN.test.",
    );
    writeFileSync(cdgPath, text);
    rmSync(join(folder, "cdg.yaml"));
    const result = loadCatalogue(folder, { cdgPath });
    expect(result.ok && result.catalogue.cdg).toMatchObject({
      domain: "xn--lzan-bpa.test",
      connections: { zimbra: { credential: "env:BASTIDE_ZIMBRA_PASSWORD", requestsPerSecond: 20 } },
      mail: { imap: { host: "imap.cdg.example", port: 993 } },
    });
  });
});
