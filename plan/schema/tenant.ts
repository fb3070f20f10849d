import { z } from "zod";
import { emailProblem, LOCAL_PART_PATTERN, ownAddressProblem } from "../fields/addresses.ts";
import {
  INSEE_PATTERN,
  inseeProblem,
  SIREN_PATTERN,
  SIRET_PATTERN,
  sirenProblem,
  siretProblem,
} from "../fields/identifiers.ts";
import { durationProblem } from "../fields/quantities.ts";
import {
  DATE_PATTERN,
  dateProblem,
  KEYWORD_PATTERN,
  keywordProblem,
  nameProblem,
  PHONE_PATTERN,
  phoneProblem,
} from "../fields/texts.ts";
import { DURATION_PATTERN } from "../units.ts";
import { listOf, text, whole } from "./field.ts";
import { mailSchema } from "./mail.ts";

/** What a collectivité can be. */
export const TENANT_TYPES = [
  "commune",
  "epci",
  "syndicat",
  "ccas",
  "cias",
  "caisse-des-ecoles",
  "pole",
  "regie",
  "autre",
] as const;

const date = (description: string) =>
  text(dateProblem, {
    description: `${description} AAAA-MM-JJ.`,
    examples: ["2026-04-01"],
    pattern: DATE_PATTERN,
  });

const keyword = (description: string, examples: readonly string[]) =>
  text(keywordProblem, { description, examples, pattern: KEYWORD_PATTERN });

const contact = z
  .strictObject({
    nom: text(nameProblem, { description: "Personne à joindre.", examples: ["Secrétariat de mairie"] }),
    courriel: text(emailProblem, {
      description: "Adresse hors du domaine géré : elle doit marcher quand la messagerie est en panne.",
      examples: ["mairie.nerac@orange.fr"],
    }),
    telephone: text(phoneProblem, {
      description: "Téléphone, entre guillemets.",
      examples: ["05 53 97 40 50"],
      pattern: PHONE_PATTERN,
    }).optional(),
  })
  .meta({ description: "Interlocuteur de la collectivité." });

const collectivite = z
  .strictObject({
    nom: text(nameProblem, {
      description: "Nom officiel de la collectivité.",
      examples: ["Commune de Nérac"],
    }),
    siren: text(sirenProblem, {
      description: "SIREN, 9 chiffres, entre guillemets. Peut manquer en reprise seulement.",
      examples: ["214701955"],
      pattern: SIREN_PATTERN,
    }).optional(),
    siret: text(siretProblem, {
      description: "SIRET du siège, 14 chiffres, entre guillemets.",
      pattern: SIRET_PATTERN,
    }).optional(),
    insee: text(inseeProblem, {
      description: "Code INSEE de la commune (pas le code postal), entre guillemets.",
      examples: ["47195", "2A004", "97411"],
      pattern: INSEE_PATTERN,
    }).optional(),
    type: z.enum(TENANT_TYPES).meta({ description: "Nature de la collectivité." }),
    population: whole(0, 3_000_000, "Population municipale : elle fixe la tranche de prix.").optional(),
    contact: contact.optional(),
  })
  .meta({ description: "Qui est la collectivité." });

const convention = z
  .strictObject({
    forfait: keyword("Forfait de l’annexe 1, jamais adapté (article 2).", ["technologie-plus"]).optional(),
    deliberation: date("Date de la délibération de la collectivité.").optional(),
    effet: date("Date d’effet de la convention.").optional(),
    etat: z
      .enum(["reprise", "active", "suspendue", "denoncee", "close", "fusionnee"])
      .meta({
        description:
          "reprise : service existant à remettre en ordre ; active ; suspendue : boîtes et partages verrouillés, rien n’est effacé ; denoncee : départ annoncé ; close : terminée ; fusionnee : reprise par une autre fiche. Absent : active.",
      })
      .optional(),
    suspension: date("Date de la suspension.").optional(),
    denonciation: z
      .strictObject({
        notifiee: date("Date de notification de la dénonciation."),
        par: z.enum(["collectivite", "cdg"]).meta({
          description:
            "Qui dénonce : la collectivité avant le 31 octobre, le CDG avant le 31 juillet (article 24).",
        }),
      })
      .meta({ description: "Dénonciation (article 24) ; effet au 31 décembre." })
      .optional(),
    fusion: z
      .strictObject({
        dans: keyword("Fiche de la commune nouvelle, qui reprend les boîtes.", ["ville-nouvelle"]),
        effet: date("Date d’effet de la fusion.").optional(),
      })
      .meta({ description: "Fusion de communes, avec etat: fusionnee." })
      .optional(),
  })
  .meta({ description: "Ce que la collectivité a signé." });

const users = listOf(
  text(ownAddressProblem, {
    description: "Une boîte de la collectivité.",
    examples: ["accueil"],
    pattern: `${LOCAL_PART_PATTERN.slice(0, -1)}(@.+)?$`,
  }),
  "Boîtes de la collectivité qui utilisent le service.",
);

const complement = z
  .strictObject({
    service: keyword("Service du catalogue.", ["boite"]),
    quantite: whole(1, 10_000, "Nombre d’unités en plus du forfait."),
    depuis: date("Début de la facturation.").optional(),
    jusqua: date("Fin de la facturation.").optional(),
  })
  .meta({ description: "Une prestation complémentaire, facturée à part (article 19)." });

/** A file of `tenants/`: the "fiche de liaison" (annexe 3). */
export const tenantSchema = z
  .strictObject({
    collectivite,
    convention,
    messagerie: mailSchema.optional(),
    antivirus: z
      .strictObject({
        postes: whole(0, 10_000, "Postes à protéger.").optional(),
        serveurs: whole(0, 1_000, "Serveurs à protéger.").optional(),
      })
      .meta({ description: "Licences antivirus (article 4d)." })
      .optional(),
    sauvegarde: z
      .strictObject({
        sources: listOf(
          keyword("Nom d’une source.", ["bases-metier", "bureautique"]),
          "Ce qui est sauvegardé.",
          1,
        ),
        retention: text(durationProblem, {
          description: "Durée de conservation. Absent : 30 jours.",
          examples: ["30 jours", "12 mois"],
          pattern: DURATION_PATTERN,
        }).optional(),
        noeud: keyword(
          "Nœud de stockage, choisi une fois : le changer ne déplace pas les données. Absent : le premier du CDG.",
          ["fr-1"],
        ).optional(),
        acces: whole(
          1,
          1_000,
          "Numéro de l’accès : l’augmenter change le mot de passe de la sauvegarde. Absent : 1.",
        ).optional(),
        maintenance: z
          .boolean()
          .meta({
            description:
              "false : le CDG n’a pas de clé ; dates et rétention sont alors inconnues. Absent : true.",
          })
          .optional(),
      })
      .meta({ description: "Sauvegarde dans un centre de données français (article 4c)." })
      .optional(),
    partage: z
      .strictObject({ utilisateurs: users })
      .meta({ description: "Stockage et partage de fichiers, 1 Go par collectivité (article 13)." })
      .optional(),
    transfert: z
      .strictObject({ utilisateurs: users })
      .meta({ description: "Envoi de fichiers lourds, jusqu’à 2 Go (article 12)." })
      .optional(),
    complements: listOf(complement, "Prestations complémentaires (article 19).").optional(),
  })
  .meta({
    title: "Fiche de liaison d’une collectivité",
    description: "Ce que la collectivité a signé et utilise.",
  });

/** A tenant file that follows the schema; cross-field rules come after. */
export type TenantFile = z.infer<typeof tenantSchema>;
