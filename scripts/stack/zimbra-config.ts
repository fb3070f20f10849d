import { join } from "node:path";
import { type Catalogue, formatDiagnostic, loadCatalogue } from "../../plan/index.ts";
import { fail } from "../cli/index.ts";
import { inProgramFolder } from "./program-folder.ts";
import type { Session } from "./session.ts";

/** The catalogue of a session: the checkout's, with the lab's own connections where it acts on a lab. */
export function sessionCatalogue({ root, environment }: Session): Catalogue {
  const loaded = loadCatalogue(join(root, "catalogue"), { cdgPath: environment.cdgFile });
  if (!loaded.ok) fail(loaded.diagnostics.map(formatDiagnostic).join("\n"), { code: "CATALOGUE_INVALID" });
  return loaded.catalogue;
}

/** How this process reaches Zimbra. */
export function zimbraConfig(
  session: Session,
  { cdg }: Catalogue,
): Catalogue["cdg"]["connections"]["zimbra"] {
  return inProgramFolder(session, cdg.connections.zimbra);
}
