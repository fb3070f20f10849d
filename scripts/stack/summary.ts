import { formatBytes } from "../../plan/index.ts";
import { backupWords } from "./backup-words.ts";
import { type Change, collectionType, type PropertyChange, relayType } from "./changes.ts";
import { leaverWords } from "./leaver-words.ts";
import { closings, labels, nouns, values } from "./nouns.ts";
import { relayWords } from "./relay-words.ts";

/** Stands for a secret that is another one than before; a history knows that much of it. */
export const changedSecret = "[secret, changed]";

/** Whether a change is yet to come (`preview`) or was made (`up`). */
export type Tense = "future" | "past";

/** Ours to build with, nothing that a person has: said with `--json` only. */
const silentTypes: ReadonlySet<string> = new Set([
  "bastide:tenant:Tenant",
  "bastide:mail:Mail",
  "bastide:mail:AntiSpam",
  "pulumi:providers:command",
  "bastide:files:FileShare",
  "bastide:files:FileTransfer",
  "cdg:zimbra:MailUsage",
  "bastide:antivirus:AntivirusLicences",
  "cdg:gravityzone:Usage",
  "cdg:sftpgo:FileUsage",
  "bastide:platform:Platform",
  "bastide:platform:FilesPlatform",
  "bastide:platform:RelayHosts",
  "cdg:sftpgo:Server",
  "bastide:backup:BackupTarget",
  "cdg:restic:BackupUsage",
]);
/** Said only where what they lead to is another than before. */
const connectionTypes: ReadonlySet<string> = new Set(["pulumi:providers:cdg", "pulumi:providers:docker"]);

/** A change in words. Marks: `+` comes, `-` goes or closes, `~` changes, `!` was changed by somebody else. */
export interface Sentence {
  readonly mark: "+" | "-" | "~" | "!";
  readonly text: string;
}

/** One French sentence for each change: first what closes something, then by kind and name. */
export function sentences(changes: readonly Change[], tense: Tense): readonly Sentence[] {
  return changes
    .filter(isSaid)
    .toSorted((a, b) => rank(a) - rank(b) || compare(a.subject, b.subject))
    .map((change) => ({ mark: markOf(change), text: sentence(change, tense) }));
}

/** The last sentence where only outputs differ: costs, obligations, the plan's hash. */
export function outputsSentence(names: readonly string[], tense: Tense): Sentence {
  return {
    mark: "~",
    text: `résultats de la pile ${tense === "past" ? "mis" : "à mettre"} à jour : ${names.join(", ")}`,
  };
}

function isSaid({ type, kind }: Change): boolean {
  return connectionTypes.has(type) ? kind === "update" : !silentTypes.has(type);
}

function markOf({ kind }: Change): Sentence["mark"] {
  if (kind === "create" || kind === "adopt") return "+";
  if (kind === "drift") return "!";
  return kind === "update" || kind === "rename" ? "~" : "-";
}

const typeOrder = [
  "pulumi:providers:cdg",
  "cdg:zimbra:Domain",
  "cdg:zimbra:FormerDomain",
  "cdg:zimbra:Mailbox",
  "cdg:zimbra:DistributionList",
  relayType,
  collectionType,
  "cdg:gravityzone:Company",
  "cdg:gravityzone:Package",
  "cdg:gravityzone:Account",
  "cdg:sftpgo:Folder",
  "cdg:sftpgo:Group",
  "cdg:sftpgo:User",
];

function rank(change: Change): number {
  const position = typeOrder.indexOf(change.type);
  const byType = position < 0 ? typeOrder.length : position;
  return (["-", "!", "~", "+"].indexOf(markOf(change)) + 1) * 10 + byType;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sentence(change: Change, tense: Tense): string {
  const { kind, type, subject, properties } = change;
  const what = connectionTypes.has(type) ? nouns[type] : `${nouns[type] ?? type} ${subject}`;
  const will = tense === "future" ? "sera " : "";
  const taken = takenFrom(change);
  if (kind === "create" && taken !== null) return `${what} : reprise de ${taken}, courrier conservé`;
  const ofBackup = backupWords(change, will);
  if (ofBackup !== null) return ofBackup;
  if (kind === "create") return `${what} ${will}créée`;
  if (kind === "adopt") return `${what} ${will}reprise telle quelle`;
  if (kind === "close") return `${what} ${will}${closings[type] ?? "fermée, courrier conservé"}`;
  if (kind === "purge") return `${what} ${will}EFFACÉE avec son contenu`;
  if (kind === "replace") return `${what} ${will}REMPLACÉE`;
  if (kind === "delete")
    return `${what} ${will}retirée${type === collectionType ? ", courrier relevé conservé" : ""}`;
  if (kind === "drift")
    return `dérive constatée, ${what} : ${properties.map(propertyText).join(" ; ") || "n’existe plus"}`;
  // Secrets are not told, so that a new one looks like no difference.
  if (type === collectionType && kind === "update" && properties.length === 0)
    return `${what} ${will}modifiée : nouveau mot de passe`;
  if (kind === "rename") return `${renamed(change)} ${will}renommée, même courrier${others(properties)}`;
  if (type === relayType) return `${what} ${will}modifiée : ${relayWords(properties) || "à appliquer"}`;
  if (type === "cdg:zimbra:Mailbox") return `${what} ${will}${mailboxText(properties)}`;
  return `${what} ${will}modifiée : ${properties.map(propertyText).join(" ; ") || "à reprendre"}`;
}

/** A lock or its end comes first, with what becomes of the mail. */
function mailboxText(properties: readonly PropertyChange[]): string {
  const { verb, parts, rest } = leaverWords(properties);
  const texts = rest.map(propertyText);
  if (verb === null) return `modifiée : ${[...parts, ...texts].join(" ; ") || "à reprendre"}`;
  return [[verb, ...parts].join(", "), ...texts].join(" ; ");
}

/** `accueil@mairie-a.fr (commune-a)`: the mailbox or list of another tenant that a merger brings. */
function takenFrom({ properties }: Change): string | null {
  const after = properties.find(({ property }) => property === "takeOver")?.after;
  if (typeof after !== "object" || after === null || !("address" in after && "tenant" in after)) return null;
  return `${String(after.address)} (${String(after.tenant)})`;
}

function renamed({ type, subject, properties }: Change): string {
  const before = properties.find(({ property }) => property === "address" || property === "name")?.before;
  return `${nouns[type] ?? type} ${String(before)} → ${subject}`;
}

function others(properties: readonly PropertyChange[]): string {
  const { verb, parts, rest } = leaverWords(properties);
  const texts = rest
    .filter(({ property }) => property !== "address" && property !== "name")
    .map(propertyText);
  return [...(verb === null ? [] : [verb]), ...parts, ...texts].map((text) => ` ; ${text}`).join("");
}

function propertyText({ property, before, after }: PropertyChange): string {
  const label = labels[property] ?? property;
  if (after === changedSecret) return `${label} changé`;
  if (property === "reservedSeats" && after === null)
    return `réservation retirée (${String(before)} licences)`;
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
