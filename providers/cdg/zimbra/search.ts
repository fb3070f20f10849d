/** SearchDirectory, page by page. */
import { z } from "zod";
import type { Connection } from "./connection.ts";
import { type Entry, entry } from "./entry.ts";

/** Replies of 500 entries stay below 500 kB with the attributes that we ask for. */
const PAGE = 500;

export interface Search {
  readonly domain: string;
  /** `accounts`, `distributionlists`, `dynamicgroups`, `resources`. */
  readonly types: string;
  readonly attributes: readonly string[];
  /** RFC 4515 filter; all objects of the types when left out. */
  readonly filter?: string;
}

export interface Found {
  readonly accounts: readonly Entry[];
  readonly lists: readonly Entry[];
}

const entries = z.array(entry).default([]);
const page = z.looseObject({ account: entries, calresource: entries, dl: entries });

/**
 * Everything that matches. Ends at a page that is not full: without an admin session Zimbra always says
 * `more: false` and counts only up to the page.
 */
export async function search(connection: Connection, what: Search, signal: AbortSignal): Promise<Found> {
  const accounts: Entry[] = [];
  const lists: Entry[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const { account, calresource, dl } = await connection.ask(
      {
        operation: "SearchDirectory",
        target: what.domain,
        lost: "again",
        body: {
          domain: what.domain,
          types: what.types,
          attrs: what.attributes.join(","),
          applyCos: "0",
          sortBy: "name",
          limit: String(PAGE),
          offset: String(offset),
          ...(what.filter === undefined ? {} : { query: [{ _content: what.filter }] }),
        },
      },
      page,
      signal,
    );
    accounts.push(...account, ...calresource);
    lists.push(...dl);
    if (account.length + calresource.length + dl.length < PAGE) return { accounts, lists };
  }
}

/** A text as a literal inside a filter (RFC 4515). */
export function filterLiteral(text: string): string {
  return text.replace(
    /[\\*()\0]/g,
    (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
