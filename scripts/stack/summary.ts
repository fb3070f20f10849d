import { formatBytes } from "../../plan/index.ts";
import type { Change, PropertyChange } from "./changes.ts";

/** Whether a change is yet to come (`preview`) or was made (`up`). */
export type Tense = "future" | "past";

/** Feminine nouns: what they agree with is written accordingly. */
const nouns: Readonly<Record<string, string>> = {
  "cdg:zimbra:Mailbox": "boîte",
  "cdg:zimbra:DistributionList": "liste",
  "cdg:zimbra:Domain": "messagerie du domaine",
  "cdg:zimbra:MailUsage": "mesure de l’usage de",
  "pulumi:providers:cdg": "connexion aux systèmes du CDG",
};
/** Ours to build with, nothing that a person has: said with `--json` only. */
const silentTypes: ReadonlySet<string> = new Set([
  "bastide:tenant:Tenant",
  "bastide:mail:Mail",
  "cdg:zimbra:MailUsage",
  "pulumi:providers:cdg",
]);

const labels: Readonly<Record<string, string>> = {
  address: "adresse",
  aggregateQuotaBytes: "espace total",
  aliases: "alias",
  deletion: "devenir à la fin",
  description: "description",
  displayName: "nom affiché",
  domain: "domaine",
  maxMailboxes: "nombre de boîtes permis",
  members: "membres",
  name: "nom",
  quotaBytes: "quota",
  status: "état",
};
const values: Readonly<Record<string, string>> = { active: "ouverte", locked: "verrouillée" };

/** One French sentence for each change, the ones that close something first. */
export function sentences(changes: readonly Change[], tense: Tense): readonly string[] {
  const closing = changes.filter(isClosing);
  const rest = changes.filter((change) => !isClosing(change));
  return [...closing, ...rest].filter(isSaid).map((change) => sentence(change, tense));
}

function isClosing({ kind }: Change): boolean {
  return kind === "close" || kind === "purge" || kind === "replace" || kind === "delete";
}

/** The parts that only come along with something else are not told apart. */
function isSaid({ type, kind }: Change): boolean {
  return !silentTypes.has(type) || (kind === "update" && type === "pulumi:providers:cdg");
}

function sentence(change: Change, tense: Tense): string {
  const { kind, type, subject, properties } = change;
  if (type === "pulumi:pulumi:Stack")
    return `résultats de la pile ${tense === "past" ? "mis à jour" : "à mettre à jour"} : ${properties.map(({ property }) => property).join(", ")}`;
  const what = `${nouns[type] ?? type} ${subject}`;
  const will = tense === "future" ? "sera " : "";
  if (kind === "create") return `${what} ${will}créée`;
  if (kind === "close")
    return `${what} ${will}fermée, ${type === "cdg:zimbra:DistributionList" ? "membres conservés" : "courrier conservé"}`;
  if (kind === "purge") return `${what} ${will}EFFACÉE avec son contenu`;
  if (kind === "replace") return `${what} ${will}REMPLACÉE`;
  if (kind === "delete") return `${what} ${will}retirée`;
  if (kind === "drift") return `dérive constatée, ${what} : ${properties.map(propertyText).join(" ; ")}`;
  if (kind === "rename") return `${renamed(change)} ${will}renommée, même courrier${others(properties)}`;
  return `${what} ${will}modifiée : ${properties.map(propertyText).join(" ; ") || "à reprendre"}`;
}

function renamed({ type, subject, properties }: Change): string {
  const before = properties.find(({ property }) => property === "address")?.before;
  return `${nouns[type] ?? type} ${String(before)} → ${subject}`;
}

function others(properties: readonly PropertyChange[]): string {
  const rest = properties.filter(({ property }) => property !== "address");
  return rest.length === 0 ? "" : ` ; ${rest.map(propertyText).join(" ; ")}`;
}

function propertyText({ property, before, after }: PropertyChange): string {
  const label = labels[property] ?? property;
  if (isTexts(before) || isTexts(after)) return `${label} ${listText(textsOf(before), textsOf(after))}`;
  return `${label} ${valueText(property, before)} → ${valueText(property, after)}`;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value);
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function listText(before: readonly string[], after: readonly string[]): string {
  const added = after.filter((item) => !before.includes(item)).map((item) => `+${item}`);
  const removed = before.filter((item) => !after.includes(item)).map((item) => `-${item}`);
  return [...removed, ...added].join(" ");
}

function valueText(property: string, value: unknown): string {
  if (property.endsWith("Bytes")) return typeof value === "number" ? formatBytes(value) : "illimité";
  if (value === null || value === undefined) return "aucun";
  if (typeof value === "string") return values[value] ?? `« ${value} »`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
