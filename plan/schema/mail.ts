import { z } from "zod";
import {
  domainProblem,
  LOCAL_PART_PATTERN,
  memberProblem,
  ownAddressProblem,
  senderProblem,
} from "../fields/addresses.ts";
import { dkimKeyProblem, SELECTOR_PATTERN, selectorProblem } from "../fields/dkim.ts";
import { sizeProblem } from "../fields/quantities.ts";
import { nameProblem } from "../fields/texts.ts";
import { SIZE_PATTERN } from "../units.ts";
import { departure, mailboxState } from "./departure.ts";
import { listOf, text } from "./field.ts";
import { formerDomain } from "./former-domain.ts";
import { oldMailbox } from "./old-mailbox.ts";

const ownAddress = (description: string, examples: readonly string[]) =>
  text(ownAddressProblem, {
    description,
    examples,
    pattern: `${LOCAL_PART_PATTERN.slice(0, -1)}(@.+)?$`,
  });

const mailbox = z
  .strictObject({
    adresse: ownAddress("Partie de l’adresse avant le @ (ou adresse entière du domaine).", [
      "accueil",
      "s.martin",
    ]),
    nom: text(nameProblem, {
      description: "Nom affiché dans la messagerie. Peut manquer en reprise seulement.",
      examples: ["Accueil"],
    }).optional(),
    quota: text(sizeProblem, {
      description: "Taille de la boîte ; 1 Go = 10^9 octets. Absent : la taille par défaut du forfait.",
      examples: ["5 Go", "1,5 Go", "500 Mo"],
      pattern: SIZE_PATTERN,
    }).optional(),
    alias: listOf(
      ownAddress("Autre adresse de la même boîte.", ["contact"]),
      "Autres adresses de la boîte.",
    ).optional(),
    avant: ownAddress(
      "Ancienne adresse de cette boîte, quand elle change de nom : même boîte, l’ancienne adresse devient un alias. Fusion : adresse entière de la boîte reprise.",
      ["s.dupont", "accueil@mairie-a.fr"],
    ).optional(),
    ancienne: oldMailbox.optional(),
    etat: mailboxState.optional(),
    depart: departure.optional(),
  })
  .meta({ description: "Une boîte mail (article 6b)." });

const list = z
  .strictObject({
    adresse: ownAddress("Partie de l’adresse avant le @ (ou adresse entière du domaine).", ["elus"]),
    nom: text(nameProblem, { description: "Nom affiché de la liste. Absent : son adresse." }).optional(),
    avant: ownAddress("Fusion : adresse entière de la liste reprise, qui devient un alias de celle-ci.", [
      "elus@mairie-a.fr",
    ]).optional(),
    membres: listOf(
      text(memberProblem, {
        description: "Boîte, alias ou liste de la collectivité, ou adresse extérieure entière.",
        examples: ["accueil", "maire.nerac@orange.fr"],
      }),
      "Qui reçoit le courrier de la liste.",
      1,
    ),
  })
  .meta({ description: "Une liste de diffusion." });

const sender = text(senderProblem, {
  description: "Adresse, domaine, ou @domaine.",
  examples: ["@dgfip.finances.gouv.fr"],
});

const antispam = z
  .strictObject({
    seuil: z
      .enum(["souple", "normal", "strict"])
      .meta({ description: "Sévérité du filtrage. Absent : normal." })
      .optional(),
    autorises: listOf(sender, "Expéditeurs jamais filtrés.").optional(),
    bloques: listOf(sender, "Expéditeurs toujours refusés.").optional(),
    liste_grise: z
      .boolean()
      .meta({
        description:
          "Faire revenir une fois, après une minute, les inconnus douteux. Absent : oui ; false : jamais.",
      })
      .optional(),
  })
  .meta({ description: "Filtrage des courriels entrants (article 6c)." });

const dkim = z
  .strictObject({
    selecteur: text(selectorProblem, {
      description: "Sélecteur de la clé, choisi sur le serveur.",
      examples: ["cdg"],
      pattern: SELECTOR_PATTERN,
    }),
    cle: text(dkimKeyProblem, {
      description:
        "Clé publique : le texte affiché par zmdkimkeyutil -q, de v=DKIM1 à la fin. Jamais la clé privée.",
      examples: ["v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A…"],
    }),
  })
  .meta({ description: "Clé DKIM faite sur le serveur ; absente : une obligation donne la commande." });

export const mailSchema = z
  .strictObject({
    domaine: text(domainProblem, {
      description: "Domaine de la collectivité. Absent : celui que le CDG fournit (article 6a).",
      examples: ["mairie-nerac.fr"],
    }).optional(),
    anciens_domaines: listOf(
      formerDomain,
      "Anciens domaines gardés, après un changement de domaine ou une fusion.",
    ).optional(),
    boites: listOf(mailbox, "Boîtes mail ; l’ordre n’a pas d’importance.").optional(),
    listes: listOf(list, "Listes de diffusion ; l’ordre n’a pas d’importance.").optional(),
    antispam: antispam.optional(),
    dkim: dkim.optional(),
  })
  .meta({ description: "Messagerie professionnelle sécurisée (article 6)." });
