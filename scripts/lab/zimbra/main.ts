import { readFileSync } from "node:fs";
import { z } from "zod";
import { startSimulator } from "./simulator.ts";

/**
 * Runs a simulator as a process: `node main.ts CONFIG.json`. Prints one JSON line with its URLs once it listens, logs to
 * standard error, and ends on SIGTERM or SIGINT. The password comes from a file, so that it is in no argument list.
 */
const configSchema = z.strictObject({
  dataDir: z.string().min(1),
  host: z.string().default("127.0.0.1"),
  port: z.number().int().min(0).max(65535),
  tls: z.strictObject({ keyFile: z.string(), certFile: z.string() }).optional(),
  admin: z.strictObject({ name: z.string(), passwordFile: z.string() }),
  serverName: z.string().optional(),
  exemptLoopback: z.boolean().default(true),
});

async function main(): Promise<void> {
  const file = process.argv[2];
  if (file === undefined) throw new Error("usage: main.ts CONFIG.json");
  const config = configSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const tls = config.tls && {
    key: readFileSync(config.tls.keyFile),
    cert: readFileSync(config.tls.certFile),
  };
  const simulator = await startSimulator({
    dataDir: config.dataDir,
    listen: { host: config.host, port: config.port, ...(tls ? { tls } : {}) },
    admin: {
      name: config.admin.name,
      password: readFileSync(config.admin.passwordFile, "utf8").replace(/\r?\n$/, ""),
    },
    ...(config.serverName ? { serverName: config.serverName } : {}),
    exemptLoopback: config.exemptLoopback,
    log: (line) => process.stderr.write(`${new Date().toISOString()} ${line}\n`),
  });
  const stop = () => {
    simulator.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  const { url, userUrl, controlUrl } = simulator;
  process.stdout.write(`${JSON.stringify({ url, userUrl, controlUrl })}\n`);
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
