import type { AntivirusPlan } from "../../plan/types.ts";
import { type ChangeLine, count, danger, info, warning } from "./change-line.ts";
import { markdown } from "./markdown.ts";

/** What happens to a tenant's antivirus licences, from its plan before and after. */
export function antivirusChanges(
  before: AntivirusPlan | undefined,
  after: AntivirusPlan | undefined,
): readonly ChangeLine[] {
  if (before === undefined) return after === undefined ? [] : [info(markdown`Antivirus : ${seats(after)}.`)];
  if (after === undefined)
    return [
      danger(
        markdown`L’antivirus sort du contrat : réservation de ${seats(before)} retirée, société suspendue, postes sans protection.`,
      ),
    ];
  const lines: ChangeLine[] = [];
  const [old, now] = [before.company, after.company];
  if (old.status !== now.status)
    lines.push(
      now.status === "suspended"
        ? danger(markdown`L’antivirus sera suspendu : postes et serveurs ne seront plus protégés.`)
        : warning(markdown`L’antivirus reprend : ${seats(after)}.`),
    );
  if (old.reservedSeats !== now.reservedSeats) {
    const text = markdown`Licences antivirus réservées : ${count(old.reservedSeats, "licence")} → ${count(now.reservedSeats, "licence")}.`;
    lines.push(now.reservedSeats < old.reservedSeats ? warning(text) : info(text));
  }
  if (before.administrator?.email !== after.administrator?.email)
    lines.push(
      warning(
        markdown`Administrateur antivirus : ${before.administrator?.email ?? "aucun"} → ${after.administrator?.email ?? "aucun"}.`,
      ),
    );
  return lines;
}

function seats({ company }: AntivirusPlan) {
  return count(company.reservedSeats, "licence");
}
