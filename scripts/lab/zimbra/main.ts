import { z } from "zod";
import { listenConfig, listeningOf, logLine, runSimulator, secretIn } from "../simulator-main.ts";
import { startSimulator } from "./simulator.ts";

const configSchema = z.strictObject({
  ...listenConfig,
  admin: z.strictObject({ name: z.string(), passwordFile: z.string() }),
  serverName: z.string().optional(),
  exemptLoopback: z.boolean().default(true),
});

await runSimulator(configSchema, async (config) => {
  const simulator = await startSimulator({
    dataDir: config.dataDir,
    listen: listeningOf(config),
    admin: { name: config.admin.name, password: secretIn(config.admin.passwordFile) },
    ...(config.serverName ? { serverName: config.serverName } : {}),
    exemptLoopback: config.exemptLoopback,
    log: logLine,
  });
  const { url, userUrl, controlUrl } = simulator;
  return { told: { url, userUrl, controlUrl }, close: () => simulator.close() };
});
