import { z } from "zod";
import { colour } from "../cli/index.ts";
import type { RelayAnswer } from "./remote.ts";

/** One message as `bastide-relay trace` tells it (`scripts/lab/images/relay/relay/trace.py`). */
const message = z.object({
  /** As in the host's log: without a year, in the host's own time. */
  time: z.string(),
  from: z.string(),
  to: z.array(z.string()),
  /** Name and address of the server that offered it. */
  client: z.string().nullable(),
  /** What rspamd said; `null` where Postfix decided before it was asked. */
  verdict: z
    .object({
      action: z.string(),
      score: z.number(),
      limit: z.number(),
      symbols: z.array(z.string()),
    })
    .nullable(),
  fates: z.array(
    z.object({
      recipient: z.string().nullable(),
      /** Postfix's word (`sent`, `deferred`, `bounced`), or `put off`, `refused` where the relay said no itself. */
      status: z.string(),
      relay: z.string().nullable(),
      answer: z.string(),
    }),
  ),
});

export type TracedMessage = z.infer<typeof message>;

/** What one relay knows of an address, oldest first, or why it could not be asked. */
export type Trace =
  | { readonly relay: string; readonly messages: readonly TracedMessage[] }
  | { readonly relay: string; readonly error: string };

/** Reads what the relays printed; a line that is of another form is an error of that relay. */
export function tracesOf(answers: readonly RelayAnswer[]): readonly Trace[] {
  return answers.map((answer) => {
    const relay = answer.relay.name;
    if (!answer.ok) return { relay, error: answer.reason };
    try {
      const lines = answer.text.split("\n").filter((line) => line !== "");
      return { relay, messages: lines.map((line) => message.parse(JSON.parse(line))) };
    } catch {
      return { relay, error: "bastide-relay answers in another form: is another version installed there?" };
    }
  });
}

/** For a terminal: a few lines a message, by relay; what to do where there is nothing. */
export function traceText(address: string, traces: readonly Trace[]): string {
  const known = traces.some((trace) => "messages" in trace && trace.messages.length > 0);
  const lines = traces.flatMap((trace) => {
    if ("error" in trace) return [`${trace.relay}: ${colour("red", "not asked")}: ${trace.error}`];
    return trace.messages.length === 0
      ? [`${trace.relay}: nothing from or to ${address}`]
      : trace.messages.flatMap((one) => messageLines(trace.relay, one));
  });
  const advice = "As far as the logs go back, no server offered such a message: npx bastide dns SLUG";
  return [...lines, ...(known ? [] : [advice])].join("\n");
}

function messageLines(relay: string, { time, from, to, client, verdict, fates }: TracedMessage): string[] {
  const sender = from === "" ? "(bounce)" : from;
  const by = client === null ? "" : `, by ${client}`;
  return [
    `${relay}: ${time}  ${sender} → ${to.join(", ") || "(no recipient)"}${by}`,
    ...fates.map((fate) => `     ${fateText(fate)}`),
    ...(verdict === null ? [] : [`     ${verdictText(verdict)}`]),
  ];
}

const words: Readonly<Record<string, string>> = {
  sent: "handed on",
  deferred: "waits here and is tried again",
  bounced: "returned to its sender",
  refused: "refused",
  "put off": "put off: its sender comes again",
};

function fateText({ recipient, status, relay, answer }: TracedMessage["fates"][number]): string {
  const mark = status === "sent" ? colour("green", "✓") : colour("red", "✗");
  const whom = recipient === null || recipient === "" ? "" : ` ${recipient}:`;
  const where = relay === null || relay === "none" ? "" : ` to ${relay}`;
  return `${mark}${whom} ${words[status] ?? status}${where}: ${answer}`;
}

function verdictText({ action, score, limit, symbols }: NonNullable<TracedMessage["verdict"]>): string {
  return `rspamd: ${action}, score ${score} (refused from ${limit}): ${symbols.join(", ") || "no symbol"}`;
}
