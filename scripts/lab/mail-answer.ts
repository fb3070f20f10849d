import type { MailAccount } from "./zimbra/index.ts";

/**
 * A Sieve script (RFC 5230, RFC 5260) that answers as Zimbra does: only mail that names one of the person's
 * own addresses, neither lists nor machines, once a sender in some days, under "Re:" and the same subject.
 * The mail server looks at its own clock, so that an answer ends without anybody writing a file.
 *
 * @param addresses - all that the account receives under.
 * @returns `null` for somebody who is there.
 */
export function answerScript(
  { address, displayName, answer }: MailAccount,
  addresses: readonly string[],
): string | null {
  if (answer === null) return null;
  const { text, from, until, days } = answer;
  const bounds = [
    ...(from === null ? [] : [`not ${clock("lt", from)}`]),
    ...(until === null ? [] : [`not ${clock("gt", until)}`]),
    'not header :contains "Precedence" ["bulk", "junk", "list"]',
  ];
  const sender = displayName === null ? address : `${JSON.stringify(displayName)} <${address}>`;
  return [
    'require ["vacation", "variables", "date", "relational"];',
    'set "dollar" "$";',
    'set "subject" "Re:";',
    `if header :matches "Subject" "Re:*" { set "subject" "Re:${variable("1")}"; }`,
    `elsif header :matches "Subject" "*" { set "subject" "Re: ${variable("1")}"; }`,
    `if allof (${bounds.join(", ")}) {`,
    `  vacation :days ${days} :subject "${variable("subject")}" :from ${quoted(sender)}`,
    `    :addresses [${addresses.map(quoted).join(", ")}] ${quoted(text)};`,
    "}",
    "",
  ].join("\n");
}

/** Compares the mail server's clock with an instant. */
function clock(relation: "lt" | "gt", instant: string): string {
  return `currentdate :zone "+0000" :value "${relation}" "iso8601" ${quoted(instant.replace(/Z$/, "+00:00"))}`;
}

/** A Sieve string. `${` would be a variable, and what a variable stands for is not looked at again. */
function quoted(text: string): string {
  const escaped = text.replace(/[\\"]/g, "\\$&");
  return `"${escaped.replaceAll("\u0024{", () => `${variable("dollar")}{`)}"`;
}

function variable(name: string): string {
  return `\u0024{${name}}`;
}
