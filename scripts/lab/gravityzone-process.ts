/**
 * The process of a lab's GravityZone: `gravityzone-process.ts <lab>`. Started by `simulator-server.ts`, which says
 * when it must be replaced; everything secret comes from the lab's files.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadCatalogue } from "../../plan/index.ts";
import { serverFiles } from "./ca.ts";
import { gravityzonePort, readFacts } from "./facts.ts";
import { startSimulator } from "./gravityzone/index.ts";
import { labPaths } from "./paths.ts";
import { gravityzoneKeyFile } from "./settings.ts";

const lab = labPaths(process.argv[2]);
const facts = await readFacts(lab);
if (!facts) throw new Error(`Lab ${lab.name} was never up.`);
const { keyFile, certFile } = serverFiles(lab);
const [apiKey, key, cert] = await Promise.all(
  [gravityzoneKeyFile(lab), keyFile, certFile].map((file) => readFile(file, "utf8")),
);
if (!apiKey || !key || !cert) throw new Error(`Lab ${lab.name} has no secrets.`);
const loaded = loadCatalogue(join(lab.root, "catalogue"));
if (!loaded.ok) throw new Error(`Lab ${lab.name}: the catalogue is not valid.`);
const { cdg, services } = loaded.catalogue;
const bought = ["antivirus-poste", "antivirus-serveur"].map((service) => services.get(service)?.pool ?? 0);

const simulator = await startSimulator({
  dataDir: lab.gravityzoneDir,
  listen: { host: facts.addresses.host, port: gravityzonePort(facts), tls: { key, cert } },
  apiKey,
  company: { name: cdg.name, seats: bought.reduce((sum, seats) => sum + seats, 0) },
  rates: { minuteMs: 1000 },
  log: (line) => process.stdout.write(`${new Date().toISOString()} ${line}\n`),
});
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    void simulator.close().then(() => process.exit(0));
  });
}
