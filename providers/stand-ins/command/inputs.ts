/**
 * The properties of `command.remote.Command` that this stand-in takes: what the official plugin takes, without
 * a jump host (`proxy`).
 */
import { z } from "zod";

export const connection = z.strictObject({
  host: z.string(),
  user: z.string().default("root"),
  port: z.number().default(22),
  hostKey: z.string().optional().describe("`ssh-ed25519 AAAA…`; without it the host is not verified"),
  agentSocketPath: z.string().optional().describe("Default: SSH_AUTH_SOCK"),
  privateKey: z.string().optional(),
  privateKeyPassword: z.string().optional(),
  password: z.string().optional(),
  dialErrorLimit: z.number().default(10).describe("Dials after the first one; -1 for no limit"),
  perDialTimeout: z.number().default(15).describe("Seconds; 0 for none"),
});
export type Connection = z.infer<typeof connection>;

export const inputs = z.strictObject({
  connection,
  create: z.string().optional(),
  update: z.string().optional().describe("Default: create"),
  delete: z.string().optional(),
  stdin: z.string().optional(),
  environment: z.record(z.string(), z.string()).optional(),
  triggers: z.array(z.json()).optional(),
  logging: z.enum(["stdout", "stderr", "stdoutAndStderr", "none"]).optional(),
  addPreviousOutputInEnv: z.boolean().optional(),
});
export type Inputs = z.infer<typeof inputs>;

export const outputs = inputs.extend({ stdout: z.string().optional(), stderr: z.string().optional() });
export type Outputs = z.infer<typeof outputs>;
