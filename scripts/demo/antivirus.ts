import type { TenantPlan } from "../../plan/index.ts";
import { colour } from "../cli/index.ts";
import { enrolMachines, type LabPaths } from "../lab/index.ts";
import { installerOf } from "../stack/antivirus.ts";
import type { Session } from "../stack/session.ts";

/** What machines of a collectivité got from the vendor. */
export interface Protected {
  readonly slug: string;
  readonly usedSeats: number;
  readonly reservedSeats: number;
  /** What the machine after the last seat was told. */
  readonly refusal: string;
}

/**
 * Runs the installer on as many machines as still have a seat, and on one more. Machines of an earlier demonstration
 * stay, so that a second one finds the seats taken.
 */
export async function enrolAll(
  paths: LabPaths,
  session: Session,
  { slug, antivirus }: TenantPlan,
): Promise<Protected | null> {
  if (antivirus === undefined || antivirus.company.status === "suspended") return null;
  const link = await installerOf(session, slug);
  const { usedSlots } = await enrolMachines(paths, { link, workstations: 0, servers: 0 });
  const { workstations, servers } = antivirus.limits;
  if (usedSlots === 0) await enrolMachines(paths, { link, workstations, servers });
  const last = await enrolMachines(paths, { link, workstations: 1, servers: 0 });
  return {
    slug,
    usedSeats: last.usedSlots,
    reservedSeats: antivirus.company.reservedSeats,
    refusal: last.refused[0]?.reason ?? "",
  };
}

/** The line that proves the service, for the demonstration's summary. */
export function antivirusLine({ usedSeats, reservedSeats, refusal }: Protected): string {
  const mark = refusal === "" ? colour("red", "✗") : colour("green", "✓");
  return `  ${mark} antivirus: ${usedSeats} machines enrolled of ${reservedSeats} seats; one more is refused: ${refusal}`;
}
