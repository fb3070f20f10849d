import { join } from "node:path";
import { loadCatalogue } from "../../plan/index.ts";
import { gravityzoneConnection } from "../../providers/cdg/config.ts";
import { readLicences } from "../../providers/cdg/existing-licences.ts";
import { checkoutRoot } from "../engine/checkout.mjs";
import type { Environment } from "../engine/environment.ts";
import { inProgramFolder } from "../stack/program-folder.ts";
import { type Finding, ok, wrong } from "./finding.ts";

const name = "antivirus vendor";

/** Whether GravityZone answers, takes the key, and has as many seats as the catalogue says were bought. */
export async function antivirusFindings({ cdgFile }: Environment): Promise<readonly Finding[]> {
  const loaded = loadCatalogue(join(checkoutRoot, "catalogue"), { cdgPath: cdgFile });
  const given = loaded.ok ? loaded.catalogue.cdg.connections.gravityzone : undefined;
  if (!loaded.ok || given === undefined) return [];
  const config = gravityzoneConnection.parse(inProgramFolder({ root: checkoutRoot }, given));
  const { missingApis, boughtSeats, heldSeats } = await readLicences(config, AbortSignal.timeout(10_000));
  if (missingApis.length > 0)
    return [
      wrong(name, `the key may not use ${missingApis.join(", ")}`, "enable them in GravityZone, My account"),
    ];
  const pools = ["antivirus-poste", "antivirus-serveur"].map(
    (key) => loaded.catalogue.services.get(key)?.pool ?? 0,
  );
  const pool = pools.reduce((sum, seats) => sum + seats, 0);
  const found = `${heldSeats} of ${boughtSeats} seats held at ${new URL(config.url).host}`;
  if (pool <= boughtSeats) return [ok(name, found)];
  const mend = "correct parc in catalogue/services.yaml, or buy seats";
  return [{ ...wrong(name, `${found}; services.yaml says that ${pool} were bought`, mend), needed: false }];
}
