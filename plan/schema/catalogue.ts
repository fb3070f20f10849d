import { z } from "zod";
import { domainProblem, emailProblem, hostProblem } from "../fields/addresses.ts";
import { credentialProblem, pathProblem, sizeProblem, urlProblem } from "../fields/quantities.ts";
import { KEYWORD_PATTERN, nameProblem } from "../fields/texts.ts";
import { text, whole } from "./field.ts";
import { providers } from "./providers.ts";
import { relays, ssh } from "./relays.ts";
import { backup, dockerConnection, platform, resticConnection } from "./swarm.ts";

const name = (description: string) => text(nameProblem, { description });
const size = (description: string) => text(sizeProblem, { description, examples: ["5 Go"] });
const url = (description: string) => text(urlProblem, { description });

const endpoint = (description: string) =>
  z
    .strictObject({ host: name("Host name or address."), port: whole(1, 65_535, "TCP port.") })
    .meta({ description });

/** What the CDG chose for quotas; what is left out stays as the server has it. */
const quotaPolicy = z
  .strictObject({
    exceeded: z
      .enum(["allow", "block-send", "block-send-receive"])
      .meta({ description: "What happens when a collectivité uses more than its total." })
      .optional(),
    warnPercent: whole(1, 100, "Share of the total from which Zimbra warns, in percent.").optional(),
    warnRecipient: text(emailProblem, { description: "Who gets that warning." }).optional(),
    fullMailbox: z
      .enum(["refuse", "defer"])
      .meta({
        description:
          "Mail for a full mailbox: refused at once (552), or kept waiting. Set on the server; doctor compares.",
      })
      .optional(),
  })
  .meta({ description: "What happens at a quota (docs/quotas.md)." });

const zimbraConnection = z
  .strictObject({
    url: url("Admin SOAP endpoint, e.g. https://zimbra.cdg.example:7071/service/admin/soap."),
    account: name("Admin account that Bastide works as."),
    credential: text(credentialProblem, {
      description: "env:NAME or file:PATH; resolved by the plugin, stored nowhere.",
    }),
    caFile: text(pathProblem, {
      description: "PEM file of the certificate authority, when it is not a public one.",
    }).optional(),
    requestsPerSecond: whole(1, 1_000, "Most requests in a second. Default 20.").optional(),
  })
  .meta({ description: "The CDG's Zimbra." });

const gravityzoneConnection = z
  .strictObject({
    url: url("Access URL of the API, e.g. https://cloudgz.gravityzone.bitdefender.com/api."),
    credential: text(credentialProblem, {
      description: "API key: env:NAME or file:PATH; resolved by the plugin, stored nowhere.",
    }),
    companyId: z
      .string()
      .regex(/^[0-9a-f]{24}$/, "expected an id of GravityZone, 24 hex digits")
      .meta({ description: "Partner company below which companies are made. Default: the key's owner." })
      .optional(),
    caFile: text(pathProblem, {
      description: "PEM file of the certificate authority, when it is not a public one.",
    }).optional(),
    requestsPerSecond: whole(1, 1_000, "Most requests in a second. Default 5.").optional(),
    subscriptionsPerMinute: whole(1, 60_000, "Most changes of seats in a minute. Default 30.").optional(),
  })
  .meta({ description: "The CDG's GravityZone, for antivirus licences (article 4d)." });
const sftpgoConnection = z
  .strictObject({
    url: url("SFTPGo as Bastide reaches it; its API is below /api/v2."),
    account: name("Administrator's account that Bastide works as."),
    credential: text(credentialProblem, {
      description: "env:NAME or file:PATH; resolved by the plugin, stored nowhere.",
    }),
    caFile: text(pathProblem, {
      description: "PEM file of the certificate authority, when it is not a public one.",
    }).optional(),
    foldersPath: text(pathProblem, {
      description: "Where shared folders lie on SFTPGo's host. Default /srv/sftpgo/folders.",
    }).optional(),
  })
  .meta({ description: "SFTPGo: file share and transfer. Without it a person opens both." });

/** `catalogue/cdg.yaml`: the CDG itself and where its systems are. A lab writes one of the same schema. */
export const cdgSchema = z.strictObject({
  name: name("The CDG's name."),
  domain: text(domainProblem, { description: "Parent of the domains it provides (article 6a)." }),
  contact: text(emailProblem, { description: "Who receives the mail of postmaster and abuse." }),
  connections: z.strictObject({
    zimbra: zimbraConnection,
    gravityzone: gravityzoneConnection.optional(),
    sftpgo: sftpgoConnection.optional(),
    relays: relays.optional(),
    ssh: ssh.optional(),
    docker: dockerConnection.optional(),
    restic: resticConnection.optional(),
  }),
  platform: platform.optional(),
  backup: backup.optional(),
  webmail: z.strictObject({ url: url("Where people read their mail.") }).optional(),
  files: z.strictObject({ url: url("Where people find their files: SFTPGo's web client.") }).optional(),
  mail: z
    .strictObject({
      imap: endpoint("IMAP for mail programs.").optional(),
      smtp: endpoint("SMTP for mail programs.").optional(),
      inbound: z
        .strictObject({
          host: text(hostProblem, { description: "Name or IPv4 address of a mail server." }),
          port: whole(1, 65_535, "TCP port."),
        })
        .meta({ description: "Where relay hosts hand accepted mail on (SMTP)." })
        .optional(),
      quota: quotaPolicy.optional(),
    })
    .optional(),
  fournisseurs: providers
    .meta({ description: "Providers that fournisseurs.yaml lacks; an entry or a domain here wins." })
    .optional(),
});

const keywordKey = z.string().regex(new RegExp(KEYWORD_PATTERN));

const service = z.strictObject({
  nom: name("Libellé du service."),
  article: z
    .string()
    .regex(/^([1-9]|1[0-9]|2[0-4])[a-d]?$/, "expected an article of the convention, such as 6b"),
  mode: z
    .enum(["automated", "tracked"])
    .meta({ description: "automated: declared in a system; tracked: a person does it." }),
  unite: name("Ce que l’on compte."),
  tous_les_ans: whole(1, 10, "Une fois tous les N ans. Absent : chaque année.").optional(),
  quota: size("Taille maximale d’une unité.").optional(),
  defaut: size("Taille d’une unité quand la fiche n’en dit rien.").optional(),
  apport: size("Ce qu’une unité ajoute au total de la collectivité.").optional(),
  parc: whole(1, 1_000_000, "Unités achetées par le CDG pour toutes les collectivités.").optional(),
  obligation: name(
    "Ce qu’une personne doit faire. Absent, pour un service suivi : le nom du service.",
  ).optional(),
});

/** `catalogue/services.yaml`: every service of the convention. */
export const servicesSchema = z.strictObject({ services: z.record(keywordKey, service) });

const inclusion = z.strictObject({
  quantite: whole(1, 100_000, "Unités comprises. Absent : sans décompte.").optional(),
  quota: size("Taille maximale d’une unité, à la place de celle du service.").optional(),
  defaut: size("Taille par défaut d’une unité, à la place de celle du service.").optional(),
  total: size("Total de la collectivité.").optional(),
});

/** `catalogue/forfaits.yaml`: annexe 1. */
export const forfaitsSchema = z.strictObject({
  forfaits: z.record(
    keywordKey,
    z.strictObject({ nom: name("Nom du forfait."), services: z.record(keywordKey, inclusion) }),
  ),
});

const euros = z
  .number()
  .check((context) => {
    const cents = context.value * 100;
    if (context.value >= 0 && context.value <= 1e7 && Math.abs(cents - Math.round(cents)) < 1e-6) return;
    const message = `expected an amount in euros with at most two decimals, got ${context.value}`;
    const params = { code: "PRICE_INVALID", hint: "For example 24 or 24.50." };
    context.issues.push({ code: "custom", input: context.value, message, params });
  })
  .meta({ description: "Euros hors taxes par an." });

/** `catalogue/prix.yaml`: annexe 2. */
export const pricesSchema = z.strictObject({
  forfaits: z.record(
    keywordKey,
    z.strictObject({
      sans_population: euros.optional(),
      tranches: z
        .array(
          z.strictObject({ jusqua: whole(1, 10_000_000, "Population, comprise.").optional(), prix: euros }),
        )
        .min(1),
    }),
  ),
  complements: z.record(keywordKey, euros),
});
