import type { Arena, Campaign } from "./campaign.ts";
import { mustBeSeen, mustEqual } from "./campaign.ts";
import { breakCall, canBreak, mend, onCall, wholeTown } from "./systems.ts";
import { type Inventory, TenantArena } from "./tenant-arena.ts";

const quick = [
  "close-after-commit",
  "500-after-commit",
  "500",
  "429",
  "503",
  "html",
  "half-body",
  "invalid-xml",
  "invalid-json",
];
const silent = ["silence-after-commit"];

const changed = (text: string) =>
  text
    .replace(
      "nom: Accueil, quota: 5 Go, alias: [contact, mairie]",
      "nom: Bon accueil, quota: 4 Go, alias: [contact]",
    )
    .replace("adresse: s.martin,", "adresse: s.durand, avant: s.martin,")
    .replace("nom: Urbanisme }", "nom: Urbanisme, alias: [mairie] }")
    .replace("[maire, s.martin, ailleurs@orange.example]", "[maire, s.durand, autre@orange.example]")
    .replace("postes: 2", "postes: 3")
    .replace("[accueil, s.martin, urbanisme]", "[accueil, s.durand, maire]")
    .replace("transfert: { utilisateurs: [accueil] }", "transfert: { utilisateurs: [s.durand, maire] }")
    .concat("complements:\n  - { service: boite, quantite: 2, depuis: 2026-09-01 }\n")
    .concat("  - { service: transfert, quantite: 1, depuis: 2026-09-01 }\n");
const reduced = (text: string) =>
  text
    .replace("    - { adresse: urbanisme, nom: Urbanisme }\n", "")
    .replace(/ {4}- \{ adresse: services.*\n/, "")
    .replace(/(?:antivirus|partage|transfert):.*\n/g, "");

interface Phase {
  /** Deployed before, undisturbed. */
  readonly before: readonly ((text: string) => string)[];
  /** Deployed with the fault. */
  readonly text: (text: string) => string;
  readonly command: readonly string[];
}

const same = (text: string) => text;
const phases: Readonly<Record<string, Phase>> = {
  create: { before: [], text: same, command: ["up", "--yes"] },
  update: { before: [same], text: changed, command: ["up", "--yes"] },
  delete: { before: [same], text: reduced, command: ["up", "--yes"] },
  reopen: { before: [same, reduced], text: same, command: ["up", "--yes"] },
  refresh: { before: [same], text: same, command: ["refresh"] },
};

function phaseOf(name: string): Phase {
  const phase = phases[name];
  if (phase === undefined) throw new Error(`no phase is called ${name}`);
  return phase;
}

function historyOf(variants: Phase["before"]): string {
  return variants.map(({ name }) => name).join(", ");
}

const seen =
  "the same command exits 0 at the latest when repeated; inventory as without a fault; next preview empty";

/** `update/ModifyAccountRequest/503`, `create/companies.createCompany/html`: the fault hits the first such call of the phase. */
export const faults: Campaign = {
  name: "faults",
  broken: `every operation of a create, update, closing, reopening and refresh × ${quick.join(", ")}`,
  seen,
  short: quick.length,
  lanes: 2,
  points: () => pointsOf(quick),
  open: () => FaultArena.start("faults"),
};

export const silence: Campaign = {
  name: "silence",
  broken: "the same operations × no answer at all after the work was done, until the client's 30 s are over",
  seen,
  short: 1,
  lanes: 10,
  points: () => pointsOf(silent),
  open: () => FaultArena.start("silence"),
};

async function pointsOf(kinds: readonly string[]): Promise<readonly string[]> {
  await using arena = await FaultArena.start("points");
  const points: string[] = [];
  for (const name of Object.keys(phases)) {
    const operations = await arena.operationsOf(name);
    for (const operation of operations)
      points.push(
        ...kinds.filter((kind) => canBreak(operation, kind)).map((kind) => `${name}/${operation}/${kind}`),
      );
  }
  return points;
}

class FaultArena implements Arena {
  readonly #arena: TenantArena;
  readonly #golden = new Map<string, Inventory>();
  /** Collectivités that were found as without a fault, by what was deployed of them: where other phases begin. */
  readonly #converged = new Map<string, string[]>();

  private constructor(arena: TenantArena) {
    this.#arena = arena;
  }

  static async start(name: string): Promise<FaultArena> {
    return new FaultArena(await TenantArena.start(name));
  }

  /** Operations that a phase sends, each once, in an order that is the same for every run. */
  async operationsOf(name: string): Promise<readonly string[]> {
    const { sandbox } = this.#arena;
    const seen = new Set<string>();
    await this.#phase(name, async (run) => {
      onCall(sandbox, ({ operation }) => void seen.add(operation));
      await run().finally(() => onCall(sandbox, null));
    });
    return [...seen].toSorted();
  }

  async attempt(point: string): Promise<void> {
    const [name = "", operation = "", kind = ""] = point.split("/");
    const golden = await this.#goldenOf(name);
    const { sandbox } = this.#arena;
    const slug = await this.#phase(name, async (run, slug) => {
      const before = name === "create" ? null : await this.#arena.stateOf(slug);
      breakCall(sandbox, operation, kind);
      const first = await run().finally(() => mend(sandbox));
      const said = `${first.stderr}${first.stdout}`;
      mustBeSeen([0, 3].includes(first.exitCode ?? -1), () => `ended with ${first.exitCode}\n${said}`);
      if (first.exitCode !== 0) {
        mustBeSeen(said.includes(slug), () => `the failure does not name ${slug}\n${said}`);
        const again = await run();
        mustBeSeen(
          again.exitCode === 0,
          () => `the rerun ended with ${again.exitCode}\n${again.stderr}${again.stdout}`,
        );
      }
      if (name === "refresh")
        mustEqual((await this.#arena.stateOf(slug)).urns, before?.urns, "resources in the state");
      await this.#arena.mustBeConverged(slug, golden);
      return slug;
    });
    const { before, text } = phaseOf(name);
    const deployed = historyOf(before.at(-1) === text ? before : [...before, text]);
    this.#converged.set(deployed, [...(this.#converged.get(deployed) ?? []), slug]);
  }

  async #goldenOf(name: string): Promise<Inventory> {
    const known = this.#golden.get(name);
    if (known !== undefined) return known;
    const found = await this.#phase(name, async (run, slug) => {
      const { exitCode, stdout, stderr } = await run();
      mustBeSeen(exitCode === 0, () => `${name} without a fault ended with ${exitCode}\n${stderr}${stdout}`);
      return await this.#arena.inventory(slug);
    });
    this.#golden.set(name, found);
    return found;
  }

  /** Brings a new collectivité to where the phase begins, and lets `work` run the phase's command. */
  async #phase<T>(
    name: string,
    work: (run: () => ReturnType<TenantArena["run"]>, slug: string) => Promise<T>,
  ): Promise<T> {
    const { before, text, command } = phaseOf(name);
    const slug = this.#converged.get(historyOf(before))?.pop() ?? (await this.#deployed(before));
    await this.#arena.sandbox.writeTenant(slug, text(wholeTown(slug)));
    try {
      return await work(() => this.#arena.run(...command.toSpliced(1, 0, slug)), slug);
    } finally {
      await this.#arena.sandbox.removeTenant(slug);
    }
  }

  async #deployed(variants: Phase["before"]): Promise<string> {
    const slug = this.#arena.newSlug();
    for (const variant of variants) await this.#arena.deploy(slug, variant(wholeTown(slug)));
    return slug;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#arena[Symbol.asyncDispose]();
  }
}
