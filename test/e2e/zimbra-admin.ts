import { z } from "zod";

/** A mailbox or list as Zimbra itself tells of it. */
export interface DirectoryEntry {
  readonly id: string;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

const entry = z.object({
  id: z.string(),
  name: z.string(),
  a: z.array(z.object({ n: z.string(), _content: z.coerce.string() })).default([]),
});

/**
 * The administrator's view of a Zimbra, over SOAP in JSON, written apart from the provider: tests compare
 * what the provider believes with what is there.
 */
export class ZimbraAdmin {
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  static async login(url: string, name: string, password: string): Promise<ZimbraAdmin> {
    const body = { AuthRequest: { _jsns: "urn:zimbraAdmin", name, password } };
    const answer = z
      .object({ AuthResponse: z.object({ authToken: z.array(z.object({ _content: z.string() })) }) })
      .parse(await post(url, {}, body));
    return new ZimbraAdmin(url, answer.AuthResponse.authToken[0]?._content ?? "");
  }

  /** Mailboxes of a domain by address, closed ones too; their `alias` attribute is `zimbraMailAlias`. */
  async mailboxes(domain: string): Promise<ReadonlyMap<string, DirectoryEntry>> {
    return await this.#search(domain, "accounts", "account");
  }

  /** Distribution lists of a domain by address; members are in `zimbraMailForwardingAddress`. */
  async lists(domain: string): Promise<ReadonlyMap<string, DirectoryEntry>> {
    return await this.#search(domain, "distributionlists", "dl");
  }

  /** Sends one request, named with its `Request`, and gives the answer's body. */
  async call(request: string, body: Readonly<Record<string, unknown>>): Promise<unknown> {
    const context = { context: { _jsns: "urn:zimbra", authToken: [{ _content: this.#token }] } };
    const answer = await post(this.#url, context, { [request]: { _jsns: "urn:zimbraAdmin", ...body } });
    return answer[request.replace(/Request$/, "Response")];
  }

  async #search(domain: string, types: string, key: string): Promise<ReadonlyMap<string, DirectoryEntry>> {
    const answer = await this.call("SearchDirectoryRequest", { domain, types, limit: 0 });
    const found = z.object({ [key]: z.array(entry).default([]) }).parse(answer)[key] ?? [];
    return new Map(
      found.map(({ id, name, a }) => {
        const grouped = Map.groupBy(a, ({ n }) => n);
        const attributes = new Map(
          [...grouped].map(([n, list]) => [n, list.map(({ _content }) => _content)]),
        );
        return [name, { id, name, attributes }];
      }),
    );
  }
}

async function post(
  url: string,
  header: Readonly<Record<string, unknown>>,
  body: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const context = { context: { _jsns: "urn:zimbra", format: { type: "js" } } };
  const merged = { context: { ...context.context, ...Object(header.context) } };
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/soap+xml; charset=utf-8" },
    body: JSON.stringify({ _jsns: "urn:zimbraSoap", Header: merged, Body: body }),
  });
  const answer = z.object({ Body: z.record(z.string(), z.unknown()) }).parse(await response.json());
  if (!response.ok) throw new Error(`Zimbra refused: ${JSON.stringify(answer.Body).slice(0, 500)}`);
  return answer.Body;
}
