import { join } from "node:path";
import { Sandbox } from "../e2e/harness.ts";
import { mailOf, pictureOf, planOf, town } from "../e2e/town.ts";
import { type Arena, type Campaign, mustBeSeen, mustEqual, randomFrom } from "./campaign.ts";
import { sequenceOf, Town } from "./edits-model.ts";
import { EngineDouble } from "./engine-double.ts";

const inProcess = 1_000;
const throughTheEngine = 50;
/** A directory that only grows makes every search slower. */
const sequencesOfArena = 50;

/** `double-417`: without an engine's process. `engine-17`: the same kind of sequence through `bastide up`. */
export const edits: Campaign = {
  name: "edits",
  broken:
    `${inProcess} random sequences of edits of a file (add, change, rename, move, remove, put back) through plan, ` +
    `plugin and simulator in one process, in the engine's order; ${throughTheEngine} through the engine itself`,
  seen: "after every commit Zimbra holds what the model says, and nothing more is to do; what left is closed; never a purge, never a replacement",
  short: 24,
  lanes: 2,
  points: async () => [
    ...Array.from({ length: inProcess }, (_, index) => `double-${index}`),
    ...Array.from({ length: throughTheEngine }, (_, index) => `engine-${index}`),
  ],
  open: async ({ seed }) => new EditArena(seed),
};

type Deploy = (text: string) => Promise<readonly string[]>;

class EditArena implements Arena {
  readonly #seed: number;
  #sandbox: Sandbox | undefined;
  #serial = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  async attempt(point: string): Promise<void> {
    const [by, number = "0"] = point.split("-");
    const seed = this.#seed * 10_000 + Number(number) + (by === "engine" ? 5_000 : 0);
    if (this.#serial % sequencesOfArena === 0) await this.#restart();
    this.#serial += 1;
    const slug = `e${this.#serial}`;
    const sandbox = this.#sandbox ?? (await this.#restart());
    if (by === "engine") return await follow(sandbox, slug, seed, throughEngine(sandbox, slug));
    const config = {
      url: sandbox.simulator.url,
      account: "admin@collectivites.example",
      requestsPerSecond: 1000,
    };
    const credential = `file:${join(sandbox.lab.secretsDir, "zimbra-admin")}`;
    await using double = await EngineDouble.start(
      { value: { tenant: slug, zimbra: { ...config, credential } } },
      randomFrom(seed),
    );
    await follow(sandbox, slug, seed, async (text) => {
      const { mail } = planOf(sandbox, slug, text);
      if (mail === null) throw new Error("the plan has no mail");
      return await double.up(mail);
    });
  }

  async #restart(): Promise<Sandbox> {
    await this.#sandbox?.[Symbol.asyncDispose]();
    this.#sandbox = await Sandbox.start({ name: "edits" });
    return this.#sandbox;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox?.[Symbol.asyncDispose]();
  }
}

/** Changes of the second preview stand for those of a second deployment: both must be none. */
function throughEngine(sandbox: Sandbox, slug: string): Deploy {
  let last = "";
  return async (text) => {
    const timeoutMs = 900_000;
    const command = text === last ? ["preview", slug, "--json"] : ["up", slug, "--yes", "--json"];
    last = text;
    await sandbox.writeTenant(slug, text);
    const { exitCode, stdout, stderr } = await sandbox.bastide(command, { timeoutMs });
    mustEqual(exitCode, 0, `exit code of ${command.join(" ")}\n${stderr}${stdout}`);
    const [report] = JSON.parse(stdout).stacks;
    return report.changes.map(({ kind, subject }: { kind: string; subject: string }) => `${kind} ${subject}`);
  };
}

async function follow(sandbox: Sandbox, slug: string, seed: number, deploy: Deploy): Promise<void> {
  const model = new Town();
  const ids = new Map<number, string>();
  const told: string[] = [];
  for (const edits of [[], ...sequenceOf(seed)]) {
    told.push(JSON.stringify(edits));
    model.commit(edits);
    const text = model.yaml(slug, head);
    const story = () => `commits:\n  ${told.join("\n  ")}\nthe file now:\n${text}`;
    try {
      await deploy(text);
      await mustAgree(sandbox, slug, text, { model, ids });
      mustEqual(await deploy(text), [], "changes of a second deployment");
    } catch (error) {
      mustBeSeen(false, () => `${error instanceof Error ? error.message : String(error)}\n${story()}`);
    }
  }
  const purges = sandbox.simulator.calls.filter(
    ({ operation, target }) =>
      /^Delete(?:Account|DistributionList|Domain|CalendarResource)/.test(operation) &&
      target?.endsWith(`${slug}.example`),
  );
  mustEqual(purges, [], "purges");
}

interface Known {
  readonly model: Town;
  /** Zimbra's identifier of each mailbox of the model. */
  readonly ids: Map<number, string>;
}

async function mustAgree(sandbox: Sandbox, slug: string, text: string, { model, ids }: Known): Promise<void> {
  const plan = planOf(sandbox, slug, text);
  const wanted = pictureOf(plan);
  const found = await mailOf(sandbox, plan);
  const open = <T>(all: Readonly<Record<string, T>>, names: object) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => name in names));
  mustEqual(sorted(open(found.mailboxes, wanted.mailboxes)), sorted(wanted.mailboxes), "open mailboxes");
  mustEqual(sorted(open(found.lists, wanted.lists)), sorted(wanted.lists), "open lists");
  const entries = await sandbox.zimbra.mailboxes(`${slug}.example`);
  const statusOf = (id: string) =>
    [...entries.values()].find((one) => one.id === id)?.attributes.get("zimbraAccountStatus")?.[0];
  for (const { key, local } of model.mailboxes) {
    const id = entries.get(`${local}@${slug}.example`)?.id ?? "none";
    mustEqual(id, ids.get(key) ?? id, `identity of ${local}`);
    mustEqual(statusOf(id), "active", `status of ${local}`);
    ids.set(key, id);
  }
  for (const { key, local } of model.closed)
    mustEqual(statusOf(ids.get(key) ?? "none"), "locked", `status of ${local}, which left the file`);
  mustEqual(entries.size, ids.size, "mailboxes that were ever made");
}

function sorted<T>(all: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
  return Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** All of the worked example but its mailboxes and lists, with room for every mailbox that is ever made. */
function head(slug: string): string {
  const complements = "complements:\n  - { service: boite, quantite: 30, depuis: 2026-09-01 }\n";
  const [before = "", after = ""] = town(slug).split("messagerie:\n");
  return `${before}${complements}messagerie:\n${after.split("  boites:\n")[0]}`;
}
