import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import {
  type Catalogue,
  formatDiagnostic,
  isSlug,
  loadCatalogue,
  loadFleet,
  planTenant,
  RESERVED_SLUGS,
  slugOf,
  type TenantPlan,
  tenantFiles,
} from "../../plan/index.ts";
import { suggestSlug } from "../../plan/slug-suggestion.ts";
import { UserError } from "../cli/errors.ts";
import { print, withJson } from "../cli/output.ts";
import { catalogueOption, cdgPath, tenantsOption } from "../tenants/folders.ts";
import {
  type AnswerKey,
  type Answers,
  askFor,
  numberProblem,
  type Prompter,
  terminal,
} from "../tenants/questions.ts";
import { tenantFileText } from "../tenants/tenant-file.ts";

export interface NewOptions extends Answers {
  readonly json?: boolean;
  readonly tenants: string;
  readonly catalogue: string;
  /** False: no `messagerie`. */
  readonly mail: boolean;
  readonly cdgPath?: string | undefined;
  /** Asks for what is missing; `null` where nobody can answer. */
  readonly prompter: Prompter | null;
}

const examples = `
Examples:
  npx bastide new                    asks for what it needs
  npx bastide new --name "Commune de Nérac" --type commune --siren 214701955 --population 6800 \\
    --forfait technologie-plus --deliberation 2026-03-12 --effet 2026-04-01 --domain mairie-nerac.fr \\
    --contact "Secrétariat de mairie" --email mairie.nerac@orange.fr

The file's name is the slug: suggested from the name, with the INSEE code appended when another
collectivité has it. A file that exists is never overwritten. Every other key: tenants/_template.yaml.`;

/** `bastide new`: writes the file of a collectivité, one that passes `check`. */
export function register(program: Command): void {
  withJson(program.command("new"))
    .description("Write the file of a new collectivité.")
    .option("--name <name>", "official name")
    .option("--type <type>", "commune, epci, syndicat, ccas…")
    .option("--siren <siren>", "9 digits")
    .option("--insee <code>", "INSEE code of the commune")
    .option("--population <number>", "municipal population: it sets the price")
    .option("--forfait <key>", "a forfait of the catalogue")
    .option("--deliberation <date>", "day of the deliberation, 2026-03-12")
    .option("--effet <date>", "day of effect, 2026-04-01")
    .option("--domain <domain>", "its own domain; the CDG's when left out")
    .option("--mailbox <local part>", "first mailbox", "accueil")
    .option("--no-mail", "without messagerie")
    .option("--workstations <number>", "antivirus licences for workstations")
    .option("--servers <number>", "antivirus licences for servers")
    .option("--contact <name>", "person or service to reach")
    .option("--email <address>", "its e-mail address, outside the domain")
    .option("--phone <number>", "its telephone")
    .option("--slug <slug>", "name of the file, instead of the suggested one")
    .addOption(tenantsOption())
    .addOption(catalogueOption())
    .addHelpText("after", examples)
    .action(async (options: Omit<NewOptions, "cdgPath" | "prompter">) => {
      const prompter = process.stdin.isTTY && !options.json ? terminal : null;
      const { file, slug } = await writeNewTenant({ ...options, cdgPath: cdgPath(), prompter });
      const next = `Wrote ${file}. Next:\n  npx bastide check ${slug}\n  npx bastide preview ${slug}`;
      print(options.json, { file, slug }, () => next);
    });
}

/**
 * Asks for what is missing, checks the whole and writes the file.
 *
 * @throws UserError when something is missing and nobody can be asked, when what was given does not pass
 *   the check, when the slug, the SIREN or the domain is another tenant's; nothing is written then.
 */
export async function writeNewTenant(options: NewOptions): Promise<{ file: string; slug: string }> {
  const { tenants, prompter } = options;
  const loaded = loadCatalogue(options.catalogue, { cdgPath: options.cdgPath });
  if (!loaded.ok) throw refused("CATALOGUE_INVALID", loaded.diagnostics.map(formatDiagnostic));
  const { catalogue } = loaded;
  const given = options.mail ? options : { ...options, mailbox: "", domain: "" };
  const answers = prompter === null ? given : await askFor(given, catalogue, prompter);
  const slug = await slugFor(answers, tenantFiles(tenants).map(slugOf), prompter);
  const file = join(tenants, `${slug}.yaml`);
  if (existsSync(file)) throw fileExists(file);
  const text = textFor(answers, options.mail);
  const result = planTenant({ file, text }, catalogue);
  if (!result.ok) throw refused("TENANT_INVALID", result.diagnostics.map(formatDiagnostic));
  refuseTaken(result.plan, tenants, catalogue);
  writeOnce(file, text);
  return { file, slug };
}

async function slugFor(
  answers: Answers,
  taken: readonly string[],
  prompter: Prompter | null,
): Promise<string> {
  const { name, insee, slug } = answers;
  if (slug !== undefined) {
    if (isSlug(slug)) return slug;
    throw new UserError(`--slug: ${SLUG_PROBLEM.message}, got ${JSON.stringify(slug)}.`, SLUG_PROBLEM);
  }
  if (name === undefined) throw missing("name");
  const suggested = suggestSlug(name, { taken, insee });
  if (prompter !== null) {
    const check = (value: string) => (isSlug(value) ? null : SLUG_PROBLEM);
    return await prompter.text("Slug (name of the file)", {
      check,
      ...(suggested === null ? {} : { fallback: suggested }),
    });
  }
  if (suggested !== null) return suggested;
  throw new UserError(`No slug can be made from the name ${JSON.stringify(name)} that no other file has.`, {
    code: "SLUG_NEEDED",
    hint: "Give --insee to tell homonyms apart, or --slug.",
  });
}

const SLUG_PROBLEM = {
  code: "SLUG_INVALID",
  message: "expected lower-case letters, digits and hyphens",
  hint: `At most 40 characters; ${RESERVED_SLUGS.join(", ")} are the platform's.`,
} as const;

function textFor(answers: Answers, mail: boolean): string {
  const { name, type, contact, email, phone, mailbox } = answers;
  if (name === undefined) throw missing("name");
  if (type === undefined) throw missing("type");
  const postes = numberOf("workstations", answers);
  const serveurs = numberOf("servers", answers);
  return tenantFileText({
    nom: name,
    siren: answers.siren,
    insee: answers.insee,
    type,
    population: numberOf("population", answers),
    ...(email === undefined ? {} : { contact: { nom: contact ?? name, courriel: email, telephone: phone } }),
    forfait: answers.forfait,
    deliberation: answers.deliberation,
    effet: answers.effet,
    etat: "active",
    domaine: answers.domain || undefined,
    boites: mail ? [mailbox || "accueil"] : [],
    antivirus: { ...(postes ? { postes } : {}), ...(serveurs ? { serveurs } : {}) },
  });
}

function numberOf(key: "population" | "workstations" | "servers", answers: Answers): number | undefined {
  const value = answers[key];
  if (value === undefined) return undefined;
  if (numberProblem(value) === null) return Number(value);
  throw new UserError(`--${key} is a number, not ${JSON.stringify(value)}.`, { code: "NUMBER_INVALID" });
}

function refuseTaken(plan: TenantPlan, tenants: string, catalogue: Catalogue): void {
  for (const other of loadFleet(tenants, catalogue).plans.values()) {
    const sameSiren = plan.identity.siren !== null && plan.identity.siren === other.identity.siren;
    const sameDomain = plan.mail !== null && plan.mail.domain.name === other.mail?.domain.name;
    if (!sameSiren && !sameDomain) continue;
    const what = sameSiren ? `SIREN ${other.identity.siren}` : `domain ${other.mail?.domain.name}`;
    throw new UserError(`The ${what} is ${other.slug}'s already.`, {
      code: sameSiren ? "SIREN_TAKEN" : "DOMAIN_TAKEN",
    });
  }
}

function writeOnce(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    throw fileExists(file);
  }
}

function fileExists(file: string): UserError {
  return new UserError(`${file} exists already; it was not touched.`, {
    code: "FILE_EXISTS",
    hint: "Give another --slug.",
  });
}

function missing(key: AnswerKey): UserError {
  return new UserError(`--${key} is needed where nobody can be asked.`, {
    code: "ANSWER_MISSING",
    hint: "npx bastide new --help",
  });
}

function refused(code: string, lines: readonly string[]): UserError {
  return new UserError(`Nothing was written, since this is wrong:\n${lines.join("\n")}`, { code });
}
