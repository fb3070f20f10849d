/** A user of SFTPGo as members of its JSON: which of them are ours, and how they read. */
import { z } from "zod";
import { markIn, markLine, withMark } from "../mark.ts";
import type { Found } from "./entity.ts";
import { dayInParis, endOfDayInParis } from "./expiry.ts";
import type { UserInputs, UserOutputs } from "./schema.ts";

/** Kinds of membership (SFTPGo's SDK, group.go): the first one's limits apply, the second adds folders. */
const PRIMARY = 1;
const SECONDARY = 2;

const NO_LINKS = "shares-disabled";

const userReply = z.looseObject({
  username: z.string(),
  status: z.number(),
  email: z.string().default(""),
  description: z.string().default(""),
  additional_info: z.string().default(""),
  expiration_date: z.number().default(0),
  last_login: z.number().default(0),
  groups: z.array(z.looseObject({ name: z.string(), type: z.number() })).default([]),
  filters: z.looseObject({
    web_client: z.array(z.string()).default([]),
    require_password_change: z.boolean().default(false),
  }),
});
export type UserReply = z.output<typeof userReply>;

export function userOf(there: Found): UserReply {
  return userReply.parse(there);
}

/** A new user: the first password has to be changed in the web client before anything else works. */
export function newUser(inputs: UserInputs, password: string, tenant: string): Found & { username: string } {
  return {
    username: inputs.name,
    password,
    email: inputs.email ?? "",
    description: inputs.displayName,
    ...ownedMembers(inputs, null, tenant),
    filters: { ...filtersOf(inputs, null), require_password_change: true },
  };
}

/** What we own, laid over what is there; no password, no key, no second factor, no profile. */
export function ownedMembers(inputs: UserInputs, there: UserReply | null, tenant: string): Found {
  const mark = { tenant, closed: null };
  const expiry = inputs.lastDay === null ? null : endOfDayInParis(inputs.lastDay);
  const kept = there === null || there.expiration_date === 0 ? undefined : 0;
  return {
    status: inputs.status === "active" ? 1 : 0,
    // SFTPGo leaves 0, "never", out of its answers.
    expiration_date: expiry ?? kept,
    additional_info: there === null ? markLine(mark) : withMark(there.additional_info, mark),
    // The home itself holds nothing but the folders of the groups.
    permissions: { "/": ["list"] },
    groups: groupsOf(inputs),
    filters: filtersOf(inputs, there),
  };
}

/** Disabled, outside all groups (which can be removed then), and marked with the day. */
export function closedMembers(there: UserReply, tenant: string, today: string): Found {
  const closed = markIn(there.additional_info)?.closed ?? today;
  return {
    status: 0,
    groups: [],
    additional_info: withMark(there.additional_info, { tenant, closed }),
  };
}

/** True while nobody has logged in with the first password. */
export function neverUsed({ last_login, filters }: UserReply): boolean {
  return last_login === 0 && filters.require_password_change;
}

/** Profile members are the person's: they are reported as the program gave them, so they never differ. */
export function inputsOf(there: UserReply, state: UserOutputs | null): UserInputs {
  const { username, status, expiration_date: expiry, groups, filters } = there;
  return {
    name: username,
    email: state === null ? there.email || null : state.email,
    displayName: state === null ? there.description : state.displayName,
    groups: groups
      .filter(({ type }) => type === SECONDARY)
      .map(({ name }) => name)
      .toSorted(),
    primaryGroup: groups.find(({ type }) => type === PRIMARY)?.name ?? null,
    links: !filters.web_client.includes(NO_LINKS),
    status: status === 1 ? "active" : "locked",
    lastDay: expiry === 0 ? null : dayInParis(expiry),
    deletion: state?.deletion ?? "close",
  };
}

function groupsOf({ groups, primaryGroup }: UserInputs): Found[] {
  const secondary = groups.filter((name) => name !== primaryGroup);
  const primary = primaryGroup === null ? [] : [{ name: primaryGroup, type: PRIMARY }];
  return [...primary, ...secondary.map((name) => ({ name, type: SECONDARY }))];
}

/** Options that administrators set beside ours stay. */
function filtersOf({ links }: UserInputs, there: UserReply | null): Found {
  const others = there?.filters.web_client.filter((option) => option !== NO_LINKS) ?? [];
  const options = links ? others : [...others, NO_LINKS];
  const { web_client: _options, ...filters } = there?.filters ?? {};
  return options.length === 0 ? filters : { ...filters, web_client: options };
}
