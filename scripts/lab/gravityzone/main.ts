import { z } from "zod";
import { listenConfig, listeningOf, logLine, runSimulator, secretIn } from "../simulator-main.ts";
import { startSimulator } from "./simulator.ts";

const configSchema = z.strictObject({
  ...listenConfig,
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

await runSimulator(configSchema, async (config) => {
  const { enabledApis, rates = {} } = config;
  const simulator = await startSimulator({
    dataDir: config.dataDir,
    listen: listeningOf(config),
    apiKey: secretIn(config.apiKeyFile),
    company: config.company,
    ...(enabledApis && { enabledApis }),
    rates: Object.fromEntries(Object.entries(rates).filter(([, value]) => value !== undefined)),
    errorStatus: config.errorStatus,
    log: logLine,
  });
  const { url, controlUrl, companyId } = simulator;
  return { told: { url, controlUrl, companyId }, close: () => simulator.close() };
});
