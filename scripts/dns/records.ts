import type { Answer } from "dns-packet";
import type { QueryType } from "./query.ts";

/** How records of one type read: names in lower case with a final dot, texts whole, sorted. */
export function valuesOf(answers: readonly Answer[], type: QueryType): string[] {
  return answers.flatMap((answer) => (answer.type === type ? [textOfAnswer(answer)] : [])).toSorted();
}

function textOfAnswer(answer: Answer): string {
  switch (answer.type) {
    case "A":
    case "AAAA":
      return answer.data;
    case "NS":
    case "CNAME":
      return absolute(answer.data);
    case "MX":
      return `${answer.data.preference ?? 0} ${absolute(answer.data.exchange)}`;
    case "TXT":
      return textOf(answer.data);
    default:
      return "";
  }
}

type Txt = string | Buffer;

/** The strings of a TXT record belong together without a space (RFC 7208 section 3.3). */
function textOf(data: Txt | readonly Txt[]): string {
  const strings = typeof data === "string" || Buffer.isBuffer(data) ? [data] : data;
  return Buffer.concat(strings.map((it) => Buffer.from(it))).toString("utf8");
}

function absolute(name: string): string {
  return `${normalName(name)}.`;
}

/** Lower case, without final dot: how names are compared. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** True when `name` can be asked for (RFC 1035 section 2.3.4): labels of 1 to 63 bytes, 253 in all. */
export function isAskable(name: string): boolean {
  const labels = normalName(name).split(".");
  return Buffer.byteLength(name) <= 253 && labels.every((it) => it !== "" && Buffer.byteLength(it) <= 63);
}

/** True when `name` is `zone` or lies below it. */
export function isWithin(name: string, zone: string): boolean {
  return zone === "" || name === zone || name.endsWith(`.${zone}`);
}

/** Where the aliases among `answers` lead from `name`; `name` itself when there is none. */
export function endOfAliases(name: string, answers: readonly Answer[]): string {
  const targets = new Map(
    answers.flatMap((it) =>
      it.type === "CNAME" ? [[normalName(it.name), normalName(it.data)] as const] : [],
    ),
  );
  const seen = new Set<string>();
  let at = normalName(name);
  for (let next = targets.get(at); next !== undefined && !seen.has(at); next = targets.get(at)) {
    seen.add(at);
    at = next;
  }
  return at;
}
