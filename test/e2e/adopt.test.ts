import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aliasDomain, domain, makeByHand, otherDomain } from "./hand-made.ts";
import { type CommandResult, Sandbox } from "./harness.ts";

const slug = "saint-elie";
let sandbox: Sandbox;
let before: Picture;
let adopted: CommandResult;
let text: string;
let requests: number;
let adoptedWrites: readonly string[];

beforeAll(async () => {
  sandbox = await Sandbox.start({ name: "adopt" });
  await makeByHand(sandbox.zimbra);
  before = await everything();
  sandbox.simulator.clearCalls();
  adopted = await sandbox.bastide(["adopt", domain, "--json"]);
  requests = new Set(sandbox.simulator.calls.map(({ request }) => request)).size;
  adoptedWrites = writes();
  text = await readFile(join(sandbox.tenantsDir, `${slug}.yaml`), "utf8");
});
afterAll(async () => await sandbox[Symbol.asyncDispose]());
beforeEach(() => sandbox.simulator.clearCalls());

/** Every attribute of every object, by `address attribute`. */
type Picture = Readonly<Record<string, readonly string[]>>;

async function everything(): Promise<Picture> {
  const mailboxes = [...(await sandbox.zimbra.mailboxes(domain))];
  const lists = [...(await sandbox.zimbra.lists(domain))];
  const attributes = [...mailboxes, ...lists].flatMap(([name, entry]) =>
    [...entry.attributes].map(([key, values]) => [`${name} ${key}`, values.toSorted()] as const),
  );
  const domains = JSON.stringify(await sandbox.zimbra.call("GetAllDomainsRequest", {}));
  return Object.fromEntries([...attributes, ["domains", [domains]]]);
}

/** What differs, with the new values; an attribute that went away has none. */
function differences(from: Picture, to: Picture): Picture {
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted();
  return Object.fromEntries(
    keys.filter((key) => !isDeepStrictEqual(from[key], to[key])).map((key) => [key, to[key] ?? []]),
  );
}

/** Every call that is none of those that only read. */
function writes(): readonly string[] {
  return sandbox.simulator.calls
    .map(({ operation }) => operation)
    .filter((operation) => !/^(?:Auth|Get|Search|Count|Batch)/.test(operation));
}

async function status(...args: readonly string[]): Promise<unknown> {
  const { stdout, stderr } = await sandbox.bastide(["preview", slug, "--json", ...args]);
  const { stacks } = JSON.parse(stdout || JSON.stringify({ stacks: [stderr] }));
  return stacks[0].status;
}

describe("a domain of 40 accounts and 10 lists made by hand", () => {
  it("is adopted in at most 20 requests, none of which writes", () => {
    expect(JSON.parse(adopted.stdout)).toEqual({
      slug,
      file: expect.stringMatching(/saint-elie\.yaml$/),
      mailboxes: 39,
      lists: 9,
      imported: 49,
      leftOut: [
        `boîte o'neill@${domain} : adresse qu’une fiche ne peut pas porter`,
        `liste vide@${domain} : sans membre`,
      ],
    });
    expect(adopted.exitCode).toBe(0);
    expect(requests).toBeLessThanOrEqual(20);
    expect(adoptedWrites).toEqual([]);
  });

  it("has not one attribute changed", async () => {
    expect(differences(before, await everything())).toEqual({});
  });

  it("gets a file that passes the check, with a comment where somebody has to decide", async () => {
    const { exitCode, stdout } = await sandbox.bastide(["check", slug]);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^1 tenant file checked: \d warnings\.$/m)]);
    for (const line of [
      "  etat: reprise",
      "  # À COMPLÉTER : siren, 9 chiffres entre guillemets.",
      "  #   essentiel : 39 boîtes pour 4 comprises ; 1 quota trop grand ; total des quotas au-dessus du forfait",
      "  #   integral : tient dans le forfait",
      `  # domaine alias ${aliasDomain} : laissé tel quel`,
      "  # limite de 77 comptes dans Zimbra : laissée telle quelle",
      `    # reçoit tout le courrier des adresses inconnues de @${domain} : laissé tel quel`,
      "    - { adresse: accueil, nom: Accueil, quota: 5 Go, alias: [ contact ] }",
      `    - { adresse: maire, nom: "Élie « Zoé » \\"d'Haÿ\\", maire", quota: 5 Gio }`,
      `    # alias d’autres domaines, laissés tels quels : ccas@${otherDomain}`,
      "    # À DÉCIDER : quota illimité dans Zimbra, laissé tel quel sans clé quota",
      "    # À DÉCIDER : quota de 5234567891 octets, laissé tel quel tant qu’il n’y a pas de clé quota",
      "    - { adresse: ancien, nom: Ancien agent, quota: 1 Go, etat: verrouillee }",
      '    - { adresse: parti, nom: "Parti: depuis 2019", etat: verrouillee }',
      "    # À DÉCIDER : membres qui ne sont pas dans cette fiche : disparu",
    ]) {
      expect(text.split("\n")).toContain(line);
    }
  });

  it("has an empty preview, also against the server", async () => {
    expect(await status()).toBe("unchanged");
    expect(sandbox.simulator.calls).toEqual([]);
    expect(await status("--refresh")).toBe("unchanged");
    expect(writes()).toEqual([]);
  });

  it("can be adopted again: nothing is left to import", async () => {
    const again = await sandbox.bastide(["adopt", domain, "--json"]);
    expect([again.exitCode, JSON.parse(again.stdout).imported]).toEqual([0, 0]);
    expect(writes()).toEqual([]);
  });

  it.each([
    [
      "a name",
      ["nom: Accueil, ", "nom: Accueil de la mairie, "],
      {
        [`accueil@${domain} displayName`]: ["Accueil de la mairie"],
        [`accueil@${domain} cn`]: ["Accueil de la mairie"],
      },
      `accueil@${domain}`,
    ],
    [
      "an alias of a mailbox with an inherited quota and a foreign alias",
      ["alias: [ social ]", "alias: [ aide, social ]"],
      {
        [`ccas@${domain} zimbraMailAlias`]: [`aide@${domain}`, `ccas@${otherDomain}`, `social@${domain}`],
        [`ccas@${domain} mail`]: [
          `aide@${domain}`,
          `ccas@${otherDomain}`,
          `ccas@${domain}`,
          `social@${domain}`,
        ],
      },
      `ccas@${domain}`,
    ],
    [
      "the name of a locked mailbox",
      ["nom: Ancien agent", "nom: Agent parti"],
      { [`ancien@${domain} displayName`]: ["Agent parti"], [`ancien@${domain} cn`]: ["Agent parti"] },
      `ancien@${domain}`,
    ],
    [
      "an inherited quota",
      ["nom: Agent n° 1 }", "nom: Agent n° 1, quota: 4 Go }"],
      { [`agent1@${domain} zimbraMailQuota`]: ["4000000000"] },
      `agent1@${domain}`,
    ],
    [
      "the members of a list",
      ["membres: [ accueil, disparu ]", "membres: [ accueil ]"],
      { [`perdus@${domain} zimbraMailForwardingAddress`]: [`accueil@${domain}`] },
      `perdus@${domain}`,
    ],
  ])(
    "changes exactly %s where its file says so, and the mark there",
    async (_what, [was, is], expected, at) => {
      const now = await everything();
      expect(text.split(String(was))).toHaveLength(2);
      text = text.replace(String(was), String(is));
      await sandbox.writeTenant(slug, text);
      const { exitCode, stdout } = await sandbox.bastide(["up", slug, "--yes"]);
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining("1 changement fait")]);
      expect(differences(now, await everything())).toEqual({
        ...expected,
        [`${at} zimbraNotes`]: [`bastide:${slug}`],
      });
      expect(await status()).toBe("unchanged");
    },
  );
});

describe("bastide import", () => {
  it("tells the line to add for an object that the file does not name", async () => {
    await sandbox.zimbra.call("CreateAccountRequest", {
      name: `stagiaire@${domain}`,
      password: "chosen-long-ago-1",
      a: [{ n: "displayName", _content: "Stagiaire d’été" }],
    });
    const { exitCode, stderr } = await sandbox.bastide(["import", slug, "stagiaire"]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("names no mailbox or list")]);
    expect(stderr).toContain("- { adresse: stagiaire, nom: Stagiaire d’été }");
  });

  it("takes it into the stack without a writing call, and leaves nothing to do", async () => {
    const line = "    - { adresse: stagiaire, nom: Stagiaire d’été }\n  listes:";
    await sandbox.writeTenant(slug, text.replace("  listes:", line));
    const now = await everything();
    const { exitCode, stdout } = await sandbox.bastide(["import", slug, "stagiaire", "--json"]);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      0,
      { address: `stagiaire@${domain}`, after: { status: "unchanged" } },
    ]);
    expect(JSON.parse(stdout).command).toMatch(
      /^pulumi import cdg:zimbra:Mailbox stagiaire .* --parent=mail=urn:.* --provider=cdg=urn:.* --protect=false/,
    );
    expect(writes()).toEqual([]);
    expect(differences(now, await everything())).toEqual({});
    expect(await status("--refresh")).toBe("unchanged");
  });
});

describe("adopt --all --dry-run", () => {
  it("tells of every domain what fits, and touches nothing", async () => {
    const { exitCode, stdout } = await sandbox.bastide(["adopt", "--all", "--dry-run", "--json"]);
    const { domains } = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(domains).toContainEqual(
      expect.objectContaining({ domain, slug, state: "adopted", aliasDomains: [aliasDomain] }),
    );
    expect(domains).toContainEqual(
      expect.objectContaining({ domain: otherDomain, slug: "jumelage", state: "fits", mailboxes: 0 }),
    );
    expect(writes()).toEqual([]);
    const table = await sandbox.bastide(["adopt", "--all", "--dry-run"]);
    expect(table.stdout.split("\n")[0]).toMatch(
      /^domain +slug +state +mailboxes +lists +alias domains +forfaits/,
    );
  });

  it("is refused for --all without --dry-run", async () => {
    const { exitCode, stderr } = await sandbox.bastide(["adopt", "--all"]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("--all only tells: add --dry-run")]);
  });
});

describe("a domain of 300 accounts", () => {
  it("is adopted in at most 20 requests", async () => {
    const large = "grande-ville.example";
    await sandbox.zimbra.call("CreateDomainRequest", { name: large });
    for (let index = 1; index <= 300; index += 1)
      await sandbox.zimbra.call("CreateAccountRequest", { name: `agent${index}@${large}` });
    sandbox.simulator.clearCalls();
    const { exitCode, stdout } = await sandbox.bastide(["adopt", large, "--json"]);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { slug: "grande-ville", imported: 301 }]);
    expect(new Set(sandbox.simulator.calls.map(({ request }) => request)).size).toBeLessThanOrEqual(20);
    expect(writes()).toEqual([]);
  });
});

describe("a file that says something else than Zimbra", () => {
  const file = (nom: string, more = "") => `collectivite: { nom: Jumelage, type: autre }
convention: { etat: reprise }
messagerie:
  domaine: ${otherDomain}
  boites:
    - { adresse: comite, nom: ${nom} }
${more}`;

  beforeAll(async () => {
    const a = [{ n: "displayName", _content: "Comité" }];
    await sandbox.zimbra.call("CreateAccountRequest", { name: `comite@${otherDomain}`, a });
  });

  it.each([
    ["another name", file("Autre"), "Mailbox comite: update (displayName)"],
    [
      "a mailbox that is not there",
      file("Comité", "    - { adresse: absent, nom: Absent }"),
      "does not exist",
    ],
  ])("by %s is not imported, and nothing is written", async (_what, wrong, message) => {
    await sandbox.writeTenant("jumelage", wrong);
    const { exitCode, stderr } = await sandbox.bastide(["adopt", otherDomain]);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining(message)]);
    expect(writes()).toEqual([]);
    await expect(sandbox.state("jumelage")).rejects.toThrow("ENOENT");
  });

  it("is imported once it is right", async () => {
    await sandbox.writeTenant("jumelage", file("Comité"));
    const { exitCode, stdout } = await sandbox.bastide(["adopt", otherDomain, "--json"]);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { slug: "jumelage", imported: 2 }]);
    expect(writes()).toEqual([]);
  });
});
