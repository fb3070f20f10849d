import { readFileSync } from "node:fs";
import { z } from "zod";
import { startSimulator } from "./simulator.ts";

/**
 * Runs a simulator as a process: `node main.ts CONFIG.json`. Prints one JSON line with its URLs once it listens, logs
 * to standard error, and ends on SIGTERM or SIGINT. The key comes from a file, so that it is in no argument list.
 */
const configSchema = z.strictObject({
  dataDir: z.string().min(1),
  host: z.string().default("127.0.0.1"),
  port: z.number().int().min(0).max(65535),
  tls: z.strictObject({ keyFile: z.string(), certFile: z.string() }).optional(),
  apiKeyFile: z.string().min(1),
  company: z.strictObject({ name: z.string().min(1), seats: z.number().int().min(0) }),
  enabledApis: z.array(z.string()).optional(),
  rates: z
    .strictObject({
      requestsPerSecond: z.number().positive(),
      requestBurst: z.number().int().min(1),
      subscriptionsPerMinute: z.number().positive(),
      subscriptionBurst: z.number().int().min(1),
      minuteMs: z.number().int().min(1),
    })
    .partial()
    .optional(),
  errorStatus: z.number().int().min(200).max(599).default(200),
});

async function main(): Promise<void> {
  const file = process.argv[2];
  if (file === undefined) throw new Error("usage: main.ts CONFIG.json");
  const config = configSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const { tls, enabledApis, rates = {} } = config;
  const simulator = await startSimulator({
    dataDir: config.dataDir,
    listen: {
      host: config.host,
      port: config.port,
      ...(tls && { tls: { key: readFileSync(tls.keyFile), cert: readFileSync(tls.certFile) } }),
    },
    apiKey: readFileSync(config.apiKeyFile, "utf8").replace(/\r?\n$/, ""),
    company: config.company,
    ...(enabledApis && { enabledApis }),
    rates: Object.fromEntries(Object.entries(rates).filter(([, value]) => value !== undefined)),
    errorStatus: config.errorStatus,
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
  const { url, controlUrl, companyId } = simulator;
  process.stdout.write(`${JSON.stringify({ url, controlUrl, companyId })}\n`);
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
