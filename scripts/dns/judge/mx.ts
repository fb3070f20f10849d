import { isIP } from "node:net";
import { normalName } from "../records.ts";
import { judged, missing, type Verdict } from "./verdict.ts";

interface Mx {
  readonly preference: number;
  readonly host: string;
}

/** Mail must go to the expected servers and to no others. Values as in a zone file: `10 mx1.cdg.example.` */
export function judgeMx(values: readonly string[], expected: readonly string[]): Verdict {
  if (values.length === 0) return missing();
  const [found, wanted] = [values.map(parsed), expected.map(parsed)];
  const problems: string[] = [];
  const hosts = new Set(found.map(({ host }) => host));
  for (const { host } of wanted) if (!hosts.has(host)) problems.push(`il manque ${host}`);
  for (const host of hosts) if (!wanted.some((it) => it.host === host)) problems.push(strange(host));
  if (problems.length > 0) return judged(problems);
  const order = (list: readonly Mx[]): string =>
    list
      .toSorted((a, b) => a.preference - b.preference)
      .map(({ host }) => host)
      .join(", ");
  if (order(found) === order(wanted) && !sharesPreference(found)) return judged([]);
  return judged([], [`ordre de préférence attendu : ${order(wanted)}`]);
}

function sharesPreference(list: readonly Mx[]): boolean {
  return new Set(list.map(({ preference }) => preference)).size < list.length;
}

function strange(host: string): string {
  if (host === "") return "le domaine déclare ne recevoir aucun courrier (MX « . »)";
  if (isIP(host)) return `${host} est une adresse IP : un MX désigne un nom`;
  return `${host} n’est pas un relais du CDG : une partie du courrier y arrive`;
}

function parsed(value: string): Mx {
  const [preference = "", host = ""] = value.split(" ");
  return { preference: Number(preference), host: normalName(host) };
}
