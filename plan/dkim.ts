import type { DkimPlan } from "./types.ts";

/**
 * DKIM selector that the CDG gives its domains. `zmdkimkeyutil` would draw a random one; a chosen one can be
 * looked for in the DNS without asking the server.
 */
export const dkimSelector = "cdg";

/** Where a domain's key is published, and as what (RFC 6376 section 3.6). */
export function dkimRecord(
  domain: string,
  { selector, key }: DkimPlan,
): { readonly name: string; readonly type: "TXT"; readonly value: string } {
  return { name: `${selector}._domainkey.${domain}`, type: "TXT", value: `v=DKIM1; k=rsa; p=${key}` };
}

/**
 * The command that makes a domain's key on the Zimbra server, as its user `zimbra`: the admin API has no call
 * for it. It prints the record to publish.
 */
export function dkimCommand(domain: string, selector = dkimSelector): string {
  return `/opt/zimbra/libexec/zmdkimkeyutil -a -d ${domain} -s ${selector}`;
}
