import input from "@inquirer/input";
import select from "@inquirer/select";
import { type Catalogue, fieldProblems, type Problem, SERVICE, TENANT_TYPES } from "../../plan/index.ts";
import { InterruptedError } from "../cli/errors.ts";
import { interruption } from "../cli/interrupt.ts";

/** Answers as text, by flag; what is absent was neither given nor asked for. */
export type Answers = { readonly [Key in AnswerKey]?: string | undefined };

export type AnswerKey =
  | "name"
  | "type"
  | "siren"
  | "insee"
  | "population"
  | "forfait"
  | "deliberation"
  | "effet"
  | "domain"
  | "mailbox"
  | "workstations"
  | "servers"
  | "contact"
  | "email"
  | "phone"
  | "slug";

/** Asks one question; replaced in tests. */
export interface Prompter {
  text(
    message: string,
    options: { check: (value: string) => Problem | null; fallback?: string },
  ): Promise<string>;
  choice(message: string, choices: readonly { value: string; name: string }[]): Promise<string>;
}

interface Question {
  readonly key: AnswerKey;
  readonly message: string;
  /** Empty answers leave the key out. */
  readonly optional?: boolean;
  readonly check?: (value: string) => Problem | null;
  readonly applies?: (answers: Answers) => boolean;
  /** Asked for where the forfait brings this service, up to its quantity. */
  readonly service?: string;
}

/** In the order of the file. The slug is asked for last, since the name suggests it. */
const QUESTIONS: readonly Question[] = [
  { key: "name", message: "Name of the collectivité", check: fieldProblems.name },
  { key: "type", message: "Type" },
  { key: "siren", message: "SIREN (9 digits)", check: fieldProblems.siren },
  {
    key: "insee",
    message: "INSEE code of the commune (empty: none)",
    optional: true,
    check: fieldProblems.insee,
    applies: ({ type }) => type === "commune",
  },
  { key: "population", message: "Population", check: (value) => numberProblem(value) },
  { key: "forfait", message: "Forfait" },
  { key: "deliberation", message: "Date of the deliberation (2026-03-12)", check: fieldProblems.date },
  { key: "effet", message: "Date of effect (2026-04-01)", check: fieldProblems.date },
  {
    key: "domain",
    message: "Its own domain (empty: the CDG's)",
    optional: true,
    check: fieldProblems.domain,
  },
  { key: "mailbox", message: "First mailbox, before the @", check: fieldProblems.ownAddress },
  {
    key: "workstations",
    message: "Workstations with antivirus",
    optional: true,
    service: SERVICE.antivirusClient,
  },
  { key: "servers", message: "Servers with antivirus", optional: true, service: SERVICE.antivirusServer },
  { key: "contact", message: "Contact: person or service", check: fieldProblems.name },
  { key: "email", message: "Contact: e-mail address outside the domain", check: fieldProblems.email },
  { key: "phone", message: "Contact: telephone (empty: none)", optional: true, check: fieldProblems.phone },
];

const FALLBACKS: Answers = { mailbox: "accueil", contact: "Secrétariat de mairie" };

/** Null when `value` is a number in plain digits, and not above `most` where that is given. */
export function numberProblem(value: string, most: number | null = null): Problem | null {
  const right = /^[0-9]{1,7}$/.test(value);
  if (right && (most === null || Number(value) <= most)) return null;
  const expected = right ? `at most ${most}` : "a number";
  return { code: "TYPE_WRONG", message: `expected ${expected}, got ${JSON.stringify(value)}`, hint: "" };
}

/** Asks for what `given` leaves out. */
export async function askFor(given: Answers, catalogue: Catalogue, prompter: Prompter): Promise<Answers> {
  const answers: { -readonly [Key in AnswerKey]?: Answers[Key] } = { ...given };
  for (const asked of QUESTIONS) {
    const { key, applies } = asked;
    if (answers[key] !== undefined || applies?.(answers) === false) continue;
    const question = withinForfait(asked, answers, catalogue);
    if (question === null) continue;
    const { message, optional = false, check } = question;
    const value = await answerOf(key, message, optional, check ?? (() => null), catalogue, prompter);
    if (value !== "") answers[key] = value;
  }
  return answers;
}

/** The question with the forfait's quantity; `null` where the forfait lacks the service. */
function withinForfait(question: Question, { forfait }: Answers, catalogue: Catalogue): Question | null {
  const { service, message } = question;
  if (service === undefined) return question;
  const included = catalogue.forfaits.get(forfait ?? "")?.services.get(service);
  if (included === undefined) return null;
  const { quantity } = included;
  const most = quantity === null ? "" : `at most ${quantity} in the forfait, `;
  return {
    ...question,
    message: `${message} (${most}empty: none)`,
    check: (value) => numberProblem(value, quantity),
  };
}

async function answerOf(
  key: AnswerKey,
  message: string,
  optional: boolean,
  check: (value: string) => Problem | null,
  catalogue: Catalogue,
  prompter: Prompter,
): Promise<string> {
  if (key === "type")
    return await prompter.choice(
      message,
      TENANT_TYPES.map((type) => ({ value: type, name: type })),
    );
  if (key === "forfait") {
    const forfaits = [...catalogue.forfaits.values()];
    return await prompter.choice(
      message,
      forfaits.map((forfait) => ({ value: forfait.key, name: forfait.label })),
    );
  }
  const fallback = FALLBACKS[key];
  const lenient = (value: string) => (optional && value === "" ? null : check(value));
  return await prompter.text(message, { check: lenient, ...(fallback === undefined ? {} : { fallback }) });
}

/** Prompts on the terminal. Ctrl-C ends the command with exit code 130. */
export const terminal: Prompter = {
  async text(message, { check, fallback }) {
    const validate = (value: string): string | true => {
      const problem = check(value.trim());
      return problem === null ? true : `${problem.message}. ${problem.hint}`;
    };
    const config = { message, validate, ...(fallback === undefined ? {} : { default: fallback }) };
    return (await orInterrupted(input(config, { signal: interruption }))).trim();
  },
  async choice(message, choices) {
    return await orInterrupted(select({ message, choices: [...choices] }, { signal: interruption }));
  },
};

async function orInterrupted<T>(prompt: Promise<T>): Promise<T> {
  try {
    return await prompt;
  } catch (error) {
    if (error instanceof Error && /^(ExitPrompt|AbortPrompt|CancelPrompt)Error$/.test(error.name)) {
      throw new InterruptedError();
    }
    throw error;
  }
}
