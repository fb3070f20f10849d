import { existsSync } from "node:fs";
import { join } from "node:path";
import { formatDiagnostic, loadCatalogue } from "../../plan/index.ts";
import { colour } from "../cli/output.ts";
import { checkoutRoot } from "../engine/checkout.mjs";
import type { Environment } from "../engine/environment.ts";
import { antivirusFindings } from "./antivirus.ts";
import { backendFindings, passphraseFindings } from "./backend.ts";
import { engineFindings } from "./engine.ts";
import { filesFindings } from "./files.ts";
import { type Finding, look, missing, ok, wrong } from "./finding.ts";
import { labFindings } from "./lab.ts";
import { machineFindings } from "./machine.ts";
import { relayFindings } from "./relays.ts";
import { serverFindings } from "./server.ts";

export type { Finding } from "./finding.ts";

/** Looks at everything that commands need, side by side; leaves nothing changed. Takes about two seconds. */
export async function examine(environment: Environment): Promise<readonly Finding[]> {
  const { engine } = environment;
  const findings = await Promise.all([
    look("machine", () => machineFindings(engine !== null)),
    look("engine", () => engineFindings(engine)),
    look("catalogue", async () => [catalogue(environment)]),
    ...(environment.kind === "lab" ? [look("lab", () => labFindings(environment.lab))] : []),
    look("antivirus vendor", () => antivirusFindings(environment)),
    look("files", () => filesFindings(environment)),
    look("relays", () => relayFindings(environment)),
    look("passphrase", () => passphraseFindings(environment)),
    look("state backend", () => backendFindings(environment)),
    look("Zimbra", () => (isStarted(environment) ? serverFindings(environment) : Promise.resolve([]))),
  ]);
  return findings.flat();
}

/** A lab that was never started has no server, and says so itself. */
function isStarted({ kind, cdgFile }: Environment): boolean {
  return kind === "production" || (cdgFile !== undefined && existsSync(cdgFile));
}

function catalogue({ cdgFile, kind }: Environment): Finding {
  if (kind === "lab" && cdgFile !== undefined && !existsSync(cdgFile)) {
    return missing("catalogue", `${cdgFile} is not there yet`, "npx bastide lab up");
  }
  const loaded = loadCatalogue(join(checkoutRoot, "catalogue"), { cdgPath: cdgFile });
  if (loaded.ok) return ok("catalogue", `valid, for ${loaded.catalogue.cdg.name}`);
  const [first] = loaded.diagnostics;
  const found = first ? (formatDiagnostic(first).split("\n")[0] ?? first.message) : "not valid";
  return wrong("catalogue", found, "npx bastide check");
}

/** True when something is amiss that commands cannot do without. */
export function isIll(findings: readonly Finding[]): boolean {
  return findings.some(({ state, needed = true }) => state !== "ok" && needed);
}

/** One line a finding, and below it the command that mends it. */
export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.map(({ name, state, found, mend }) => {
    const mark = state === "ok" ? colour("green", "ok     ") : colour("red", state.padEnd(7));
    const line = `${mark} ${name.padEnd(width)}  ${found}`;
    return mend ? `${line}\n${" ".repeat(width + 10)}→ ${mend}` : line;
  });
  const wanting = findings.filter(({ state }) => state !== "ok").length;
  const sum = wanting === 0 ? "Everything is in order." : `${wanting} of ${findings.length} want attention.`;
  return `${lines.join("\n")}\n\n${sum}`;
}
