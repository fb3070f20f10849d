/** What the resources of a backup take and give. */
import { z } from "zod";

/** rest-server passes over other user names with a line in its log; it is also the repository's folder. */
const user = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, "expected a-z, 0-9 and -, at most 40 characters")
  .describe("Who logs in: the tenant's slug, and the name of its repository.");
const password = z.string().min(1).describe("Password of the login.");
const maintenance = z
  .boolean()
  .default(true)
  .describe("The CDG has a key of its own; without it dates are unknown. Default true.");

const accessShape = {
  user,
  number: z.number().int().positive().default(1).describe("Another number is another password. Default 1."),
};

export const accessInputs = z.object(accessShape).describe("Login and key of a backup, made by the plugin.");
export const accessOutputs = z.object({
  ...accessShape,
  password,
  repositoryPassword: z.string().min(1).describe("The tenant's key: opens the repository. Stays the same."),
  htpasswd: z.string().min(1).describe("The line of rest-server's list of users, bcrypt."),
  digest: z.string().describe("Differs for each line, 12 hex digits: what a Swarm secret is named by."),
});

const repositoryShape = {
  user,
  password,
  repositoryPassword: z.string().min(1).describe("The tenant's key to its content."),
  maintenance,
};

export const repositoryInputs = z.object(repositoryShape).describe("A restic repository on a rest-server.");
export const repositoryOutputs = z.object(repositoryShape);

const usageShape = { user, password, maintenance };

export const usageInputs = z
  .object(usageShape)
  .describe("Measured use of a repository. A refresh measures again; a preview is silent about it.");
export const usageOutputs = z.object({
  ...usageShape,
  usedBytes: z.number().int().describe("Bytes of all files of the repository."),
  snapshots: z.number().int().nullable().describe("Snapshots; null = unknown."),
  lastSnapshotAt: z.string().nullable().describe("ISO instant of the last one; null = none, or unknown."),
  measuredAt: z.string().describe("ISO instant of the measurement."),
});

export type AccessInputs = z.output<typeof accessInputs>;
export type AccessOutputs = z.output<typeof accessOutputs>;
export type AccessArgs = z.input<typeof accessInputs>;
export type RepositoryInputs = z.output<typeof repositoryInputs>;
export type RepositoryOutputs = z.output<typeof repositoryOutputs>;
export type RepositoryArgs = z.input<typeof repositoryInputs>;
export type BackupUsageInputs = z.output<typeof usageInputs>;
export type BackupUsageOutputs = z.output<typeof usageOutputs>;
export type BackupUsageArgs = z.input<typeof usageInputs>;
