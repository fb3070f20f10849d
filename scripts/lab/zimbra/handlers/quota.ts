import { asciiAddress } from "../address.ts";
import type { SoapElement } from "../element.ts";
import type { Call, Operation } from "../engine.ts";
import { type Entry, value, withAttributes } from "../entry.ts";
import { invalidRequest, noSuch } from "../faults.ts";
import { configEntry, cosOf, effectiveQuota, mailboxAttribute, type Services } from "../services.ts";
import { isCounted } from "./address-rules.ts";
import { byText } from "./encode.ts";
import { selectedDomain } from "./find.ts";
import { adminOperation, flag, integer, required, requiredChild } from "./operation.ts";

/** Use of mailboxes: what they hold is measured in the mail store, bytes all over. */
export const quotaOperations: readonly Operation[] = [
  adminOperation("GetQuotaUsage", getQuotaUsage),
  adminOperation("GetMailbox", getMailbox),
  adminOperation("GetMailboxStats", async ({ services }, response) => {
    const sizes = await usedBytes([...services.directory.all("account")], services);
    const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
    response.add("stats").set("numMboxes", sizes.size).set("totalSize", total);
  }),
  adminOperation("GetAllMailboxes", async ({ services }, response) => {
    const accounts = [...services.directory.all("account")];
    const sizes = await usedBytes(accounts, services);
    for (const account of accounts) {
      response
        .add("mbox")
        .set("id", account.serial)
        .set("accountId", account.id)
        .set("sizeCheckPoint", sizes.get(account.id) ?? 0);
    }
    response.set("more", false).set("searchTotal", accounts.length);
  }),
  adminOperation("CountAccount", countAccount),
  adminOperation("ComputeAggregateQuotaUsage", computeAggregate),
];

interface Usage {
  readonly account: Entry;
  readonly address: string;
  readonly used: number;
  readonly limit: number;
}

async function getQuotaUsage({ request, services }: Call, response: SoapElement): Promise<void> {
  const name = request.attribute("domain");
  const domain = name === null ? null : services.directory.byName("domain", name);
  if (name !== null && domain === null) throw noSuch("DOMAIN", name);
  const sortBy = request.attribute("sortBy") ?? "totalUsed";
  const limit = integer(request, "limit", 0);
  const offset = integer(request, "offset", 0);
  const ascending = flag(request, "sortAscending", false);
  if (!sortKeys.has(sortBy)) throw invalidRequest("sortBy must be percentUsed or totalUsed");
  const accounts = [...services.directory.all("account", domain?.id)].filter(isCounted);
  const sizes = await usedBytes(accounts, services);
  const usages = accounts.map((account) => ({
    account,
    address: asciiAddress(account.name),
    used: sizes.get(account.id) ?? 0,
    limit: effectiveQuota(services.directory, account),
  }));
  const sign = ascending ? 1 : -1;
  usages.sort((a, b) => sign * compare(sortBy, a, b) || byText(a.address, b.address));
  const end = limit === 0 ? usages.length : Math.min(usages.length, offset + limit);
  for (const { account, address, used, limit: quota } of usages.slice(offset, end)) {
    response.add("account").set("name", address).set("id", account.id).set("used", used).set("limit", quota);
  }
  response.set("more", end < usages.length).set("searchTotal", usages.length);
}

const sortKeys: ReadonlySet<string> = new Set(["totalUsed", "percentUsed", "quotaLimit", "account"]);

/** No limit counts as the largest one. */
function compare(key: string, a: Usage, b: Usage): number {
  const ceiling = (usage: Usage) => (usage.limit === 0 ? Number.MAX_SAFE_INTEGER : usage.limit);
  if (key === "account") return byText(a.address, b.address);
  if (key === "quotaLimit") return ceiling(a) - ceiling(b);
  if (key === "percentUsed") return a.used / ceiling(a) - b.used / ceiling(b);
  return a.used - b.used;
}

/** The first question makes the mailbox. */
async function getMailbox({ request, services }: Call, response: SoapElement): Promise<void> {
  const { directory } = services;
  const id = required(requiredChild(request, "mbox"), "id");
  const account = directory.byId("account", id);
  if (account === null) throw noSuch("ACCOUNT", id);
  const number = value(account, mailboxAttribute) ?? String(directory.nextSerial());
  if (value(account, mailboxAttribute) === null) {
    directory.put(withAttributes(account, { [mailboxAttribute]: [number] }));
  }
  const sizes = await usedBytes([account], services);
  response
    .add("mbox")
    .set("mbxid", Number(number))
    .set("s", sizes.get(account.id) ?? 0);
}

/** One `cos` a class of service that has accounts in the domain. */
function countAccount({ request, services }: Call, response: SoapElement): void {
  const domain = selectedDomain(request, services);
  const counts = new Map<string, { readonly cos: Entry; count: number }>();
  for (const account of services.directory.all("account", domain.id)) {
    if (!isCounted(account)) continue;
    const cos = cosOf(services.directory, account);
    const known = counts.get(cos.id);
    if (known) known.count++;
    else counts.set(cos.id, { cos, count: 1 });
  }
  for (const { cos, count } of counts.values()) {
    response.add("cos", String(count)).set("id", cos.id).set("name", cos.name);
  }
}

/** Adds up each domain that has an aggregate quota and keeps the sum on it. */
async function computeAggregate({ services }: Call, response: SoapElement): Promise<void> {
  const { directory } = services;
  const fallback = value(configEntry(directory), "zimbraDomainAggregateQuota") ?? "0";
  for (const { id } of [...directory.all("domain")]) {
    const accounts = [...directory.all("account", id)];
    const sizes = await usedBytes(accounts, services);
    const domain = directory.byId("domain", id);
    if (domain === null || Number(value(domain, "zimbraDomainAggregateQuota") ?? fallback) <= 0) continue;
    const used = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
    directory.put(withAttributes(domain, { zimbraAggregateQuotaLastUsage: [String(used)] }));
    directory.commit();
    response.add("domain").set("name", domain.name).set("id", domain.id).set("used", used);
  }
}

async function usedBytes(
  accounts: readonly Entry[],
  { mailStore }: Services,
): Promise<ReadonlyMap<string, number>> {
  const measured = await mailStore?.usedBytes(accounts.map((account) => asciiAddress(account.name)));
  return new Map(accounts.map((account) => [account.id, measured?.get(asciiAddress(account.name)) ?? 0]));
}
