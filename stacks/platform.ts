import { inputFiles, readCatalogue } from "./inputs.ts";

/**
 * What all collectivités share, one stack per CDG. The shared systems that exist today (Zimbra and its mail
 * servers) belong to the CDG: this stack makes nothing and tells where they are.
 */
export function platformProgram(): Record<string, unknown> {
  const { cdg } = readCatalogue(inputFiles());
  const { imap, smtp } = cdg.mail ?? {};
  return {
    name: cdg.name,
    domain: cdg.domain,
    services: {
      webmail: cdg.webmail?.url ?? null,
      imap: imap ? `imaps://${imap.host}:${imap.port}` : null,
      smtp: smtp ? `smtps://${smtp.host}:${smtp.port}` : null,
    },
    systems: { zimbra: { url: cdg.connections.zimbra.url, account: cdg.connections.zimbra.account } },
  };
}
