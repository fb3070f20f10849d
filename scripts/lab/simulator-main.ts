import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Listening } from "./http-server.ts";

/** What the configuration of every simulator says. */
export const listenConfig = {
  dataDir: z.string().min(1),
  host: z.string().default("127.0.0.1"),
  port: z.number().int().min(0).max(65535),
  tls: z.strictObject({ keyFile: z.string(), certFile: z.string() }).optional(),
};

type ListenConfig = z.output<z.ZodObject<typeof listenConfig>>;

/** Where a simulator of this configuration listens; reads key and certificate. */
export function listeningOf({ host, port, tls }: ListenConfig): Listening {
  if (tls === undefined) return { host, port };
  return { host, port, tls: { key: readFileSync(tls.keyFile), cert: readFileSync(tls.certFile) } };
}

/** A secret comes from a file, so that it is in no argument list; without its line end. */
export function secretIn(file: string): string {
  return readFileSync(file, "utf8").replace(/\r?\n$/, "");
}

/** Onto standard error: standard output is one line of JSON. */
export function logLine(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}

/**
 * Runs a simulator as a process: `node main.ts CONFIG.json`. Prints one JSON line with what `start` tells of itself
 * once it listens, and ends on SIGTERM or SIGINT.
 */
export async function runSimulator<Config>(
  schema: z.ZodType<Config>,
  start: (config: Config) => Promise<{ readonly told: object; close(): Promise<void> }>,
): Promise<void> {
  try {
    const file = process.argv[2];
    if (file === undefined) throw new Error("usage: main.ts CONFIG.json");
    const simulator = await start(schema.parse(JSON.parse(readFileSync(file, "utf8"))));
    const stop = () => {
      simulator.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    };
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
    process.stdout.write(`${JSON.stringify(simulator.told)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
