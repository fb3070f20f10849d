/** The SFTPGo resources, described once: handlers, the package schema and the SDK classes come from here. */
import { z } from "zod";
import { byteLimit } from "../byte-limit.ts";

/** SFTPGo's naming rule without `naming_rules: 1` (its internal/dataprovider); 63 keeps names readable. */
const NAME = /^[a-z0-9](?:[a-z0-9._-]{0,104}[a-z0-9])?$/;

const name = z
  .string()
  .trim()
  .toLowerCase()
  .regex(NAME, "expected a-z, 0-9, dots, hyphens and underscores, at most 106 characters");

const deletion = z
  .enum(["close", "purge"])
  .default("close")
  .describe(
    "What happens when the resource leaves the program. `close` (default): kept, disabled and marked with the " +
      "date; it comes back when it is declared again. `purge`: deleted with its content.",
  );

const mountedAt = z
  .string()
  .regex(/^\/[a-z0-9-]+$/, "expected a path of one level, such as /partage")
  .describe("Where its users see the folder: a path of one level, such as /partage.");

const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, "expected an ISO day")
  .refine((text) => new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true, "no such day");

const folderShape = {
  name: name.describe("Name, `<slug>.partage`. Changing it replaces the folder, which guards refuse."),
  deletion,
};

export const folderInputs = z.object(folderShape).describe("A folder whose files several users see.");
export const folderOutputs = z.object({
  ...folderShape,
  mappedPath: z.string().describe("Where its files lie on SFTPGo's host; never changed once it is made."),
});

const groupShape = {
  name: name.describe("Name, `<slug>.partage`. Changing it replaces the group."),
  folder: name.describe("The folder that members see, by name."),
  mountedAt,
  quotaBytes: byteLimit
    .nullable()
    .describe("Bytes of the folder, for all members together. null: unlimited."),
  maxFileBytes: byteLimit
    .nullable()
    .default(null)
    .describe("Largest file that a member whose primary group it is may send. Default null: any."),
  linkDays: z
    .number()
    .int()
    .positive()
    .max(3650)
    .nullable()
    .default(null)
    .describe("Days after which links expire, by default and at most. Default null: links may last."),
  passwordStrength: z
    .number()
    .int()
    .positive()
    .max(100)
    .nullable()
    .default(null)
    .describe("Entropy that a password of a member's choice must have, in bits. Default null: SFTPGo's own."),
};

export const groupInputs = z.object(groupShape).describe("What the members of one service may do.");
export const groupOutputs = z.object(groupShape);

const userShape = {
  name: name.describe("Login, `<slug>.<local part>`. Changing it replaces the user, which guards refuse."),
  email: z.string().nullable().default(null).describe("Given at the creation; the person may change it."),
  displayName: z.string().max(255).default("").describe("Given at the creation; the person may change it."),
  groups: z
    .array(name)
    .overwrite((names) => [...new Set(names)].toSorted())
    .default([])
    .describe("Groups whose folders the person sees. Default none."),
  primaryGroup: name
    .nullable()
    .default(null)
    .describe("The group whose limits on files, links and passwords apply as well. Default null: none."),
  links: z.boolean().default(false).describe("May make links for people without an account. Default false."),
  status: z.enum(["active", "locked"]).default("active").describe("`locked`: no login. Default `active`."),
  lastDay: day
    .nullable()
    .default(null)
    .describe("Last day with access, to its end in Europe/Paris. Default null: no end."),
  deletion,
};

export const userInputs = z.object(userShape).describe("A person who uses the share, the transfer or both.");
export const userOutputs = z.object({
  ...userShape,
  password: z
    .string()
    .nullable()
    .describe("First password, to be changed at the first login; null for a user that was taken up again."),
});

const retentionShape = {
  group: name.describe("Group whose members' files are meant; also the rule's name."),
  path: mountedAt.describe("Folder as members see it."),
  days: z.number().int().positive().max(3650).describe("Days after which files are deleted."),
};

export const retentionInputs = z
  .object(retentionShape)
  .describe("Deletes files of a folder that are older than so many days, each night.");
export const retentionOutputs = z.object(retentionShape);

const usageShape = { folder: name.describe("Folder whose use is measured, by name.") };

export const usageInputs = z
  .object(usageShape)
  .describe("Measured use of a folder. Refreshing counts again; a preview is silent about it.");
export const usageOutputs = z.object({
  ...usageShape,
  usedBytes: z.number().int().describe("Bytes of all files of the folder."),
  files: z.number().int().describe("Files in the folder."),
  measuredAt: z.string().describe("ISO instant of the measurement."),
});

const serverAccessShape = {
  number: z.number().int().positive().default(1).describe("Another number is another password. Default 1."),
};

export const serverAccessInputs = z
  .object(serverAccessShape)
  .describe("What SFTPGo and its database are started with, made by the plugin.");
export const serverAccessOutputs = z.object({
  ...serverAccessShape,
  databaseLogin: z.string().min(1).describe("The database's login as a line of PostgreSQL's password file."),
  administrators: z
    .string()
    .min(1)
    .describe("SFTPGo's administrator as its dump has it, the password hashed."),
  digest: z.string().describe("Differs for each of them, 12 hex digits: what Swarm secrets are named by."),
});

const serverShape = { revision: z.string().describe("Another value waits again: what the service runs on.") };

export const serverInputs = z.object(serverShape).describe("A deployed SFTPGo that answers.");
export const serverOutputs = z.object({ ...serverShape, version: z.string().describe("SFTPGo's version.") });

export type FolderInputs = z.output<typeof folderInputs>;
export type FolderOutputs = z.output<typeof folderOutputs>;
export type FolderArgs = z.input<typeof folderInputs>;
export type GroupInputs = z.output<typeof groupInputs>;
export type GroupOutputs = z.output<typeof groupOutputs>;
export type GroupArgs = z.input<typeof groupInputs>;
export type UserInputs = z.output<typeof userInputs>;
export type UserOutputs = z.output<typeof userOutputs>;
export type UserArgs = z.input<typeof userInputs>;
export type RetentionInputs = z.output<typeof retentionInputs>;
export type RetentionOutputs = z.output<typeof retentionOutputs>;
export type RetentionArgs = z.input<typeof retentionInputs>;
export type FileUsageInputs = z.output<typeof usageInputs>;
export type FileUsageOutputs = z.output<typeof usageOutputs>;
export type FileUsageArgs = z.input<typeof usageInputs>;
export type ServerAccessInputs = z.output<typeof serverAccessInputs>;
export type ServerAccessOutputs = z.output<typeof serverAccessOutputs>;
export type ServerAccessArgs = z.input<typeof serverAccessInputs>;
export type ServerInputs = z.output<typeof serverInputs>;
export type ServerOutputs = z.output<typeof serverOutputs>;
export type ServerArgs = z.input<typeof serverInputs>;
