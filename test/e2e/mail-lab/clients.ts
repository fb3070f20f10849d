import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { ImapFlow } from "imapflow";
import nodemailer from "nodemailer";
import { z } from "zod";
import type { EndpointStatus, PresentLab } from "../../../scripts/lab/index.ts";

const refusalSchema = z.object({ response: z.string() });

async function tlsOf({ caFile, host }: EndpointStatus): Promise<{ ca: string; servername?: string }> {
  return { ca: await readFile(caFile, "utf8"), ...(/^\d/.test(host) ? {} : { servername: host }) };
}

/** Hands a message to the incoming port as a foreign server would; gives the server's answer, good or bad. */
export async function deliver(
  { smtp }: PresentLab,
  to: string,
  subject: string,
  sizeBytes = 0,
  messageId?: string,
): Promise<string> {
  const { host, port } = smtp;
  const transport = nodemailer.createTransport({ host, port, secure: false, tls: await tlsOf(smtp) });
  const text = "Bonjour.\n".padEnd(sizeBytes, "0123456789abcdef\n");
  const from = "quelqu-un@ailleurs.example";
  // `size` announces it at MAIL FROM, as mail servers do.
  const envelope = { from, to: [to], size: sizeBytes };
  return await answerOf(
    transport.sendMail({
      envelope,
      from,
      to,
      subject,
      text,
      ...(messageId === undefined ? {} : { messageId }),
    }),
  );
}

/** Sends as a user's mail program does: logs in on the submission port. */
export async function submit(
  { submissions }: PresentLab,
  login: { readonly user: string; readonly pass: string },
  from: string,
  to: string,
  subject: string,
): Promise<string> {
  const { host, port } = submissions;
  const tls = await tlsOf(submissions);
  const transport = nodemailer.createTransport({ host, port, secure: true, auth: login, tls });
  return await answerOf(transport.sendMail({ from, to, subject, text: "Bonjour." }));
}

async function answerOf(sending: Promise<{ response: string }>): Promise<string> {
  try {
    return (await sending).response;
  } catch (error) {
    const refusal = refusalSchema.safeParse(error);
    if (refusal.success) return refusal.data.response;
    throw error;
  }
}

/** Subjects of all messages in the inbox; throws when the login is refused. */
export async function subjects({ imap }: PresentLab, user: string, pass: string): Promise<string[]> {
  const { host, port } = imap;
  const client = new ImapFlow({
    host,
    port,
    secure: true,
    auth: { user, pass },
    tls: await tlsOf(imap),
    logger: false,
  });
  await client.connect();
  try {
    const { exists } = await client.mailboxOpen("INBOX");
    if (exists === 0) return [];
    const messages = await client.fetchAll("1:*", { envelope: true });
    return messages.map(({ envelope }) => envelope?.subject ?? "");
  } finally {
    await client.logout();
  }
}

/** Waits up to half a minute for a message: accepting it and delivering it are two steps. */
export async function arrives(
  lab: PresentLab,
  user: string,
  pass: string,
  subject: string,
): Promise<boolean> {
  for (const end = performance.now() + 30_000; performance.now() < end; await sleep(200)) {
    if ((await subjects(lab, user, pass)).includes(subject)) return true;
  }
  return false;
}
