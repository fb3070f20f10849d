import type { TenantState } from "./types.ts";

/** Article 24: who ends the convention, and when the other party was told. */
export interface Denunciation {
  /** ISO day of the notification. */
  readonly notified: string;
  readonly by: "collectivite" | "cdg";
}

/** The day (month-day) before which each party must have notified to leave within the year (article 24). */
const DEADLINE = { collectivite: "10-31", cdg: "07-31" } as const;

/** The convention's last day: 31 December of the notification's year, or of the next when it came late. */
export function endOfConvention({ notified, by }: Denunciation): string {
  const year = Number(notified.slice(0, 4));
  const inTime = notified.slice(5) < DEADLINE[by];
  return `${inTime ? year : year + 1}-12-31`;
}

/** Suspended and closed tenants keep their data and cannot log in. */
export function statusIn(state: TenantState): "active" | "locked" {
  return state === "suspendue" || state === "close" ? "locked" : "active";
}
