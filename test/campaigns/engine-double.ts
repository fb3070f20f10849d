import type { MailPlan } from "../../plan/types.ts";
import { plugin } from "../../providers/cdg/plugin.ts";
import { type Listening, listen } from "../../providers/kit/server.ts";
import { type Connection, connect, type Given, type Resource } from "../providers/kit/connection.ts";
import { Unseen } from "./campaign.ts";

interface Desired extends Resource {
  readonly name: string;
  readonly formerNames: readonly string[];
  readonly inputs: Given["value"];
}

interface Deployed extends Resource {
  readonly name: string;
  readonly id: string;
  readonly inputs: Given;
  readonly outputs: Given;
}

/** Resources that a deployment made, changed and took away. */
export type Changes = readonly string[];

/**
 * A stack without an engine's process: the plugin's own gRPC service, called as Pulumi calls it. Creates and
 * updates come in the order of their dependencies (those of one rank in any order), deletes last and
 * backwards; a former name is the same resource. What it leaves out: the state's file, previews, parallel
 * calls.
 */
export class EngineDouble implements AsyncDisposable {
  readonly #service: Listening;
  readonly #provider: Connection;
  readonly #random: () => number;
  #state: readonly Deployed[] = [];

  private constructor(service: Listening, random: () => number) {
    this.#service = service;
    this.#provider = connect(service.port);
    this.#random = random;
  }

  static async start(config: Given, random: () => number): Promise<EngineDouble> {
    const double = new EngineDouble(await listen(plugin), random);
    await double.#provider.configure(config);
    return double;
  }

  /** @throws Unseen for a replacement, and what the plugin throws. */
  async up(plan: MailPlan): Promise<Changes> {
    const changes: string[] = [];
    const wanted = ranksOf(plan).flatMap((rank) => this.#shuffled(rank));
    for (const desired of wanted) changes.push(...(await this.#settle(desired)));
    const names = new Set(wanted.map(keyOf));
    for (const gone of this.#state.filter((one) => !names.has(keyOf(one))).toReversed()) {
      await this.#provider.remove(gone, gone.id, gone.outputs);
      this.#state = this.#state.filter((one) => one !== gone);
      changes.push(`delete ${keyOf(gone)}`);
    }
    return changes;
  }

  async #settle(desired: Desired): Promise<Changes> {
    const old = this.#find(desired);
    const { inputs, failures } = await this.#provider.check(
      desired,
      { value: desired.inputs },
      old?.inputs ?? { value: {} },
    );
    if (failures.length > 0) throw new Unseen(`${keyOf(desired)}: ${JSON.stringify(failures)}`);
    if (old === undefined) {
      const { id, outputs } = await this.#provider.create(desired, inputs);
      this.#keep(undefined, { type: desired.type, name: desired.name, id, inputs, outputs });
      return [`create ${keyOf(desired)}`];
    }
    const { changed, replaces } = await this.#provider.diff(desired, old.id, old.inputs, inputs, old.outputs);
    if (replaces.length > 0)
      throw new Unseen(`${keyOf(desired)} would be replaced for ${replaces.join(", ")}`);
    const outputs = changed
      ? (await this.#provider.update(desired, old.id, old.outputs, inputs)).outputs
      : old.outputs;
    this.#keep(old, { ...old, name: desired.name, inputs, outputs });
    return changed ? [`update ${keyOf(desired)}`] : [];
  }

  #find({ type, name, formerNames }: Desired): Deployed | undefined {
    return [name, ...formerNames]
      .map((known) => this.#state.find((one) => one.type === type && one.name === known))
      .find((one) => one !== undefined);
  }

  #keep(old: Deployed | undefined, now: Deployed): void {
    this.#state = [...this.#state.filter((one) => one !== old), now];
  }

  #shuffled<T>(items: readonly T[]): readonly T[] {
    return items
      .map((item) => ({ item, order: this.#random() }))
      .toSorted((a, b) => a.order - b.order)
      .map(({ item }) => item);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#provider.close();
    await this.#service.close();
  }
}

/** As `components/mail.ts` declares them; what stands in one rank does not wait for each other. */
function ranksOf({ domain, mailboxes, lists }: MailPlan): readonly (readonly Desired[])[] {
  const { name, displayName, maxMailboxes, aggregateQuotaBytes, status, logicalName } = domain;
  const description = displayName === name ? {} : { description: displayName };
  const none: readonly string[] = [];
  return [
    [
      {
        type: "cdg:zimbra:Domain",
        name: logicalName,
        formerNames: none,
        inputs: { name, ...description, maxMailboxes, aggregateQuotaBytes, status },
      },
    ],
    mailboxes.map((box) => ({
      type: "cdg:zimbra:Mailbox",
      name: box.logicalName,
      formerNames: box.formerLogicalNames,
      inputs: {
        address: box.address,
        displayName: box.displayName,
        quotaBytes: box.quotaBytes,
        aliases: [...box.aliases],
        status: box.status,
      },
    })),
    lists.map((list) => ({
      type: "cdg:zimbra:DistributionList",
      name: list.logicalName,
      formerNames: none,
      inputs: { address: list.address, displayName: list.displayName, members: [...list.members] },
    })),
    [{ type: "cdg:zimbra:MailUsage", name: "usage", formerNames: none, inputs: { domain: name } }],
  ];
}

function keyOf({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type.split(":").at(-1)} ${name}`;
}
