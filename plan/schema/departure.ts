import { z } from "zod";
import { memberProblem } from "../fields/addresses.ts";
import { DATE_PATTERN, dateProblem, messageProblem } from "../fields/texts.ts";
import { text } from "./field.ts";

/**
 * What a mailbox can be, in French, with the effect. Zimbra's other states are none of a file's: `closed` and
 * `pending` bounce mail, `maintenance` and `lockout` are the system's own.
 */
export const mailboxState = z.enum(["ouverte", "verrouillee"]).meta({
  description:
    "ouverte : connexion et courrier ; verrouillee : plus de connexion, le courrier arrive encore et attend. Retirer les lignes de la boîte la ferme : plus de connexion, courrier conservé. Absent : ouverte, ou verrouillee avec depart.",
});

export const departure = z
  .strictObject({
    jusqua: text(dateProblem, {
      description:
        "Dernier jour de la réponse automatique et du transfert prévu : ensuite, retirer les lignes de la boîte pour la fermer. AAAA-MM-JJ.",
      examples: ["2027-03-31"],
      pattern: DATE_PATTERN,
    }),
    transfert: text(memberProblem, {
      description:
        "Qui reçoit une copie du courrier : boîte, alias ou liste de la collectivité, ou adresse extérieure entière.",
      examples: ["accueil"],
    }).optional(),
    reponse: text(messageProblem, {
      description:
        "Réponse automatique à qui écrit, une fois par expéditeur et par semaine, jusqu’au soir de jusqua.",
      examples: ["Mme Martin a quitté la mairie. Écrivez à accueil@mairie-nerac.fr."],
    }).optional(),
  })
  .meta({
    description:
      "La personne est partie : boîte verrouillée (plus de connexion), courrier reçu, transféré ou annoncé comme tel. Retirer depart rouvre la boîte.",
  });
