/**
 * Mail of a person who left: hidden forwarding and an automatic answer. Pure.
 *
 * The forwarding is the administrator's (`zimbraMailForwardingAddress`), one value of it ours, the others
 * left as found; the user's own (`zimbraPrefMailForwardingAddress`) is neither read nor sent. The answer has
 * only the user's attributes to live in: what she had there is kept aside in the state and put back.
 */

import { asciiAddress } from "./address.ts";
import { addresses, type Entry, single } from "./entry.ts";
import type { MailboxOutputs } from "./schema.ts";

export const FORWARDING = "zimbraMailForwardingAddress";

/**
 * All that decides whether Zimbra answers, and what (Notification.java, outOfOfficeIfNecessary): a first day
 * in the future or another text for outsiders would win over ours. Zimbra itself stops at the until date,
 * and looks at no account status: a locked account answers.
 */
export const ANSWER = [
  "zimbraPrefOutOfOfficeReplyEnabled",
  "zimbraPrefOutOfOfficeReply",
  "zimbraPrefOutOfOfficeFromDate",
  "zimbraPrefOutOfOfficeUntilDate",
  "zimbraPrefOutOfOfficeExternalReplyEnabled",
] as const;

/** The part of a mailbox's state that is about a person who left. */
export type Leaver = Pick<MailboxOutputs, "forwardTo" | "autoReply" | "personalAnswer">;

/** Attributes for a ModifyAccount; an empty value unsets. Empty when nothing differs. */
export function leaverChanges(
  found: Entry,
  desired: Leaver,
  before: Leaver | null,
): Record<string, string | readonly string[]> {
  return { ...forwardingChanges(found, desired, before), ...answerChanges(found, desired, before) };
}

function forwardingChanges(
  found: Entry,
  { forwardTo: wanted = [] }: Leaver,
  before: Leaver | null,
): Record<string, readonly string[]> {
  const had = addresses(found, FORWARDING);
  const added = wanted.filter((address) => !had.includes(address));
  const ours = new Set((before?.forwardTo ?? []).filter((address) => !wanted.includes(address)));
  const gone = (found.attributes.get(FORWARDING) ?? []).filter((value) => ours.has(asciiAddress(value)));
  return {
    ...(added.length === 0 ? {} : { [`+${FORWARDING}`]: added }),
    ...(gone.length === 0 ? {} : { [`-${FORWARDING}`]: gone }),
  };
}

function answerChanges(found: Entry, desired: Leaver, before: Leaver | null): Record<string, string> {
  const target = desired.autoReply === undefined ? formerAnswer(found, before) : ourAnswer(desired.autoReply);
  const changed = Object.entries(target).filter(([name, value]) => currentOf(found, name) !== value);
  return Object.fromEntries(changed);
}

function ourAnswer({ text, until }: NonNullable<Leaver["autoReply"]>): Record<string, string> {
  return {
    zimbraPrefOutOfOfficeReplyEnabled: "TRUE",
    zimbraPrefOutOfOfficeReply: text,
    zimbraPrefOutOfOfficeFromDate: "",
    zimbraPrefOutOfOfficeUntilDate: generalizedTime(until),
    zimbraPrefOutOfOfficeExternalReplyEnabled: "FALSE",
  };
}

/** What stood there before ours; nothing to do where ours does not stand there any more. */
function formerAnswer(found: Entry, before: Leaver | null): Record<string, string> {
  const { autoReply, personalAnswer = {} } = before ?? {};
  if (autoReply === undefined || !stands(found, autoReply)) return {};
  return Object.fromEntries(ANSWER.map((name) => [name, personalAnswer[name] ?? ""]));
}

/** What the user had set when our answer first came; `undefined` when that is nothing. */
export function personalAnswerOf(found: Entry, desired: Leaver): Leaver["personalAnswer"] {
  if (desired.autoReply === undefined || stands(found, desired.autoReply)) return undefined;
  const own = ANSWER.flatMap((name) => {
    const value = single(found, name);
    return value === null ? [] : [[name, value] as const];
  });
  return own.length === 0 ? undefined : Object.fromEntries(own);
}

function stands(found: Entry, { text }: NonNullable<Leaver["autoReply"]>): boolean {
  return (
    single(found, "zimbraPrefOutOfOfficeReplyEnabled") === "TRUE" &&
    single(found, "zimbraPrefOutOfOfficeReply") === text
  );
}

/** As a refresh sees it: of the forwarding what was declared, and the answer where one was. */
export function leaverOf(found: Entry, declared: Leaver | null): Leaver {
  const forwardTo = addresses(found, FORWARDING).filter((address) => declared?.forwardTo?.includes(address));
  const enabled = single(found, "zimbraPrefOutOfOfficeReplyEnabled") === "TRUE";
  const { autoReply, personalAnswer } = declared ?? {};
  return {
    ...(forwardTo.length === 0 ? {} : { forwardTo }),
    ...(autoReply === undefined || !enabled
      ? {}
      : {
          autoReply: {
            text: single(found, "zimbraPrefOutOfOfficeReply") ?? "",
            until: instant(single(found, "zimbraPrefOutOfOfficeUntilDate") ?? ""),
          },
        }),
    ...(personalAnswer === undefined ? {} : { personalAnswer }),
  };
}

/** An unset switch is off (COS defaults, zimbra-attrs.xml), an unset text is empty. */
function currentOf(found: Entry, name: string): string {
  const value = single(found, name);
  if (value !== null) return value;
  return /Enabled$/.test(name) ? "FALSE" : "";
}

/** `2027-03-31T21:59:59Z` → LDAP's `20270331215959Z`. */
function generalizedTime(iso: string): string {
  return iso.replace(/[-:T]/g, "");
}

function instant(text: string): string {
  return text.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/, "$1-$2-$3T$4:$5:$6Z");
}
