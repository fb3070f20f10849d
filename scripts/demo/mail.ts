import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { ImapFlow } from "imapflow";
import nodemailer from "nodemailer";
import { z } from "zod";
import { interruption, SystemError } from "../cli/index.ts";
import type { EndpointStatus, PresentLab } from "../lab/index.ts";

export interface Login {
  readonly user: string;
  readonly pass: string;
}

/** Accepting a message and delivering it are two steps; a machine under load takes its time. */
const deliveryMs = 30_000;

export interface Message {
  readonly to: string;
  readonly subject: string;
  /** @default a greeting */
  readonly text?: string;
}

/** Hands a message to the mail servers' incoming port, as a relay would. */
export async function send({ smtp }: PresentLab, to: string, subject: string): Promise<void> {
  await sendTo(smtp, { to, subject });
}

/** Hands a message to a server, as a foreign mail server would. */
export async function sendTo(server: EndpointStatus, { to, subject, text }: Message): Promise<void> {
  const { host, port } = server;
  const transport = nodemailer.createTransport({ host, port, secure: false, tls: await tlsOf(server) });
  await transport.sendMail({
    from: "Préfecture <courrier@prefecture.example>",
    to,
    subject,
    text: text ?? "Bonjour,\n\nCeci est un message de démonstration.\n",
  });
}

const refused = z.object({ response: z.string() });

/** What a server says when it does not take a message; empty when it does. */
export async function refusalOf(server: EndpointStatus, message: Message): Promise<string> {
  try {
    await sendTo(server, message);
    return "";
  } catch (error) {
    const refusal = refused.safeParse(error);
    if (refusal.success) return refusal.data.response;
    throw error;
  }
}

/**
 * Reads the inbox over IMAP until all of these subjects are there. A login that is refused is tried again:
 * the IMAP server learns of a new password a moment after it was set.
 *
 * @throws SystemError that names what is missing after half a minute, and the last refusal.
 */
export async function waitFor(lab: PresentLab, login: Login, subjects: readonly string[]): Promise<void> {
  const deadline = performance.now() + deliveryMs;
  let missing = subjects;
  let cause: unknown;
  do {
    try {
      const found = await inbox(lab, login);
      missing = subjects.filter((subject) => !found.includes(subject));
      if (missing.length === 0) return;
    } catch (error) {
      cause = error;
    }
    await sleep(250, undefined, { signal: interruption });
  } while (performance.now() < deadline);
  throw new SystemError(`${login.user} did not receive: ${missing.join(", ")}.`, {
    code: "DEMO_MAIL",
    cause,
  });
}

/** True when the IMAP server takes this password. */
export async function canLogIn(lab: PresentLab, login: Login): Promise<boolean> {
  const client = await clientOf(lab, login);
  try {
    await client.connect();
    await client.logout();
    return true;
  } catch {
    return false;
  }
}

async function inbox(lab: PresentLab, login: Login): Promise<readonly string[]> {
  const client = await clientOf(lab, login);
  await client.connect();
  try {
    const { exists } = await client.mailboxOpen("INBOX");
    if (exists === 0) return [];
    const messages = await client.fetchAll(`${Math.max(1, exists - 49)}:*`, { envelope: true });
    return messages.map(({ envelope }) => envelope?.subject ?? "");
  } finally {
    await client.logout();
  }
}

async function clientOf({ imap }: PresentLab, auth: Login): Promise<ImapFlow> {
  const { host, port } = imap;
  return new ImapFlow({ host, port, secure: true, auth: { ...auth }, tls: await tlsOf(imap), logger: false });
}

/** An address is checked against the certificate as it is; only a name is sent along. */
async function tlsOf({ caFile, host }: EndpointStatus): Promise<{ ca: string; servername?: string }> {
  return { ca: await readFile(caFile, "utf8"), ...(/^\d/.test(host) ? {} : { servername: host }) };
}
