import type { Company } from "./records.ts";
import type { Store } from "./store.ts";

/** Seats that a company's own machines take. */
export function usedSeats(store: Store, company: Company): number {
  return store.all("endpoint", ({ companyId }) => companyId === company.id).length;
}

/** Seats that a partner can still reserve or let others use: what it bought, less what its customers hold. */
export function freeSeats(store: Store, parent: Company): number {
  const bought = parent.licence.reservedSlots ?? 0;
  const held = store
    .all("company", ({ parentId }) => parentId === parent.id)
    .reduce((sum, child) => sum + (child.licence.reservedSlots ?? usedSeats(store, child)), 0);
  return bought - held - usedSeats(store, parent);
}

/** Whether one more machine gets a licence, as an agent is told. */
export function seatRefusal(store: Store, company: Company): string | null {
  if (company.isSuspended) return "The company is suspended: its licence has expired.";
  const { reservedSlots } = company.licence;
  const parent = company.parentId === null ? company : store.byId("company", company.parentId);
  const free =
    reservedSlots === null
      ? parent === null
        ? 0
        : freeSeats(store, parent)
      : reservedSlots - usedSeats(store, company);
  if (free > 0) return null;
  return `The maximum number of licence seats has been reached (${reservedSlots ?? usedSeats(store, company)}).`;
}
