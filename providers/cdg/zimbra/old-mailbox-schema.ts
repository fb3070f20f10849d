/** `cdg:zimbra:OldMailbox`, described once for handler, package schema and SDK class. */
import { z } from "zod";
import { addressProblem, asciiAddress } from "./address.ts";

const mailAddress = z
  .string()
  .trim()
  .overwrite(asciiAddress)
  .superRefine((text, ctx) => {
    const message = addressProblem(text);
    if (message !== null) ctx.addIssue({ code: "custom", message });
  });

const shape = {
  address: mailAddress.describe(
    "Address at the former provider. Changing it replaces the data source; collected mail stays.",
  ),
  mailbox: mailAddress.describe("Address of the mailbox that collects, for people."),
  accountId: z
    .string()
    .min(1)
    .describe("Zimbra's identifier of the mailbox that collects. Changing it replaces the data source."),
  host: z.string().min(1).max(253).describe("IMAP server of the former provider."),
  port: z.number().int().min(1).max(65_535).describe("Its port: 993 with `tls`, 143 with `starttls`."),
  security: z
    .enum(["tls", "starttls"])
    .default("tls")
    .describe("`tls` from the first byte (default), or after STARTTLS. Never in clear."),
  username: z.string().min(1).max(256).describe("Login name there."),
  password: z
    .string()
    .describe("Its password, or an application password: a secret. Zimbra never gives it back."),
  caFile: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("PEM file of the authority that signed the server's certificate. Default: the system's list."),
  enabled: z.boolean().default(true).describe("Whether Zimbra collects now. Default true."),
};

export const oldMailboxInputs = z
  .object(shape)
  .describe("Collection of a mailbox at a former provider into one of Zimbra.");
export const oldMailboxOutputs = z.object({
  ...shape,
  dataSourceId: z.string().describe("Zimbra's identifier of the data source."),
});

export type OldMailboxInputs = z.output<typeof oldMailboxInputs>;
export type OldMailboxOutputs = z.output<typeof oldMailboxOutputs>;
export type OldMailboxArgs = z.input<typeof oldMailboxInputs>;
