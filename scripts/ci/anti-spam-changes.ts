import type { AntiSpamDocument, AntiSpamPlan } from "../../plan/types.ts";
import { arrow, type ChangeLine, danger, info, pairs, warning } from "./change-line.ts";
import { code, join, Markdown, markdown } from "./markdown.ts";

/**
 * What happens to the filtering of a tenant's mail, from its plan before and after. Addresses are left to the
 * words on mailboxes and lists.
 */
export function antiSpamChanges(
  before: AntiSpamPlan | undefined,
  after: AntiSpamPlan | undefined,
): readonly ChangeLine[] {
  if (before === undefined)
    return after === undefined ? [] : [info(markdown`Courrier entrant filtré par ${relaysOf(after)}.`)];
  if (after === undefined)
    return [danger(markdown`Les relais ${relaysOf(before)} refuseront le courrier de ces adresses.`)];
  const [old, now] = [before.document, after.document];
  return [
    ...listChanges("jamais filtrés", old.allow, now.allow),
    ...listChanges("toujours refusés", old.deny, now.deny),
    ...(scoresOf(old) === scoresOf(now)
      ? []
      : [warning(markdown`Seuils du filtrage : ${arrow(scoresOf(old), scoresOf(now))}.`)]),
    ...(hopOf(old) === hopOf(now)
      ? []
      : [warning(markdown`Serveur qui reçoit le courrier filtré : ${arrow(hopOf(old), hopOf(now))}.`)]),
    ...(relaysOf(before).toString() === relaysOf(after).toString()
      ? []
      : [warning(markdown`Relais du filtrage : ${relaysOf(before)} → ${relaysOf(after)}.`)]),
  ];
}

function listChanges(which: string, before: readonly string[], after: readonly string[]): ChangeLine[] {
  const { added, removed } = pairs(before, after, (sender) => sender);
  const label = new Markdown(`Expéditeurs ${which}`);
  return [
    ...(added.length === 0 ? [] : [warning(markdown`${label}, en plus : ${named(added)}.`)]),
    ...(removed.length === 0 ? [] : [info(markdown`${label}, en moins : ${named(removed)}.`)]),
  ];
}

function relaysOf({ relays }: AntiSpamPlan): Markdown {
  return named(relays.map(({ name, host, port }) => `${name} (${host}:${port})`));
}

function named(names: readonly string[]): Markdown {
  return join(names.map(code), ", ");
}

function scoresOf({ policy }: AntiSpamDocument): string {
  const { rejectScore, markScore, greylistScore } = policy;
  return `refus ${rejectScore}, marque ${markScore}, liste grise ${greylistScore ?? "jamais"}`;
}

function hopOf({ nextHop }: AntiSpamDocument): string {
  return `${nextHop.host}:${nextHop.port}`;
}
