/** What a call is about: the first of its parameters that names something. */
export function callTarget(params: unknown): string | null {
  if (typeof params !== "object" || params === null) return null;
  for (const name of [
    "name",
    "nameFilter",
    "companyId",
    "id",
    "packageId",
    "accountId",
    "endpointId",
    "parentId",
  ]) {
    const value: unknown = Reflect.get(params, name);
    if (typeof value === "string" && value !== "") return value.slice(0, 256);
  }
  return null;
}
