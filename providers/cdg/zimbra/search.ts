/** SearchDirectory, page by page. */
import { z } from "zod";
import type { Connection } from "./connection.ts";
import { type Entry, entry } from "./entry.ts";

/** Replies of 500 entries stay below 500 kB with the attributes that we ask for. */
const PAGE = 500;

export interface Search {
  /** `null`: the whole server. */
  readonly domain: string | null;
  /** `accounts`, `distributionlists`, `dynamicgroups`, `resources`, `domains`. */
  readonly types: string;
  readonly attributes: readonly string[];
  /** RFC 4515 filter; all objects of the types when left out. */
  readonly filter?: string;
  /** Values of the class of service stand in for an account's own. Default: own values alone. */
  readonly inherited?: boolean;
}

export interface Found {
  readonly accounts: readonly Entry[];
  readonly lists: readonly Entry[];
  readonly domains: readonly Entry[];
}

const entries = z.array(entry).default([]);
const page = z.looseObject({ account: entries, calresource: entries, dl: entries, domain: entries });

/**
 * Everything that matches. Ends at a page that is not full: without an admin session Zimbra always says
 * `more: false` and counts only up to the page.
 */
export async function search(connection: Connection, what: Search, signal: AbortSignal): Promise<Found> {
  const accounts: Entry[] = [];
  const lists: Entry[] = [];
  const domains: Entry[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const { account, calresource, dl, domain } = await connection.ask(
      {
        operation: "SearchDirectory",
        target: what.domain ?? "the whole server",
        lost: "again",
        body: {
          ...(what.domain === null ? {} : { domain: what.domain }),
          types: what.types,
          attrs: what.attributes.join(","),
          applyCos: what.inherited ? "1" : "0",
          applyConfig: "0",
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
    domains.push(...domain);
    const found = account.length + calresource.length + dl.length + domain.length;
    if (found < PAGE) return { accounts, lists, domains };
  }
}

/** A text as a literal inside a filter (RFC 4515). */
export function filterLiteral(text: string): string {
  return text.replace(
    /[\\*()\0]/g,
    (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
