/** Today in Paris as an ISO day: the calendar of the people whose dates are compared with it. */
export function today(): string {
  // Swedish writes a date as ISO does.
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" }).format(new Date());
}
