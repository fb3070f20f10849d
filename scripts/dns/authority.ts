import { NoReply, type QueryType, query, type Reply } from "./query.ts";
import { endOfAliases, isWithin, normalName, valuesOf } from "./records.ts";
import { type Resolver, rcodeText } from "./resolver.ts";
import { referralIn, type Zone, type ZoneServer } from "./zone.ts";

/** What one authoritative server publishes. */
export interface ServerAnswer {
  /** Name and address. */
  readonly server: string;
  /** Sorted; `null` when it gave no answer that counts, and `reason` says why. */
  readonly values: readonly string[] | null;
  readonly reason: string | null;
}

/** What all authoritative servers publish at one name. */
export interface Published {
  readonly name: string;
  readonly type: QueryType;
  /** Apex of the zone that answers. */
  readonly zone: string;
  readonly servers: readonly ServerAnswer[];
  /** Where the name is an alias to, if it is one. */
  readonly alias: string | null;
}

/** Longest chain of aliases or delegations. */
const mostSteps = 8;
const nameError = 3;

/** Asks the servers that speak for a name, each of them, past every cache. */
export class Authority {
  readonly #resolver: Resolver;
  readonly #signal: AbortSignal | undefined;

  constructor(resolver: Resolver, signal?: AbortSignal) {
    this.#resolver = resolver;
    this.#signal = signal;
  }

  /**
   * @throws SystemError when the resolver, where the way to them starts, is silent.
   * @throws NoReply when no zone is found.
   */
  async published(name: string, type: QueryType, step = 0): Promise<Published> {
    let zone = await this.#resolver.zoneOf(name);
    let outcomes = await this.#askAll(zone, name, type);
    for (let down = 0; down < mostSteps; down++) {
      const below = referralOf(outcomes, zone, name);
      if (below === null) break;
      zone = await this.#resolver.completed(below);
      outcomes = await this.#askAll(zone, name, type);
    }
    const answers = outcomes.map((outcome) => answerOf(outcome, name, type));
    const alias = answers.find((answer) => answer.alias !== null)?.alias ?? null;
    const servers = await Promise.all(answers.map((answer) => this.#followed(answer, type, step)));
    return { name, type, zone: zone.apex, servers, alias };
  }

  async #askAll(zone: Zone, name: string, type: QueryType): Promise<Outcome[]> {
    return await Promise.all(zone.servers.map((server) => this.#ask(server, name, type)));
  }

  async #ask({ name: server, addresses }: ZoneServer, name: string, type: QueryType): Promise<Outcome> {
    let reason = "n’a pas d’adresse";
    for (const host of addresses) {
      const label = `${server} (${host})`;
      try {
        const address = { host, port: this.#resolver.port };
        return { server: label, reply: await query(address, { name, type, recursive: false }, this.#signal) };
      } catch (error) {
        if (!(error instanceof NoReply)) throw error;
        reason = error.message;
      }
    }
    const [first] = addresses;
    return { server: first === undefined ? server : `${server} (${first})`, reply: null, reason };
  }

  /** Takes the values of an alias's end, which may lie in somebody else's zone. */
  async #followed(
    { server, values, reason, alias }: Answer,
    type: QueryType,
    step: number,
  ): Promise<ServerAnswer> {
    if (alias === null || values === null || values.length > 0) return { server, values, reason };
    if (step >= mostSteps) return { server, values: null, reason: "les alias ne finissent pas" };
    const end = await this.published(alias, type, step + 1).catch((error: unknown) => {
      if (error instanceof NoReply) return null;
      throw error;
    });
    const answered = end?.servers.find((answer) => answer.values !== null);
    if (answered !== undefined) return { server, values: answered.values, reason };
    return { server, values: null, reason: `personne ne répond pour ${alias}` };
  }
}

type Outcome =
  | { readonly server: string; readonly reply: Reply }
  | { readonly server: string; readonly reply: null; readonly reason: string };

interface Answer extends ServerAnswer {
  readonly alias: string | null;
}

/** The zone further down, when servers know it and none answers for itself: a resolver's cache was older. */
function referralOf(outcomes: readonly Outcome[], zone: Zone, name: string): Zone | null {
  for (const { reply } of outcomes) {
    const referral = reply === null ? null : referralIn(reply);
    const deeper = referral !== null && referral.apex !== zone.apex && isWithin(referral.apex, zone.apex);
    if (deeper && isWithin(normalName(name), referral.apex)) return referral;
  }
  return null;
}

function answerOf(outcome: Outcome, name: string, type: QueryType): Answer {
  const { server, reply } = outcome;
  if (reply === null) return { server, values: null, reason: outcome.reason, alias: null };
  const { rcode, authoritative, answers } = reply;
  if (rcode !== 0 && rcode !== nameError) {
    return { server, values: null, reason: rcodeText(rcode), alias: null };
  }
  if (!authoritative) return { server, values: null, reason: "ne fait pas autorité", alias: null };
  const end = endOfAliases(name, answers);
  const alias = end === normalName(name) ? null : end;
  return { server, values: valuesOf(answers, type), reason: null, alias };
}
