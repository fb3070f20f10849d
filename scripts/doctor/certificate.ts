import { readFile } from "node:fs/promises";
import { connect } from "node:tls";
import { type Finding, ok, wrong } from "./finding.ts";

/** Time for the handshake, in milliseconds. */
const handshakeMs = 10_000;
/** A renewal takes a week in a mairie's or a CDG's ways; a month leaves room. */
const warnDays = 30;
const dayMs = 86_400_000;

export interface TlsServer {
  readonly url: string;
  /** PEM file of the authority; the system's list without it. */
  readonly caFile?: string | undefined;
}

/**
 * A server's certificate: whether it is for this name, signed by an authority that is trusted here, and how
 * long it is still good. Only this one connection is made; nothing is trusted that was not before.
 */
export async function certificateFinding(
  name: string,
  { url, caFile }: TlsServer,
  nowMs: number = Date.now(),
): Promise<Finding> {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== "https:") return ok(name, "none: reached without TLS, which is for this machine alone");
  const host = hostname.replace(/^\[|\]$/g, "");
  try {
    const until = await validUntil(host, Number(port || 443), caFile);
    const days = Math.floor((until.getTime() - nowMs) / dayMs);
    const day = until.toISOString().slice(0, 10);
    if (days >= warnDays) return ok(name, `valid until ${day}`);
    const mend = "renew it on the server: zmcertmgr, or where its proxy has it";
    return { ...wrong(name, `expires in ${days} days, on ${day}`, mend), needed: false };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return wrong(name, `${host}: ${words.split(";")[0]}`, mendOf(error));
  }
}

function mendOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "CERT_HAS_EXPIRED") return "renew it on the server: zmcertmgr, or where its proxy has it";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return "use the name that the certificate has, in connections.zimbra.url of cdg.yaml";
  if (/^(?:E[A-Z]+|UND_.*)$/.test(code) && !code.startsWith("ERR_"))
    return "look at connections.zimbra.url of cdg.yaml";
  return "name its authority's PEM file in connections.zimbra.caFile of cdg.yaml; verification is never turned off";
}

async function validUntil(host: string, port: number, caFile: string | undefined): Promise<Date> {
  const ca = caFile === undefined ? {} : { ca: await readFile(caFile) };
  // A name in the handshake is only for names, not for addresses.
  const servername = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
  return await new Promise((resolve, reject) => {
    const socket = connect({ host, port, ...servername, ...ca });
    socket.setTimeout(handshakeMs, () => socket.destroy(new Error("no answer to the TLS handshake")));
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      resolve(new Date(socket.getPeerCertificate().valid_to));
      socket.destroy();
    });
  });
}
