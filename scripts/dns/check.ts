import type { Cdg } from "../../plan/index.ts";
import { Authority, type Published, type ServerAnswer } from "./authority.ts";
import { type MailDomain, type Wanted, wantedRecords } from "./expected.ts";
import { judgeDkim } from "./judge/dkim.ts";
import { isDmarc, judgeDmarc } from "./judge/dmarc.ts";
import { judgeMx } from "./judge/mx.ts";
import { judgeSpf } from "./judge/spf.ts";
import { judged, missing, type Status, type Verdict } from "./judge/verdict.ts";
import { NoReply, type QueryType, type ServerAddress } from "./query.ts";
import { Resolver } from "./resolver.ts";
import type { SpfLookup } from "./spf/tree.ts";

/** What was found for one thing that is wanted. Texts are in French. */
export interface Finding extends Omit<Wanted, "types"> {
  readonly status: Status;
  /** What the servers publish, all of them together. */
  readonly found: readonly string[];
  readonly problems: readonly string[];
  readonly notes: readonly string[];
  /** Apex of the zone where it is or has to be; `null` when no server was found. */
  readonly zone: string | null;
  /** What each authoritative server said. */
  readonly servers: readonly ServerAnswer[];
}

export interface CheckSettings {
  readonly domain: MailDomain;
  readonly cdg: Pick<Cdg, "domain" | "contact" | "webmail">;
  readonly selector: string;
  readonly resolver: ServerAddress;
  readonly signal?: AbortSignal;
}

/**
 * Compares what the authoritative servers publish with what should be there.
 *
 * @throws SystemError when the resolver does not answer.
 */
export async function checkDns({
  domain,
  cdg,
  selector,
  resolver,
  signal,
}: CheckSettings): Promise<Finding[]> {
  const authority = new Authority(new Resolver(resolver, signal), signal);
  const judge = judgeWith(authority, cdg);
  const wanted = wantedRecords(domain, cdg, selector);
  return await Promise.all(wanted.map((one) => findingOf(one, authority, judge)));
}

/** The worst of all, where nothing known is worse than something wrong. */
export function worst(statuses: readonly Status[]): Status {
  const order: readonly Status[] = ["unknown", "wrong", "missing", "ok"];
  return order.find((status) => statuses.includes(status)) ?? "ok";
}

type Judge = (wanted: Wanted, values: readonly string[]) => Promise<Verdict>;

async function findingOf(wanted: Wanted, authority: Authority, judge: Judge): Promise<Finding> {
  try {
    const answers = await Promise.all(wanted.types.map((type) => authority.published(wanted.name, type)));
    return await judgedFinding(wanted, merged(answers), judge);
  } catch (error) {
    if (!(error instanceof NoReply)) throw error;
    const { types: _types, ...rest } = wanted;
    return {
      ...rest,
      ...{ status: "unknown", found: [], problems: [error.message], notes: [], zone: null, servers: [] },
    };
  }
}

/** Answers about several types are one where they are asked for together: any address will do. */
function merged(answers: readonly Published[]): Pick<Published, "zone" | "servers"> {
  const [first, ...others] = answers;
  const servers = (first?.servers ?? []).map(({ server, values, reason }) => {
    const more = others.flatMap((other) => other.servers.find((it) => it.server === server)?.values ?? []);
    return { server, values: values === null ? null : [...values, ...more], reason };
  });
  return { zone: first?.zone ?? "", servers };
}

async function judgedFinding(
  wanted: Wanted,
  { zone, servers }: Pick<Published, "zone" | "servers">,
  judge: Judge,
): Promise<Finding> {
  const { types: _types, ...rest } = wanted;
  const silent = servers.flatMap(({ server, values, reason }) =>
    values === null ? [`${server} : ${reason}`] : [],
  );
  const versions = new Map(
    servers.flatMap(({ values }) => (values === null ? [] : [[JSON.stringify(values), values] as const])),
  );
  const found = [...new Set([...versions.values()].flat())];
  if (versions.size === 0) {
    return { ...rest, status: "unknown", found, problems: silent, notes: [], zone, servers };
  }
  const verdicts = await Promise.all([...versions.values()].map((values) => judge(wanted, values)));
  const differ =
    versions.size > 1
      ? [`les serveurs ne publient pas la même chose : ${servers.flatMap(told).join(" ; ")}`]
      : [];
  const status = differ.length > 0 ? "wrong" : worst(verdicts.map((verdict) => verdict.status));
  return {
    ...rest,
    status,
    found,
    problems: [...differ, ...new Set(verdicts.flatMap(({ problems }) => problems))],
    notes: [...new Set(verdicts.flatMap(({ notes }) => notes)), ...silent],
    zone,
    servers,
  };
}

function told({ server, values }: ServerAnswer): string[] {
  if (values === null) return [];
  return [`${server} ${values.length === 0 ? "rien" : values.map((value) => `« ${value} »`).join(", ")}`];
}

function judgeWith(authority: Authority, cdg: CheckSettings["cdg"]): Judge {
  const lookup = lookupWith(authority);
  return async ({ kind, name, values: wanted, publisher }, values) => {
    const [expected = ""] = wanted;
    switch (kind) {
      case "mx":
        return judgeMx(values, wanted);
      case "spf":
        return await judgeSpf(name, values, expected, lookup);
      case "dkim":
        return judgeDkim(values, expected);
      case "dmarc": {
        const verdict = judgeDmarc(values, expected);
        return verdict.status === "missing" && publisher === "cdg"
          ? await inherited(verdict, expected, cdg.domain, lookup)
          : verdict;
      }
      case "dmarc-reports":
        return values.some(isDmarc) ? judged([]) : missing();
      default:
        return values.length === 0 ? missing() : judged([]);
    }
  };
}

/** A name below the CDG's domain takes the policy that the domain has for what lies below it. */
async function inherited(
  verdict: Verdict,
  expected: string,
  domain: string,
  lookup: SpfLookup,
): Promise<Verdict> {
  const above = (await lookup.txt(`_dmarc.${domain}`)).map((text) => {
    const [, below] = /;\s*sp\s*=\s*(\w+)/.exec(text) ?? [];
    return below === undefined ? text : text.replace(/;\s*p\s*=\s*\w+/, `; p=${below}`);
  });
  const parent = judgeDmarc(above, expected);
  if (parent.status === "missing") return verdict;
  return { ...parent, notes: [`hérité de _dmarc.${domain}`, ...parent.notes] };
}

function lookupWith(authority: Authority): SpfLookup {
  const values = async (name: string, type: QueryType): Promise<readonly string[]> => {
    const { servers } = await authority.published(name, type);
    const answered = servers.find((server) => server.values !== null)?.values;
    if (answered) return answered;
    throw new NoReply(`personne ne répond pour ${name}`);
  };
  return {
    txt: async (name) => await values(name, "TXT"),
    addresses: async (name) => (await Promise.all([values(name, "A"), values(name, "AAAA")])).flat(),
    mx: async (name) => (await values(name, "MX")).map((it) => it.replace(/^\d+ /, "").replace(/\.$/, "")),
  };
}
