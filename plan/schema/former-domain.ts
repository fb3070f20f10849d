import { z } from "zod";
import { domainProblem } from "../fields/addresses.ts";
import { DATE_PATTERN, dateProblem, KEYWORD_PATTERN, keywordProblem } from "../fields/texts.ts";
import { text } from "./field.ts";

/** A domain that is kept beside the tenant's own: mail to it still arrives. */
export const formerDomain = z
  .strictObject({
    domaine: text(domainProblem, {
      description: "Ancien domaine : le courrier qui y est adressé arrive toujours.",
      examples: ["mairie-nerac.fr"],
    }),
    jusqua: text(dateProblem, {
      description:
        "Jour jusqu’auquel le garder, AAAA-MM-JJ : une échéance s’affiche, rien ne s’arrête seul. Absent : sans date.",
      examples: ["2027-12-31"],
      pattern: DATE_PATTERN,
    }).optional(),
    de: text(keywordProblem, {
      description:
        "Fusion : fiche de la commune dont vient ce domaine. Ses boîtes sont reprises une à une par avant.",
      examples: ["commune-a"],
      pattern: KEYWORD_PATTERN,
    }).optional(),
  })
  .meta({ description: "Un ancien domaine, gardé aussi longtemps qu’il est dans la fiche." });
