/** Brings a list to what is asked, looking again whenever an answer was lost. */
import { domainOf } from "./address.ts";
import type { Zimbra } from "./client.ts";
import type { Entry } from "./entry.ts";
import { isTaken, refusal } from "./errors.ts";
import { addMembers, findList, removeMembers } from "./list-calls.ts";
import { listChanges } from "./list-changes.ts";
import type { ListInputs } from "./schema.ts";
import { settleRound } from "./settle.ts";

export async function settleList(
  zimbra: Zimbra,
  start: Entry,
  desired: ListInputs,
  signal: AbortSignal,
  before: ListInputs | null = null,
): Promise<void> {
  let found = start;
  const rounds = zimbra.connection.patience.attempts + 1 + (desired.aliases ?? []).length;
  for (let round = 1; ; round += 1) {
    const calls = listChanges(found, desired, zimbra.tenant, before);
    if (calls.length === 0) return;
    const done = await settleRound(
      zimbra,
      {
        ...{ found, calls, address: desired.address, mayRepeat: round < rounds },
        place: { operation: "ModifyDistributionList", target: found.name },
        // Removing an account's address also takes its aliases off the list, which may be wanted members.
        complete:
          domainOf(found.name) === domainOf(desired.address) &&
          !calls.some(({ operation }) => operation === removeMembers(found, []).operation),
        judge: (code, { operation, body }) => {
          if (code === "account.NO_SUCH_ALIAS") return "look again";
          if (code === "account.NO_SUCH_MEMBER") return "look again";
          const isName = operation !== addMembers(found, []).operation;
          return isTaken(code) && isName ? { taken: String(body.alias ?? desired.address) } : "failure";
        },
      },
      signal,
    );
    if (done) return;
    found = await again(zimbra, found, signal);
  }
}

async function again(zimbra: Zimbra, list: Entry, signal: AbortSignal): Promise<Entry> {
  const found = await findList(zimbra, "id", list.id, signal);
  if (found !== null) return found;
  throw refusal(
    "account.NO_SUCH_DISTRIBUTION_LIST",
    { operation: "GetDistributionList", target: list.name },
    "the list vanished while it was being changed. Run a refresh, then deploy again.",
  );
}
