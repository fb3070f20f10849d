import { join } from "node:path";
import { loadCatalogue } from "../../plan/index.ts";
import { examineSftpgo } from "../../providers/cdg/examine-sftpgo.ts";
import { checkoutRoot } from "../engine/checkout.mjs";
import type { Environment } from "../engine/environment.ts";
import { inProgramFolder } from "../stack/program-folder.ts";
import { type Finding, missing, ok, wrong } from "./finding.ts";

const name = "files (SFTPGo)";

/** Whether SFTPGo answers and takes the administrator's login. */
export async function filesFindings({ cdgFile }: Environment): Promise<readonly Finding[]> {
  const loaded = loadCatalogue(join(checkoutRoot, "catalogue"), { cdgPath: cdgFile });
  const given = loaded.ok ? loaded.catalogue.cdg.connections.sftpgo : undefined;
  if (!loaded.ok || given === undefined) return [];
  const { host } = new URL(given.url);
  const seen = await examineSftpgo(
    inProgramFolder({ root: checkoutRoot }, given),
    AbortSignal.timeout(10_000),
  );
  if (seen.version !== null) return [ok(name, `SFTPGo ${seen.version} at ${host}`)];
  if (seen.answers) {
    return [
      wrong(
        name,
        `${host} refuses the login of ${given.account}`,
        "see docs/file-share.md, When it does not work",
      ),
    ];
  }
  // Where the platform runs it, it is not there before the platform is.
  const ours = loaded.catalogue.cdg.platform?.files !== undefined;
  const found = `nothing of SFTPGo answers at ${host}`;
  const finding = ours
    ? missing(name, found, "npx bastide up platform")
    : wrong(name, found, "look at connections.sftpgo of cdg.yaml");
  return [{ ...finding, needed: !ours }];
}
