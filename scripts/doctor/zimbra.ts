import { BlockList, isIP } from "node:net";
import type { ZimbraFacts } from "../../providers/cdg/examine-zimbra.ts";
import { type Finding, missing, ok, wrong } from "./finding.ts";

/** Versions whose answers are recorded (10.1) or documented alike. */
const supported = { lowest: [8, 8, 15], highestMajor: 10 } as const;

/** What a connection asks of the server. */
export interface Demand {
  readonly account: string;
  readonly requestsPerSecond: number;
  /** This machine's address as the server may see it. */
  readonly ownAddress: string | null;
  /** What cdg.yaml says of mail for a full mailbox, if anything. */
  readonly fullMailbox: "refuse" | "defer" | null;
}

/** What a server is and lets us do, as findings. Pure: the reading is the plugin's. */
export function zimbraFindings(facts: ZimbraFacts, demand: Demand): readonly Finding[] {
  return [
    version(facts),
    administrator(facts, demand),
    ...rights(facts),
    throttle(facts, demand),
    classOfService(facts),
    aggregateQuota(facts),
    fullMailbox(facts, demand),
  ];
}

function version({ version: text }: ZimbraFacts): Finding {
  const name = "Zimbra: version";
  const numbers = /^(\d+)\.(\d+)\.(\d+)/
    .exec(text ?? "")
    ?.slice(1)
    .map(Number);
  if (text === null || numbers === undefined) return unknown(name, "the server does not tell its version");
  const [major = 0] = numbers;
  const old = compare(numbers, supported.lowest) < 0;
  if (!old && major <= supported.highestMajor) return ok(name, text);
  const found = `${text}; tried are ${supported.lowest.join(".")} to ${supported.highestMajor}.x`;
  const mend = old ? "upgrade Zimbra first" : "preview, then one domain with few mailboxes first";
  return old ? wrong(name, found, mend) : { ...wrong(name, found, mend), needed: false };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = b.findIndex((number, at) => number !== a[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

function administrator({ administrator: kind }: ZimbraFacts, { account }: Demand): Finding {
  const name = "Zimbra: account";
  if (kind === "global") return ok(name, `${account} is a global administrator`);
  if (kind === null) return unknown(name, `${account}: its rights cannot be read`);
  const mend = `zmprov ma ${account} zimbraIsAdminAccount TRUE, or give it create, modify, rename and list rights on each domain`;
  const found = `${account} is a delegated administrator: which calls it may make shows only when it makes them`;
  return { ...wrong(name, found, mend), needed: false };
}

function rights({ calls }: ZimbraFacts): readonly Finding[] {
  const name = "Zimbra: rights";
  const refused = calls.filter((call) => call.refused !== null);
  if (refused.length === 0) return [ok(name, `${calls.length} kinds of reading calls were answered`)];
  return refused.map(({ operation, refused: code }) =>
    wrong(
      name,
      `${operation} is refused (${code})`,
      "give the account in cdg.yaml that right, or name a global administrator",
    ),
  );
}

/** More than so many requests a second on one connection get 429 and then cost pauses. */
function throttle({ settings }: ZimbraFacts, { requestsPerSecond, ownAddress }: Demand): Finding {
  const name = "Zimbra: request limit";
  const limit = Number(settings.get("zimbraHttpDosFilterMaxRequestsPerSec")?.[0] ?? "30");
  const safe = settings.get("zimbraHttpThrottleSafeIPs") ?? [];
  if (ownAddress !== null && covers(safe, ownAddress))
    return ok(name, `none for ${ownAddress}, which is in zimbraHttpThrottleSafeIPs`);
  if (requestsPerSecond <= limit)
    return ok(name, `${limit} a second; Bastide sends at most ${requestsPerSecond}`);
  const found = `${limit} a second, but requestsPerSecond in cdg.yaml is ${requestsPerSecond}`;
  const address = ownAddress ?? "<address of this machine>";
  const mend = `lower it to ${limit}, or on the server: zmprov mcf +zimbraHttpThrottleSafeIPs ${address} and zmmailboxdctl restart`;
  return { ...wrong(name, found, mend), needed: false };
}

/** Addresses and networks (`10.0.0.0/8`) of a setting; what is neither is left out. */
function covers(safe: readonly string[], address: string): boolean {
  const list = new BlockList();
  for (const text of safe) {
    const [network = "", prefix] = text.trim().split("/");
    const family = familyOf(network);
    if (family === null) continue;
    if (prefix === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(prefix), family);
  }
  const family = familyOf(address);
  return family !== null && list.check(address, family);
}

function familyOf(address: string): "ipv4" | "ipv6" | null {
  const version = isIP(address);
  return version === 0 ? null : version === 4 ? "ipv4" : "ipv6";
}

function classOfService({ defaultCos }: ZimbraFacts): Finding {
  const name = "Zimbra: class of service";
  if (defaultCos === null) return unknown(name, "the class default cannot be read");
  const value = (attribute: string) => defaultCos.get(attribute)?.[0];
  const quota = Number(value("zimbraMailQuota") ?? "0");
  const length = value("zimbraPasswordMinLength") ?? "0";
  const lockout = value("zimbraPasswordLockoutEnabled") === "TRUE" ? "locks out" : "never locks out";
  const size =
    quota > 0 ? `${quota} bytes a mailbox` : "no quota of its own: that of the tenant file applies";
  const found = `default: ${size}; passwords of ${length} characters, ${lockout}`;
  // First passwords have 19 characters.
  if (Number(length) <= 19) return ok(name, found);
  return wrong(
    name,
    found,
    "zmprov mc default zimbraPasswordMinLength 12: first passwords have 19 characters",
  );
}

function aggregateQuota({ settings }: ZimbraFacts): Finding {
  const name = "Zimbra: total of a domain";
  const policy = settings.get("zimbraDomainAggregateQuotaPolicy")?.[0];
  if (policy === undefined)
    return {
      ...missing(name, "this server has no aggregate quota", "totals are then only warned about, in check"),
      needed: false,
    };
  const percent = settings.get("zimbraDomainAggregateQuotaWarnPercent")?.[0] ?? "80";
  return ok(name, `aggregate quota is there; by default ${policy}, warning at ${percent} %`);
}

/** The server's own choice for all domains; `docs/quotas.md`. */
function fullMailbox({ settings }: ZimbraFacts, { fullMailbox: chosen }: Demand): Finding {
  const name = "Zimbra: full mailbox";
  const setting = "zimbraLmtpPermanentFailureWhenOverQuota";
  const refuses = settings.get(setting)?.[0] === "TRUE";
  const found = refuses
    ? "mail for it is refused at once (552)"
    : "mail for it waits and comes back to its sender after days (452)";
  if (chosen === null || (chosen === "refuse") === refuses) return ok(name, found);
  const mend = `zmprov mcf ${setting} ${chosen === "refuse" ? "TRUE" : "FALSE"}`;
  return { ...wrong(name, `${found}; cdg.yaml says ${chosen}`, mend), needed: false };
}

function unknown(name: string, found: string): Finding {
  return wrong(name, found, "look at the account in cdg.yaml: it has to be an administrator");
}
