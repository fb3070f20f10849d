import { isDeepStrictEqual } from "node:util";
import type { TenantPlan, TenantState } from "../../plan/types.ts";
import { antiSpamChanges } from "./anti-spam-changes.ts";
import { antivirusChanges } from "./antivirus-changes.ts";
import {
  arrow,
  byWeight,
  type ChangeLine,
  count,
  danger,
  euros,
  info,
  pairs,
  warning,
} from "./change-line.ts";
import { mailChanges } from "./mail-changes.ts";
import { Markdown, markdown } from "./markdown.ts";

/**
 * What a change of plan means, in words, the most dangerous first. Never empty for different plans: what has
 * no words of its own is named as a part of the plan that differs.
 */
export function planChanges(before: TenantPlan, after: TenantPlan): readonly ChangeLine[] {
  const lines = [
    ...stateChange(before.state, after.state),
    ...identityChanges(before, after),
    ...(before.forfait.key === after.forfait.key
      ? []
      : [warning(markdown`Forfait : ${arrow(before.forfait.label, after.forfait.label)}.`)]),
    ...mailChanges(before.mail, after.mail, after.mergedInto),
    ...antiSpamChanges(before.antiSpam, after.antiSpam),
    ...antivirusChanges(before.antivirus, after.antivirus),
    ...entitlementChanges(before, after),
    ...obligationChanges(before, after),
    ...costChange(before, after),
  ];
  if (lines.length === 0 && before.planHash !== after.planHash) lines.push(unnamedChange(before, after));
  return byWeight(lines);
}

/** What a new tenant will get. */
export function newTenant(plan: TenantPlan): readonly ChangeLine[] {
  return [
    info(markdown`Forfait ${plan.forfait.label}, ${euros(plan.costs.totalCentsPerYear)} par an.`),
    ...mailChanges(null, plan.mail),
    ...antiSpamChanges(undefined, plan.antiSpam),
    ...antivirusChanges(undefined, plan.antivirus),
    ...(plan.obligations.length > 0
      ? [info(markdown`${count(plan.obligations.length, "obligation")} à suivre.`)]
      : []),
  ];
}

const stateWords: Readonly<Record<TenantState, string>> = {
  reprise: "reprise",
  active: "active",
  suspendue: "suspendue",
  denoncee: "dénoncée",
  close: "close",
  fusionnee: "fusionnée",
};

function stateChange(before: TenantState, after: TenantState): readonly ChangeLine[] {
  if (before === after) return [];
  const change = new Markdown(`État : ${stateWords[before]} → **${stateWords[after]}**.`);
  if (after === "suspendue")
    return [danger(markdown`${change} Les boîtes seront verrouillées, rien n'est effacé.`)];
  if (after === "fusionnee")
    return [warning(markdown`${change} Ses boîtes passent à la commune nouvelle, courrier conservé.`)];
  if (after === "denoncee" || after === "close") return [danger(change)];
  return [warning(change)];
}

function identityChanges(before: TenantPlan, after: TenantPlan): readonly ChangeLine[] {
  const labels = {
    name: "Nom",
    siren: "SIREN",
    siret: "SIRET",
    insee: "INSEE",
    type: "Type",
    population: "Population",
  };
  return Object.entries(labels).flatMap(([key, label]) => {
    const old = Object.entries(before.identity).find(([name]) => name === key)?.[1] ?? "aucun";
    const present = Object.entries(after.identity).find(([name]) => name === key)?.[1] ?? "aucun";
    if (old === present) return [];
    const text = markdown`${new Markdown(label)} : ${arrow(String(old), String(present))}.`;
    return [key === "siren" ? warning(text) : info(text)];
  });
}

function entitlementChanges(before: TenantPlan, after: TenantPlan): readonly ChangeLine[] {
  const { added, removed, kept } = pairs(before.entitlements, after.entitlements, (one) => one.service);
  const number = (quantity: number | null) =>
    new Markdown(quantity === null ? "sans limite" : String(quantity));
  return [
    ...removed.map((one) => warning(markdown`Service retiré : ${one.label} (article ${one.article}).`)),
    ...added.map((one) => info(markdown`Service ajouté : ${one.label} (article ${one.article}).`)),
    ...kept
      .filter(([old, one]) => old.quantity !== one.quantity)
      .map(([old, one]) =>
        info(markdown`${one.label} : ${arrow(number(old.quantity), number(one.quantity))}.`),
      ),
  ];
}

function obligationChanges(before: TenantPlan, after: TenantPlan): readonly ChangeLine[] {
  const { added, removed, kept } = pairs(before.obligations, after.obligations, (one) => one.key);
  const due = (day: string | null) => new Markdown(day ?? "sans date");
  return [
    ...removed.map((one) => info(markdown`Obligation levée : ${one.label}.`)),
    ...added.map((one) => info(markdown`Obligation nouvelle : ${one.label} (${due(one.due)}).`)),
    ...kept
      .filter(([old, one]) => old.due !== one.due)
      .map(([old, one]) => info(markdown`Échéance de ${one.label} : ${arrow(due(old.due), due(one.due))}.`)),
  ];
}

function costChange(before: TenantPlan, after: TenantPlan): readonly ChangeLine[] {
  const [old, present] = [before.costs.totalCentsPerYear, after.costs.totalCentsPerYear];
  return old === present ? [] : [info(markdown`Coût annuel : ${arrow(euros(old), euros(present))}.`)];
}

function unnamedChange(before: TenantPlan, after: TenantPlan): ChangeLine {
  const parts = Object.entries(after).filter(
    ([key, value]) =>
      key !== "planHash" &&
      !isDeepStrictEqual(value, Object.entries(before).find(([name]) => name === key)?.[1]),
  );
  const names = parts.map(([key]) => key).join(", ");
  return warning(
    markdown`Le plan change dans une partie sans libellé : ${names === "" ? "inconnue" : names}.`,
  );
}
