import { colour } from "../cli/output.ts";
import type { Finding } from "./check.ts";
import type { Status } from "./judge/verdict.ts";
import { normalName } from "./records.ts";
import { type ZoneRecord, zoneLine } from "./zone-line.ts";

export interface ReportHead {
  readonly collectivite: string;
  readonly domain: string;
}

const words: Readonly<
  Record<Status, readonly [mark: string, text: string, format: "green" | "red" | "yellow"]>
> = {
  ok: ["✓", "correct", "green"],
  missing: ["✗", "absent", "red"],
  wrong: ["✗", "à corriger", "red"],
  unknown: ["?", "inconnu : aucun serveur ne répond", "yellow"],
};

/** What people read, in French: how each record was found, then what to paste where. */
export function reportText({ collectivite, domain }: ReportHead, findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ label }) => label.length));
  const open = findings.filter(({ status }) => status === "missing" || status === "wrong");
  return [
    `${collectivite} : ${domain}`,
    ...delegation(domain, findings),
    ...findings.flatMap((finding) => lines(finding, width)),
    ...section(
      "À publier par la collectivité, chez son bureau d’enregistrement",
      "collectivite",
      domain,
      open,
    ),
    ...section("À publier par le CDG, dans ses propres zones", "cdg", domain, open),
  ].join("\n");
}

/** A domain that nobody has registered, or whose name servers nobody has named yet. */
function delegation(domain: string, findings: readonly Finding[]): string[] {
  const zone = findings.find(({ kind }) => kind === "mx")?.zone;
  if (!zone) return [];
  if (!zone.includes(".")) return [`Le domaine ${domain} n’existe pas encore dans le DNS (zone .${zone}).`];
  const servers = new Set(
    findings.flatMap((it) => (it.zone === zone ? it.servers.map(({ server }) => server) : [])),
  );
  return [`Zone ${zone}, servie par ${[...servers].join(", ")}`];
}

function lines({ label, status, found, values, problems, notes }: Finding, width: number): string[] {
  const [mark, text, format] = words[status];
  const bad = status === "wrong";
  return [
    `  ${colour(format, mark)} ${label.padEnd(width)}  ${text}`,
    ...problems.map((problem) => `      ${problem}`),
    ...(bad ? found.map((value) => `      publié :  ${value}`) : []),
    ...(bad ? values.map((value) => `      attendu : ${value}`) : []),
    ...notes.map((note) => `      (${note})`),
  ];
}

function section(
  title: string,
  publisher: Finding["publisher"],
  domain: string,
  open: readonly Finding[],
): string[] {
  const own = open.filter((finding) => finding.publisher === publisher);
  if (own.length === 0) return [];
  const records = own.flatMap(({ publish }) => publish);
  const zone = own.find(({ zone }) => zone?.includes("."))?.zone ?? domain;
  const replaced = own.filter(({ status, publish }) => status === "wrong" && publish.length > 0);
  return [
    "",
    `${title} :`,
    ...(records.length === 0 ? [] : ["  Fichier de zone", ...records.map((it) => `    ${zoneLine(it)}`)]),
    ...(records.length === 0 ? [] : ["  Formulaire", ...records.map((it) => `    ${formLine(it, zone)}`)]),
    ...replaced.map(({ label, name }) => `  Remplace ce qui est publié aujourd’hui : ${label} de ${name}`),
    ...own.flatMap(instructions),
  ];
}

/** The fields that a registrar's form asks for; names are relative to the zone, `@` is the zone itself. */
function formLine({ name, type, value }: ZoneRecord, zone: string): string {
  const relative = normalName(name) === zone ? "@" : inZone(name, zone);
  const [, priority = "", host = ""] = (type === "MX" && /^(\d+) (.*)$/.exec(value)) || [];
  const content = type === "MX" ? `Priorité : ${priority}   Valeur : ${host}` : `Valeur : ${value}`;
  return `Type : ${type}   Nom : ${relative}   ${content}`;
}

function inZone(name: string, zone: string): string {
  return name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : `${name}.`;
}

function instructions({ kind, name, status, command }: Finding): string[] {
  if (kind === "address") return [`  Une adresse (A ou AAAA) pour ${name}`];
  if (command === null) return [];
  const query = command.replace(" -a ", " -q ").replace(/ -s \S+$/, "");
  return [
    `  Clé DKIM, sur le serveur Zimbra (utilisateur zimbra) : ${command}`,
    `    puis publier sous ${name} le texte affiché (pour le revoir : ${query})`,
    ...(status === "missing"
      ? ["    Une clé existe sous un autre sélecteur ? bastide dns … --selector SÉLECTEUR"]
      : []),
  ];
}
