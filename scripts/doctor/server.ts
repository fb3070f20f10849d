import { createSocket } from "node:dgram";
import { interruption } from "../cli/interrupt.ts";
import type { Environment } from "../engine/environment.ts";
import { openSession } from "../stack/session.ts";
import { sessionCatalogue, zimbraConfig } from "../stack/zimbra-config.ts";
import { certificateFinding } from "./certificate.ts";
import { type Finding, look } from "./finding.ts";
import { zimbraFindings } from "./zimbra.ts";

/**
 * The server that cdg.yaml names, read and not written: version, rights, limits, certificate, class of
 * service, totals. Nothing where the engine or the catalogue is missing: those have their own findings.
 */
export async function serverFindings(environment: Environment): Promise<readonly Finding[]> {
  if (!environment.engine) return [];
  const session = openSession(environment);
  const catalogue = sessionCatalogue(session);
  const connection = zimbraConfig(session, catalogue);
  const fullMailbox = catalogue.cdg.mail?.quota?.fullMailbox ?? null;
  const [certificate, server] = await Promise.all([
    certificateFinding("Zimbra: certificate", connection),
    look("Zimbra", async () => {
      const [{ examineZimbra }, { zimbraConnection }, ownAddress] = await Promise.all([
        import("../../providers/cdg/examine-zimbra.ts"),
        import("../../providers/cdg/config.ts"),
        addressTowards(connection.url),
      ]);
      const config = zimbraConnection.parse(connection);
      const facts = await examineZimbra(config, interruption);
      const { account, requestsPerSecond } = config;
      return zimbraFindings(facts, { account, requestsPerSecond, ownAddress, fullMailbox });
    }),
  ]);
  return [certificate, ...server];
}

/** The address that this machine sends from; a datagram socket knows it without sending anything. */
async function addressTowards(url: string): Promise<string | null> {
  const { hostname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  try {
    return await new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.connect(9, host, () => resolve(socket.address().address));
    });
  } catch {
    return null;
  } finally {
    socket.close();
  }
}
