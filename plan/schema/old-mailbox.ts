import { z } from "zod";
import { emailProblem } from "../fields/addresses.ts";
import { keywordProblem, nameProblem } from "../fields/texts.ts";
import { text } from "./field.ts";
import { encryption, imapHost, imapPort } from "./providers.ts";

const address = text(emailProblem, {
  description: "Adresse de la messagerie historique, chez un autre fournisseur.",
  examples: ["mairie.nerac@wanadoo.fr"],
});

const detailed = z
  .strictObject({
    adresse: address,
    fournisseur: text(keywordProblem, {
      description: "Clé de catalogue/fournisseurs.yaml. Absent : d’après le domaine de l’adresse.",
      examples: ["ovh"],
    }).optional(),
    serveur: imapHost.optional(),
    port: imapPort.optional(),
    chiffrement: encryption.optional(),
    identifiant: text(nameProblem, {
      description: "Nom de connexion. Absent : l’adresse, ou ce que le fournisseur demande.",
    }).optional(),
  })
  .meta({ description: "Messagerie historique dont le serveur ne se devine pas." });

/**
 * `ancienne` of a mailbox: an address whose domain tells the provider, or a map that says more. The password
 * stands in no file.
 */
export const oldMailbox = z.union([address, detailed]).meta({
  description: "Messagerie historique à relever dans cette boîte, chez un autre fournisseur (article 6b).",
});
