import nodemailer from "nodemailer";
import { z } from "zod";

const refusalSchema = z.object({ response: z.string() });

export interface Offer {
  readonly from: string;
  readonly to: string | readonly string[];
  readonly subject?: string;
  /** @default drawn at random */
  readonly messageId?: string;
  readonly text?: string;
  /** What the reader sees as sender. @default `from` */
  readonly shownFrom?: string;
  /** The message itself, in place of all but the envelope. */
  readonly raw?: string;
}

/** Hands a message over as a foreign server would; gives the relay's last answer, good or bad. */
export async function offer(
  place: { readonly host: string; readonly port: number },
  message: Offer,
): Promise<string> {
  const { from, to, subject = "Compte rendu", text = "Bonjour.", shownFrom = from, raw, messageId } = message;
  const { host, port } = place;
  const transport = nodemailer.createTransport({
    host,
    port,
    secure: false,
    ignoreTLS: true,
    name: "client.example",
  });
  const envelope = { from, to: typeof to === "string" ? [to] : [...to] };
  try {
    const content =
      raw === undefined ? { from: shownFrom, to: envelope.to, subject, text, messageId } : { raw };
    const sent = await transport.sendMail({ envelope, ...content });
    const refused = (sent.rejectedErrors ?? []).map((error) => error.response ?? "");
    return [sent.response, ...refused].join(" | ");
  } catch (error) {
    const refusal = refusalSchema.safeParse(error);
    if (refusal.success) return refusal.data.response;
    throw error;
  }
}
