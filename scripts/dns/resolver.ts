import { SystemError } from "../cli/errors.ts";
import { NoReply, type QueryType, query, type Reply, type ServerAddress } from "./query.ts";
import { endOfAliases, isAskable, isWithin, normalName, valuesOf } from "./records.ts";
import { enclosingNames, referralIn, type Zone, zoneIn } from "./zone.ts";

/** Longest way from the resolver down to a zone. */
const mostReferrals = 8;
const noError = 0;
const nameError = 3;

/**
 * Finds zones and their servers from one resolver, be it recursive or a server that only sends on. Every
 * question is asked once.
 */
export class Resolver {
  readonly #address: ServerAddress;
  readonly #signal: AbortSignal | undefined;
  readonly #asked = new Map<string, Promise<Reply>>();

  constructor(address: ServerAddress, signal?: AbortSignal) {
    this.#address = address;
    this.#signal = signal;
  }

  /** Port of all servers: those of the Internet have 53, a lab's may all have another one. */
  get port(): number {
    return this.#address.port;
  }

  /**
   * Values of `type` at `name`, aliases followed; empty when there are none.
   *
   * @throws NoReply when nobody could say.
   */
  async values(name: string, type: QueryType): Promise<string[]> {
    const reply = await this.#ask(name, type);
    if (reply.rcode !== noError && reply.rcode !== nameError) throw new NoReply(rcodeText(reply.rcode));
    const values = valuesOf(reply.answers, type);
    const end = endOfAliases(name, reply.answers);
    if (values.length > 0 || reply.rcode === nameError || end === normalName(name)) return values;
    // A server that is not recursive follows an alias to the end of its own zones only.
    return await this.values(end, type);
  }

  /**
   * The zone that `name` lies in, with its servers.
   *
   * @throws SystemError when the resolver is silent or refuses.
   * @throws NoReply when no enclosing zone is found.
   */
  async zoneOf(name: string): Promise<Zone> {
    for (const candidate of enclosingNames(name)) {
      const zone = await this.#zoneAt(candidate);
      if (zone !== null && zone.servers.length > 0) return await this.#withAddresses(zone);
    }
    throw new NoReply(`${this.#address.host} ne connaît aucune zone pour ${name}`);
  }

  /** `null` when `apex` is no zone, or when the resolver gets no answer about it: its parent's servers know. */
  async #zoneAt(apex: string): Promise<Zone | null> {
    const reply = await this.#ask(apex, "NS", (zone) => zone.apex === apex).catch((error: unknown) => {
      if (error instanceof NoReply) return null;
      throw error;
    });
    if (reply === null || (reply.rcode !== noError && reply.rcode !== nameError)) return null;
    return referralIn(reply) ?? zoneIn(apex, reply.answers, reply.additionals);
  }

  /** Fills in what did not come along; a server without an address stays without. */
  async #withAddresses({ apex, servers }: Zone): Promise<Zone> {
    const known = servers.map(async ({ name, addresses }) => {
      if (addresses.length > 0) return { name, addresses };
      const found = await Promise.all([this.#addresses(name, "A"), this.#addresses(name, "AAAA")]);
      return { name, addresses: found.flat() };
    });
    return { apex, servers: await Promise.all(known) };
  }

  async #addresses(name: string, type: "A" | "AAAA"): Promise<string[]> {
    try {
      return await this.values(name, type);
    } catch (error) {
      if (error instanceof NoReply) return [];
      throw error;
    }
  }

  /** Zone behind a referral, its servers with addresses. */
  async completed(zone: Zone): Promise<Zone> {
    return await this.#withAddresses(zone);
  }

  async #ask(name: string, type: QueryType, stopAt: (zone: Zone) => boolean = () => false): Promise<Reply> {
    const key = `${type} ${normalName(name)}`;
    const asked = this.#asked.get(key);
    if (asked !== undefined) return await asked;
    const asking = this.#follow(normalName(name), type, stopAt);
    this.#asked.set(key, asking);
    return await asking;
  }

  async #follow(name: string, type: QueryType, stopAt: (zone: Zone) => boolean): Promise<Reply> {
    // Published by mistake: the resolver must not be blamed for it.
    if (!isAskable(name)) throw new NoReply(`« ${name} » n’est pas un nom`);
    let reply = await this.#askResolver(name, type);
    let zone = "";
    for (let step = 0; step < mostReferrals; step++) {
      const referral = referralIn(reply);
      if (referral === null || stopAt(referral)) return reply;
      // Sent up or aside: going on would go in circles.
      if (!isWithin(name, referral.apex) || !isWithin(referral.apex, zone) || referral.apex === zone) break;
      zone = referral.apex;
      reply = await this.#askOneOf((await this.#withAddresses(referral)).servers, name, type);
    }
    throw new NoReply("les délégations ne mènent nulle part");
  }

  async #askResolver(name: string, type: QueryType): Promise<Reply> {
    const { host, port } = this.#address;
    try {
      return await query(this.#address, { name, type, recursive: true }, this.#signal);
    } catch (cause) {
      if (!(cause instanceof NoReply)) throw cause;
      throw new SystemError(`The resolver ${host}, port ${port}, does not answer (${cause.message}).`, {
        code: "DNS_RESOLVER_SILENT",
        hint: "Nothing is known about the records. Try again, or name another resolver with --resolver.",
        cause,
      });
    }
  }

  async #askOneOf(servers: Zone["servers"], name: string, type: QueryType): Promise<Reply> {
    let failure: unknown = new NoReply("aucun serveur de noms n’a d’adresse");
    for (const host of servers.flatMap(({ addresses }) => addresses)) {
      try {
        return await query({ host, port: this.port }, { name, type, recursive: false }, this.#signal);
      } catch (error) {
        if (!(error instanceof NoReply)) throw error;
        failure = error;
      }
    }
    throw failure;
  }
}

/** How an answer without records is told. */
export function rcodeText(rcode: number): string {
  const names: Readonly<Record<number, string>> = {
    1: "FORMERR",
    2: "SERVFAIL",
    3: "NXDOMAIN",
    4: "NOTIMP",
    5: "REFUSED",
  };
  return `répond ${names[rcode] ?? `RCODE ${rcode}`}`;
}
