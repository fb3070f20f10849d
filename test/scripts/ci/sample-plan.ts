import { createHash } from "node:crypto";
import type { ListPlan, MailboxPlan, MailPlan, TenantPlan } from "../../../plan/types.ts";

/** A small valid plan; the hash follows from the rest, as in the real one. */
export function samplePlan(changes: Partial<Omit<TenantPlan, "planHash">> = {}): TenantPlan {
  const plan = {
    slug: "nerac",
    identity: {
      name: "Commune de Nérac",
      siren: "214701955",
      siret: null,
      insee: null,
      type: "commune",
      population: 6800,
    },
    forfait: { key: "technologie", label: "Technologie" },
    state: "active" as const,
    mail: sampleMail(),
    entitlements: [],
    obligations: [],
    costs: { totalCentsPerYear: 120_000, lines: [] },
    ...changes,
  };
  return { ...plan, planHash: `sha256:${createHash("sha256").update(JSON.stringify(plan)).digest("hex")}` };
}

export function sampleMail(changes: Partial<MailPlan> = {}): MailPlan {
  return {
    domain: {
      logicalName: "domaine",
      name: "mairie-nerac.fr",
      displayName: "mairie-nerac.fr",
      origin: "owned",
      maxMailboxes: 10,
      aggregateQuotaBytes: null,
      limitsManaged: true,
      status: "active",
    },
    mailboxes: [sampleMailbox("accueil"), sampleMailbox("s.martin")],
    lists: [sampleList("elus")],
    limits: { mailboxes: 10, totalBytes: null },
    ...changes,
  };
}

export function sampleMailbox(name: string, changes: Partial<MailboxPlan> = {}): MailboxPlan {
  return {
    logicalName: name,
    formerLogicalNames: [],
    address: `${name}@mairie-nerac.fr`,
    formerAddress: null,
    displayName: name,
    quotaBytes: 5e9,
    aliases: [],
    status: "active",
    ...changes,
  };
}

export function sampleList(name: string, changes: Partial<ListPlan> = {}): ListPlan {
  return {
    logicalName: name,
    address: `${name}@mairie-nerac.fr`,
    displayName: name,
    members: ["accueil@mairie-nerac.fr"],
    technical: false,
    ...changes,
  };
}
