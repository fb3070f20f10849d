/** Objects of Zimbra's directory as replies carry them: a name, an id and a list of attributes. */
import { z } from "zod";
import { asciiAddress } from "./address.ts";

const attribute = z.object({ n: z.string(), _content: z.string().optional() });

/** `account`, `dl` and `domain` elements. `a` is absent when no attribute asked for is set. */
const raw = z.looseObject({
  name: z.string(),
  id: z.string(),
  a: z.array(attribute).optional(),
  dynamic: z.boolean().optional(),
  dlm: z.array(z.object({ _content: z.string() })).optional(),
});

export interface Entry {
  /** Lower-case, domain in its A-label form (Zimbra answers the Unicode form). */
  readonly name: string;
  readonly id: string;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  /** Only lists: true for a dynamic group. */
  readonly dynamic: boolean;
  /** Only GetDistributionList. */
  readonly members: readonly string[];
}

export const entry = raw.transform((element): Entry => {
  const attributes = new Map<string, string[]>();
  for (const { n, _content } of element.a ?? []) {
    if (_content !== undefined) attributes.set(n, [...(attributes.get(n) ?? []), _content]);
  }
  return {
    name: asciiAddress(element.name),
    id: element.id,
    attributes,
    dynamic: element.dynamic ?? false,
    members: (element.dlm ?? []).map((member) => asciiAddress(member._content)),
  };
});

/** The only value of an attribute, or `null` when it is not set. */
export function single(from: Entry, name: string): string | null {
  return from.attributes.get(name)?.[0] ?? null;
}

/** All values of an attribute that holds addresses, normalised and sorted. */
export function addresses(from: Entry, name: string): string[] {
  return (from.attributes.get(name) ?? []).map(asciiAddress).toSorted();
}
