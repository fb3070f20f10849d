import type { LoggedCall } from "../../scripts/lab/call-log.ts";
import { faultKinds as vendorKinds } from "../../scripts/lab/gravityzone/faults.ts";
import { faultKinds as zimbraKinds } from "../../scripts/lab/zimbra/faults-plan.ts";
import type { Sandbox } from "../e2e/harness.ts";
import { sirenOf, town } from "../e2e/town.ts";
import { faultKinds as proxyKinds } from "../providers/cdg/faulty-proxy.ts";
import { Api } from "../scripts/lab/gravityzone/api.ts";

/** A collectivité that has something in every system of a sandbox. */
export function wholeTown(slug: string): string {
  const more = [
    "antivirus: { postes: 2, serveurs: 1 }",
    "partage: { utilisateurs: [accueil, s.martin, urbanisme] }",
    "transfert: { utilisateurs: [accueil] }",
  ];
  return town(slug, `${more.join("\n")}\n`);
}

interface System {
  readonly kinds: readonly string[];
  /** Whether an operation of the call log is one of this system's. */
  has(operation: string): boolean;
  /** Breaks the first such call from now on, or every one. */
  breakCall(sandbox: Sandbox, operation: string, kind: string, call: 1 | "every"): void;
  mend(sandbox: Sandbox): void;
  onCall(sandbox: Sandbox, listener: ((call: LoggedCall) => void) | null): void;
}

/** Systems that campaigns break: another one is another row. */
const systems: readonly System[] = [
  {
    kinds: zimbraKinds,
    has: (operation) => !/[.:]/.test(operation),
    breakCall({ simulator }, operation, named, call) {
      const kind = zimbraKinds.find((one) => one === named);
      if (kind !== undefined) simulator.setFaults([{ operation, kind, call }]);
    },
    mend: ({ simulator }) => simulator.setFaults([]),
    onCall: ({ simulator }, listener) => simulator.onCall(listener),
  },
  {
    kinds: vendorKinds,
    has: (operation) => operation.includes("."),
    breakCall({ gravityzone }, operation, named, call) {
      const kind = vendorKinds.find((one) => one === named);
      if (kind !== undefined) gravityzone.setFaults([{ operation, kind, call }]);
    },
    mend: ({ gravityzone }) => gravityzone.setFaults([]),
    onCall: ({ gravityzone }, listener) => gravityzone.onCall(listener),
  },
  {
    kinds: proxyKinds,
    has: (operation) => operation.startsWith("sftpgo:"),
    breakCall({ files }, operation, named, call) {
      const kind = proxyKinds.find((one) => one === named);
      if (kind !== undefined) files.proxy.setFaults([{ operation, kind, call }]);
    },
    mend: ({ files }) => files.proxy.setFaults([]),
    onCall: ({ files }, listener) => files.proxy.onCall(listener),
  },
];

function systemOf(operation: string): System | undefined {
  return systems.find((system) => system.has(operation));
}

/** Whether the system that has an operation can go wrong in a way: Zimbra alone answers XML. */
export function canBreak(operation: string, kind: string): boolean {
  return systemOf(operation)?.kinds.includes(kind) === true;
}

export function breakCall(sandbox: Sandbox, operation: string, kind: string, call: 1 | "every" = 1): void {
  systemOf(operation)?.breakCall(sandbox, operation, kind, call);
}

export function mend(sandbox: Sandbox): void {
  for (const system of systems) system.mend(sandbox);
}

/** Told of each call of any system when it is done and before it is answered; null ends that. */
export function onCall(sandbox: Sandbox, listener: ((call: LoggedCall) => void) | null): void {
  for (const system of systems) system.onCall(sandbox, listener);
}

/** What the antivirus vendor holds of a collectivité, without ids. */
export async function antivirusOf(sandbox: Sandbox, slug: string): Promise<readonly unknown[]> {
  const api = new Api(sandbox.gravityzone.url);
  const name = `Commune de ${slug} (${sirenOf(slug)})`;
  const found = await api.list("companies.findCompaniesByName", { nameFilter: name });
  const companies = found.filter((company) => company.name === name);
  return await Promise.all(
    companies.map(async ({ id: companyId }) => {
      const { isSuspended } = await api.object("companies.getCompanyDetails", { companyId });
      const { totalSlots } = await api.object("licensing.getLicenseInfo", { companyId });
      const packages = await api.list("packages.getPackagesList", { companyId });
      const accounts = await api.list("accounts.getAccountsList", { companyId });
      return {
        isSuspended,
        totalSlots,
        packages: packages.map((one) => one.name),
        accounts: accounts.map(({ email }) => email),
      };
    }),
  );
}
