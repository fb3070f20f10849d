import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { MethodContext } from "./method.ts";
import { instant } from "./method.ts";
import type { Company } from "./records.ts";
import { seatRefusal, usedSeats } from "./seats.ts";
import { newId } from "./store.ts";

/** Machines on which somebody runs the installer behind a link. */
export const enrolment = z.strictObject({
  /** One of the links that `getInstallationLinks` gives. */
  link: z.string().min(1),
  workstations: z.number().int().min(0).max(1000).default(0),
  servers: z.number().int().min(0).max(1000).default(0),
});

export interface Enrolled {
  readonly company: string;
  readonly enrolled: readonly string[];
  /** Machines that got no licence, with what their agent was told. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
  /** Seats that the company uses afterwards. */
  readonly usedSlots: number;
}

/** Installs on each machine in turn. `null` when the link is no package's. */
export function enrol(
  { link, workstations, servers }: z.output<typeof enrolment>,
  context: MethodContext,
): Enrolled | null {
  const { store } = context;
  const token = /\/Packages\/[A-Z]+\/0\/([\w-]+)\//.exec(link)?.[1];
  const [pack] = store.all("package", (one) => one.token === token);
  const company = pack === undefined ? null : store.byId("company", pack.companyId);
  if (pack === undefined || company === null) return null;
  const wanted = [
    ...Array.from({ length: workstations }, () => ({ prefix: "PC", system: "Windows 11 Pro" })),
    ...Array.from({ length: servers }, () => ({ prefix: "SRV", system: "Windows Server 2022 Standard" })),
  ];
  const enrolled: string[] = [];
  const refused: { name: string; reason: string }[] = [];
  for (const { prefix, system } of wanted) {
    const name = `${prefix}-${randomBytes(3).toString("hex").toUpperCase()}`;
    const reason = seatRefusal(store, company);
    if (reason !== null) {
      refused.push({ name, reason });
      continue;
    }
    install({ name, system }, company, context);
    enrolled.push(name);
  }
  return { company: company.name, enrolled, refused, usedSlots: usedSeats(store, company) };
}

function install(
  { name, system }: { readonly name: string; readonly system: string },
  company: Company,
  { store, now }: MethodContext,
): void {
  const [a = 0, b = 0, c = 0] = randomBytes(3);
  store.put({
    kind: "endpoint",
    id: newId(),
    companyId: company.id,
    groupId: company.groupId,
    name,
    operatingSystem: system,
    ip: `10.${a}.${b}.${c}`,
    mac: randomBytes(6).toString("hex"),
    enrolledAt: instant(now()),
    policyId: "5121da426803fa2d0e000017",
  });
}
