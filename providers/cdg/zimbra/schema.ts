/**
 * The Zimbra resources, described once: handlers, the package schema and the SDK classes come from here.
 * Each property brings itself into its one spelling, also while another is unknown in a preview.
 */
import { z } from "zod";
import { byteLimit } from "../byte-limit.ts";
import { addressProblem, addressSet, asciiAddress, domainProblem } from "./address.ts";

const domainName = z
  .string()
  .trim()
  .overwrite(asciiAddress)
  .superRefine(reporting(domainProblem))
  .describe("Domain in lower case; an internationalised one in its xn-- form.");

const address = z
  .string()
  .trim()
  .overwrite(asciiAddress)
  .superRefine(reporting(addressProblem))
  .describe("Full address, lower-case ASCII; an internationalised domain in its xn-- form.");

const addresses = z.array(address).overwrite(addressSet).default([]);

const displayName = z
  .string()
  .regex(/^$|\S/, "expected a name, got only blanks")
  .trim()
  .max(256)
  .refine(
    (text) => !/\p{Cc}/u.test(text),
    "control characters and line ends are refused: Zimbra's web client shows them as boxes",
  )
  .describe("Name that correspondents see; empty for none. Also becomes Zimbra's `cn`.");

const deletion = z
  .enum(["close", "purge"])
  .default("close")
  .describe(
    "What happens when the resource leaves the program. `close` (default): kept in Zimbra, locked and marked " +
      "with the date; it comes back when it is declared again. `purge`: deleted with its content.",
  );

const status = z.enum(["active", "locked"]).default("active");

const slug = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, "expected a slug: a-z, 0-9 and -, at most 40 characters");

const takeOver = z
  .object({
    address: address.describe("Full address that it has there."),
    tenant: slug.describe("Slug of the tenant that gives it up."),
  })
  .optional()
  .describe(
    "In a merger: the object of another tenant that this one is from now on, with all that it holds. " +
      "Default: none; a new one is made.",
  );

const domainShape = {
  name: domainName.describe(
    "Domain in lower case, xn-- form. Changing it to another one is only done where `formerNames` holds the " +
      "old one; else it would replace the domain, which guards refuse.",
  ),
  formerNames: z
    .array(domainName)
    .optional()
    .describe("Domains of the tenant that are kept as `FormerDomain`. Default: none."),
  description: z
    .string()
    .trim()
    .min(1)
    .max(1024)
    .nullable()
    .default(null)
    .describe("Shown in Zimbra's console. Default null: left as found."),
  maxMailboxes: z
    .number()
    .int()
    .positive()
    .nullable()
    .describe(
      "Mailboxes entitled to. Zimbra's own limit is this plus the closed mailboxes. null: left as found.",
    ),
  aggregateQuotaBytes: byteLimit
    .nullable()
    .default(null)
    .describe("Bytes for the whole domain. Default null: unlimited."),
  aggregateQuotaPolicy: z
    .enum(["ALLOWSENDRECEIVE", "BLOCKSEND", "BLOCKSENDRECEIVE"])
    .optional()
    .describe("What Zimbra does when the domain uses more than its total. Absent: left as found."),
  aggregateWarnPercent: z
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe("Percent of the total from which Zimbra warns. Absent: left as found."),
  aggregateWarnRecipient: address.optional().describe("Who gets that warning. Absent: left as found."),
  status: status.describe("`locked`: nobody logs in, mail is still received. Default `active`."),
  deletion,
};

export const domainInputs = z.object(domainShape).describe("A mail domain.");
export const domainOutputs = z.object(domainShape);

const mailboxShape = {
  address: address.describe(
    "Full address. Changing it renames the mailbox; list the old address in `aliases` to keep it.",
  ),
  displayName,
  quotaBytes: byteLimit
    .nullable()
    .default(null)
    .describe("Bytes. Default null: unlimited. Lowering it below what is used is refused."),
  aliases: addresses.describe("Further addresses of the mailbox: exactly these. Default none."),
  status: status.describe("`locked`: no login, mail is still received. Default `active`."),
  forwardTo: z
    .array(address)
    .min(1)
    .overwrite(addressSet)
    .optional()
    .describe(
      "Addresses that get a copy of all mail, hidden from the user; values that others set are left alone. Default none.",
    ),
  autoReply: z
    .object({
      text: z.string().trim().min(1).max(8192).describe("What correspondents get."),
      until: z
        .string()
        .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, "expected an instant such as 2027-03-31T21:59:59Z")
        .describe("ISO instant, UTC; Zimbra itself stops answering then."),
    })
    .optional()
    .describe(
      "Automatic answer, in place of the user's own, which comes back when this leaves. Default: the user's.",
    ),
  deletion,
  takeOver,
};

export const mailboxInputs = z.object(mailboxShape).describe("A mailbox with its aliases.");
export const mailboxOutputs = z.object({
  ...mailboxShape,
  zimbraId: z.string().describe("Zimbra's identifier: stays when the address changes."),
  password: z
    .string()
    .nullable()
    .describe(
      "First password, to be changed at the first login; null for a mailbox that was reopened or imported.",
    ),
  personalAnswer: z
    .record(z.string(), z.string())
    .optional()
    .describe("The user's own automatic answer while `autoReply` stands in its place: Zimbra's attributes."),
});

const listShape = {
  address: address.describe("Full address. Changing it renames the list; members stay."),
  displayName,
  members: addresses.describe("Addresses, of the tenant or external: exactly these. Default none."),
  deletion,
  aliases: z
    .array(address)
    .overwrite(addressSet)
    .optional()
    .describe("Further addresses of the list; those that nobody declared are left as found. Default none."),
  takeOver,
};

export const listInputs = z
  .object(listShape)
  .describe("A distribution list. Closing frees its address: it is renamed `<name>.ferme-<date>`.");
export const listOutputs = z.object({ ...listShape, zimbraId: z.string().describe("Zimbra's identifier.") });

const formerDomainShape = {
  name: domainName.describe("Domain that is kept. Changing it replaces the resource."),
  target: domainName.describe("Domain of the tenant today."),
  forwards: z
    .boolean()
    .describe(
      "`true`: an address that nothing has in this domain stands for the same one in `target`. `false`: only " +
        "aliases receive, since two tenants that merge may both have had an address.",
    ),
  giver: slug.nullable().default(null).describe("Tenant that it is taken over from. Default null: nobody."),
};

export const formerDomainInputs = z
  .object(formerDomainShape)
  .describe("A domain that a tenant had, whose mail still arrives.");
export const formerDomainOutputs = z.object(formerDomainShape);

const usageShape = {
  domain: domainName.describe("Domain whose use is measured."),
};

export const usageInputs = z
  .object(usageShape)
  .describe("Measured use of a domain. Refreshing measures again; a preview is silent about it.");
export const usageOutputs = z.object({
  ...usageShape,
  mailboxes: z
    .record(z.string(), z.object({ usedBytes: z.number().int(), quotaBytes: z.number().int().nullable() }))
    .describe("Open mailboxes by address: bytes used, and quota in bytes (null: unlimited)."),
  usedBytes: z.number().int().describe("Bytes of all mailboxes of the domain, closed ones included."),
  openMailboxes: z.number().int().describe("Mailboxes that are not closed."),
  measuredAt: z.string().describe("ISO instant of the measurement."),
});

export type DomainInputs = z.output<typeof domainInputs>;
export type DomainOutputs = z.output<typeof domainOutputs>;
export type DomainArgs = z.input<typeof domainInputs>;
export type MailboxInputs = z.output<typeof mailboxInputs>;
export type MailboxOutputs = z.output<typeof mailboxOutputs>;
export type MailboxArgs = z.input<typeof mailboxInputs>;
export type ListInputs = z.output<typeof listInputs>;
export type ListOutputs = z.output<typeof listOutputs>;
export type ListArgs = z.input<typeof listInputs>;
export type FormerDomainInputs = z.output<typeof formerDomainInputs>;
export type FormerDomainOutputs = z.output<typeof formerDomainOutputs>;
export type FormerDomainArgs = z.input<typeof formerDomainInputs>;
export type UsageInputs = z.output<typeof usageInputs>;
export type UsageOutputs = z.output<typeof usageOutputs>;
export type UsageArgs = z.input<typeof usageInputs>;

function reporting(problemOf: (text: string) => string | null) {
  return (text: string, ctx: z.RefinementCtx<string>) => {
    const message = problemOf(text);
    if (message !== null) ctx.addIssue({ code: "custom", message });
  };
}
