import { z } from "zod";
import { domainProblem, hostProblem } from "../fields/addresses.ts";
import { pathProblem } from "../fields/quantities.ts";
import { KEYWORD_PATTERN, nameProblem } from "../fields/texts.ts";
import { listOf, text, whole } from "./field.ts";

const encryptions = ["tls", "starttls"] as const;

/** How the connection to an IMAP server is encrypted; in clear is not among the choices. */
export const encryption = z.enum(encryptions).meta({
  description: "tls : dès le premier octet (port 993) ; starttls (port 143). Absent : tls.",
});

export const imapHost = text(hostProblem, {
  description: "Serveur IMAP : son nom, ou son adresse.",
  examples: ["imap.exemple.fr"],
});

export const imapPort = whole(1, 65_535, "Port IMAP. Absent : 993 (tls) ou 143 (starttls).");

const provider = z.strictObject({
  nom: text(nameProblem, { description: "Nom du fournisseur." }),
  domaines: listOf(
    text(domainProblem, { description: "Domaine d’adresses." }),
    "Domaines de ses adresses. Absent : ses clients ont le leur, la fiche nomme le fournisseur.",
  ).optional(),
  serveur: imapHost,
  port: imapPort.optional(),
  chiffrement: encryption.optional(),
  connexion: z.enum(["mot-de-passe", "mot-de-passe-application", "refusee"]).meta({
    description: "Ce qu’il accepte d’un serveur qui relève : un mot de passe, lequel, ou aucun.",
  }),
  identifiant: z
    .enum(["adresse", "partie-locale"])
    .meta({ description: "Nom de connexion. Absent : adresse." })
    .optional(),
  conseil: text(nameProblem, { description: "Ce que la personne doit faire ou savoir." }).optional(),
  caFile: text(pathProblem, {
    description: "Fichier PEM de son autorité de certification, si elle n’est pas publique.",
  }).optional(),
});

/** Providers by key: the content of `fournisseurs.yaml`, and what `cdg.yaml` adds or replaces. */
export const providers = z.record(z.string().regex(new RegExp(KEYWORD_PATTERN)), provider);

/** `catalogue/fournisseurs.yaml`: where old mailboxes are collected from. */
export const providersSchema = z.strictObject({ fournisseurs: providers });
