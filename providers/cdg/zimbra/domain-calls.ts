/** Domains of Zimbra: reading one, and the request that changes one. */
import { z } from "zod";
import { DOMAIN_ATTRIBUTES } from "./attributes.ts";
import type { Zimbra } from "./client.ts";
import type { Call } from "./connection.ts";
import { type Entry, entry } from "./entry.ts";
import { hasCode } from "./errors.ts";
import { attributeList } from "./soap.ts";

const domainReply = z.looseObject({ domain: z.tuple([entry], entry) }).transform((reply) => reply.domain[0]);

/** The domain, without what the server's configuration would fill in; `null` when Zimbra says there is none. */
export async function findDomain(zimbra: Zimbra, name: string, signal: AbortSignal): Promise<Entry | null> {
  const body = {
    attrs: DOMAIN_ATTRIBUTES.join(","),
    applyConfig: "0",
    domain: [{ by: "name", _content: name }],
  };
  const call: Call = { operation: "GetDomain", target: name, lost: "again", body };
  try {
    return await zimbra.connection.ask(call, domainReply, signal);
  } catch (error) {
    if (hasCode(error, "account.NO_SUCH_DOMAIN")) return null;
    throw error;
  }
}

export function modifyDomain(domain: Entry, attributes: Readonly<Record<string, string>>): Call {
  return {
    operation: "ModifyDomain",
    target: domain.name,
    lost: "again",
    body: { id: domain.id, a: attributeList(attributes) },
  };
}
