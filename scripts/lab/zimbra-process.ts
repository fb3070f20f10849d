/**
 * The process of a lab's Zimbra: `zimbra-process.ts <lab>`. Started by `zimbra-server.ts`, which says when it
 * must be replaced; everything secret comes from the lab's files.
 */
import { readFile } from "node:fs/promises";
import { serverFiles } from "./ca.ts";
import { readFacts } from "./facts.ts";
import { mailUid } from "./mail-server.ts";
import { createMailStore } from "./mail-store.ts";
import { labPaths } from "./paths.ts";
import { catalogueCdg, zimbraAdmin } from "./settings.ts";
import { startSimulator } from "./zimbra/index.ts";

const lab = labPaths(process.argv[2]);
const facts = await readFacts(lab);
if (!facts) throw new Error(`Lab ${lab.name} was never up.`);
const admin = zimbraAdmin(lab, catalogueCdg(lab));
const { keyFile, certFile } = serverFiles(lab);
const [password, key, cert] = await Promise.all(
  [admin.passwordFile, keyFile, certFile].map((file) => readFile(file, "utf8")),
);
if (!password || !key || !cert) throw new Error(`Lab ${lab.name} has no secrets.`);

const simulator = await startSimulator({
  dataDir: lab.zimbraDir,
  listen: { host: facts.addresses.host, port: facts.ports.zimbra, tls: { key, cert } },
  admin: { name: admin.name, password },
  // A lab collects from its own former provider and reaches nobody outside.
  collect: { hosts: [facts.addresses.node], caFile: lab.caFile },
  mailStore: createMailStore({ mailDir: lab.mailDir, uid: mailUid() }),
  log: (line) => process.stdout.write(`${new Date().toISOString()} ${line}\n`),
});
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    void simulator.close().then(() => process.exit(0));
  });
}
