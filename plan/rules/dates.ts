import type { Path } from "../diagnostics.ts";
import { type Denunciation, endOfConvention } from "../life.ts";
import type { Rule } from "./context.ts";

/** Deliberation, effect and denunciation follow each other; complements lie between effect and end. */
export const datesInOrder: Rule = ({ draft, report }) => {
  const { deliberation, effet, suspension, denonciation } = draft.convention ?? {};
  const notified = denonciation?.notifiee;
  const end = denunciationEnd(notified, denonciation?.par);
  const order = (earlier: string | undefined, what: string, later: string | undefined, path: Path): void => {
    if (earlier === undefined || later === undefined || earlier <= later) return;
    report.add(
      "DATES_CONTRADICT",
      path,
      `expected a day from ${earlier} (${what}) on, got ${later}`,
      "Correct one of them.",
    );
  };
  order(deliberation, "convention.deliberation", effet, ["convention", "effet"]);
  order(effet, "convention.effet", suspension, ["convention", "suspension"]);
  order(effet, "convention.effet", notified, ["convention", "denonciation", "notifiee"]);
  for (const [index, complement] of (draft.complements ?? []).entries()) {
    const path = ["complements", index];
    order(effet, "convention.effet", complement?.depuis, [...path, "depuis"]);
    order(complement?.depuis ?? effet, `complements[${index}].depuis`, complement?.jusqua, [
      ...path,
      "jusqua",
    ]);
    if (end === null || complement?.depuis === undefined || complement.depuis <= end) continue;
    const message = `expected a day until ${end} (end of the convention), got ${complement.depuis}`;
    report.add("DATES_CONTRADICT", [...path, "depuis"], message, "Correct one of them.");
  }
};

function denunciationEnd(notified: string | undefined, by: Denunciation["by"] | undefined): string | null {
  return notified === undefined || by === undefined ? null : endOfConvention({ notified, by });
}

/** `denoncee` and `close` need the denunciation that they come from; other states must not have one. */
export const stateFitsDates: Rule = ({ draft, state, report }) => {
  const denunciation = draft.convention?.denonciation;
  const path = ["convention", "denonciation"];
  const leaving = state === "denoncee" || state === "close";
  if (leaving && denunciation === undefined && !report.isBroken(path) && draft.convention !== undefined) {
    const message = `expected the denunciation that etat: ${state} comes from, got nothing`;
    report.add(
      "STATE_CONTRADICTS",
      ["convention", "etat"],
      message,
      "Add denonciation with notifiee and par (article 24).",
    );
  }
  if (!leaving && denunciation !== undefined && state !== "suspendue") {
    const message = `expected etat: denoncee, since there is a denunciation, got ${state}`;
    report.add("STATE_CONTRADICTS", path, message, "Change etat, or delete denonciation.", { at: "key" });
  }
};
