import { z } from "zod";
import { type CommandResult, Sandbox } from "../e2e/harness.ts";
import { processesLeft } from "../e2e/processes.ts";
import { API_KEY } from "../scripts/lab/gravityzone/api.ts";
import { mustBeSeen, mustEqual } from "./campaign.ts";
import { firstPasswords, logsInToMail } from "./passwords.ts";
import { antivirusOf } from "./systems.ts";

/** Points run side by side on few processors, with simulators that keep silent for half a minute. */
const timeoutMs = 900_000;
const attributes = [
  "displayName",
  "zimbraNotes",
  "zimbraMailQuota",
  "zimbraAccountStatus",
  "zimbraMailAlias",
  "zimbraMailForwardingAddress",
];
const domainAttributes = ["zimbraNotes", "zimbraDomainStatus", "zimbraDomainMaxAccounts", "description"];
const today = /closed=\d{4}-\d{2}-\d{2}/g;

const printed = z.object({
  stacks: z.array(z.looseObject({ status: z.string(), changes: z.array(z.unknown()) })),
});
const stateFile = z.object({
  checkpoint: z.object({
    latest: z.object({
      resources: z.array(z.object({ urn: z.string() })),
      pending_operations: z.array(z.unknown()).default([]),
    }),
  }),
});
const domainReply = z.object({
  domain: z.array(z.object({ a: z.array(z.object({ n: z.string(), _content: z.coerce.string() })) })),
});

/** What Zimbra, the antivirus vendor and SFTPGo hold of a collectivité, its slug replaced by `SLUG`: equal for collectivités that are alike. */
export type Inventory = Readonly<Record<string, unknown>>;

/** Systems and a backend of their own, on which collectivités are deployed one after the other. */
export class TenantArena implements AsyncDisposable {
  readonly sandbox: Sandbox;
  #serial = 0;

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  static async start(name: string): Promise<TenantArena> {
    return new TenantArena(await Sandbox.start({ name, seats: 100_000, apiKey: API_KEY, files: true }));
  }

  newSlug(): string {
    this.#serial += 1;
    return `t${this.#serial}`;
  }

  async run(...args: readonly string[]): Promise<CommandResult> {
    return await this.sandbox.bastide(args, { timeoutMs });
  }

  start(...args: readonly string[]) {
    return this.sandbox.start(args, {}, timeoutMs);
  }

  /** @throws Unseen when the command does not end with 0. */
  async mustSucceed(...args: readonly string[]): Promise<void> {
    const { exitCode, stdout, stderr } = await this.run(...args);
    mustBeSeen(exitCode === 0, () => `bastide ${args.join(" ")} ended with ${exitCode}\n${stderr}${stdout}`);
  }

  /** Deploys a text as a collectivité, unhindered. */
  async deploy(slug: string, text: string): Promise<void> {
    await this.sandbox.writeTenant(slug, text);
    await this.mustSucceed("up", slug, "--yes");
  }

  async noProcessLeft(): Promise<void> {
    const left = await processesLeft(this.sandbox.mark, 30_000);
    mustEqual(
      left.map(({ command }) => command),
      [],
      "processes that outlived their run",
    );
  }

  /** Nothing pending in the state, nothing to do, and people get in with the passwords that they are given. */
  async mustBeConverged(slug: string, golden: Inventory): Promise<void> {
    mustEqual(await this.inventory(slug), golden, `inventory of ${slug}`);
    mustEqual((await this.stateOf(slug)).pending, 0, `pending operations of ${slug}`);
    const { exitCode, stdout, stderr } = await this.run("preview", slug, "--json");
    mustBeSeen(exitCode === 0, () => `the preview ended with ${exitCode}\n${stderr}${stdout}`);
    const { stacks } = printed.parse(JSON.parse(stdout));
    mustEqual(
      stacks.map(({ status, changes }) => [status, changes.length]),
      [["unchanged", 0]],
      `the next preview: ${stdout}`,
    );
    mustEqual(await this.#shutOut(slug), [], `people of ${slug} whose first password opens nothing`);
  }

  async #shutOut(slug: string): Promise<readonly string[]> {
    const { files, lab, simulator } = this.sandbox;
    const told = await firstPasswords(lab, await this.sandbox.state(slug));
    const tried = Object.entries(told).map(async ([login, password]) => {
      if (login.endsWith(`@${slug}.example`))
        return (await logsInToMail(simulator, login, password)) || login;
      return !login.startsWith(`${slug}.`) || (await files.takes(login, password)) || login;
    });
    return (await Promise.all(tried)).filter((login) => login !== true);
  }

  /** URNs of the state's resources, and how many operations it holds as pending. */
  async stateOf(slug: string): Promise<{ readonly urns: readonly string[]; readonly pending: number }> {
    const { latest } = stateFile.parse(JSON.parse(await this.sandbox.state(slug))).checkpoint;
    return {
      urns: latest.resources.map(({ urn }) => urn).toSorted(),
      pending: latest.pending_operations.length,
    };
  }

  async inventory(slug: string): Promise<Inventory> {
    const domain = `${slug}.example`;
    const { zimbra } = this.sandbox;
    const get = { domain: [{ by: "name", _content: domain }], applyConfig: "0" };
    const own = domainReply.parse(await zimbra.call("GetDomainRequest", get)).domain[0]?.a ?? [];
    const found = {
      domain: own
        .filter(({ n }) => domainAttributes.includes(n))
        .map(({ n, _content }) => `${n}=${_content}`),
      mailboxes: pictures(await zimbra.mailboxes(domain)),
      lists: pictures(await zimbra.lists(domain)),
      antivirus: await antivirusOf(this.sandbox, slug),
      files: await this.sandbox.files.holdings(slug),
      made: this.sandbox.simulator.calls
        .filter(
          ({ operation, code }) =>
            /^Create(?:Account|Domain|DistributionList)/.test(operation) && code === "ok",
        )
        .flatMap(({ target }) => (target?.endsWith(domain) ? [target] : []))
        .toSorted(),
    };
    mustBeSeen(found.antivirus.length === 1, () => `${found.antivirus.length} companies of ${slug}`);
    return JSON.parse(JSON.stringify(found).replaceAll(slug, "SLUG").replace(today, "closed=DAY"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox[Symbol.asyncDispose]();
  }
}

type Entries = Awaited<ReturnType<Sandbox["zimbra"]["mailboxes"]>>;

function pictures(entries: Entries): readonly (readonly [string, readonly string[]])[] {
  return [...entries.values()]
    .map(({ name, attributes: all }) => {
      const own = attributes.flatMap((key) =>
        (all.get(key) ?? []).toSorted().map((value) => `${key}=${value}`),
      );
      return [name, own] as const;
    })
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
