import { domainProblem, emailProblem, ownAddressProblem } from "./addresses.ts";
import { inseeProblem, sirenProblem } from "./identifiers.ts";
import { dateProblem, nameProblem, phoneProblem } from "./texts.ts";

/** What is wrong with a single value, for whoever asks for values before there is a file; null = nothing. */
export const fieldProblems = {
  name: nameProblem,
  siren: sirenProblem,
  insee: inseeProblem,
  date: dateProblem,
  domain: domainProblem,
  ownAddress: ownAddressProblem,
  email: emailProblem,
  phone: phoneProblem,
} as const;
