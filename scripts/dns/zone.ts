import type { Answer } from "dns-packet";
import type { Reply } from "./query.ts";
import { normalName, valuesOf } from "./records.ts";

/** A zone with the servers that its parent or itself names. */
export interface Zone {
  /** Without a final dot; `""` for the root. */
  readonly apex: string;
  readonly servers: readonly ZoneServer[];
}

export interface ZoneServer {
  readonly name: string;
  /** IPv4 before IPv6; empty when nothing is known yet. */
  readonly addresses: readonly string[];
}

/** The name itself, then what it lies in: `a.b.fr`, `b.fr`, `fr`. */
export function enclosingNames(name: string): string[] {
  const labels = normalName(name).split(".");
  return labels.map((_label, index) => labels.slice(index).join("."));
}

/** The zone whose servers an answer names, with the addresses that came along. */
export function zoneIn(apex: string, records: readonly Answer[], additionals: readonly Answer[]): Zone {
  const names = valuesOf(
    records.filter((record) => normalName(record.name) === apex),
    "NS",
  ).map(normalName);
  const servers = [...new Set(names)].map((name) => {
    const own = additionals.filter((record) => normalName(record.name) === name);
    return { name, addresses: [...valuesOf(own, "A"), ...valuesOf(own, "AAAA")] };
  });
  return { apex, servers };
}

/** The zone that a server sends on to, or `null` when it answers for itself. */
export function referralIn({ rcode, authoritative, answers, authorities, additionals }: Reply): Zone | null {
  if (rcode !== 0 || authoritative || answers.length > 0) return null;
  const record = authorities.find(({ type }) => type === "NS");
  return record === undefined ? null : zoneIn(normalName(record.name), authorities, additionals);
}
