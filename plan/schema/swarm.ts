/** Keys of `catalogue/cdg.yaml` about the Docker Swarm and what it carries: edge, relays, backups and files. */
import { z } from "zod";
import { RELAY_NAME_PATTERN, relayNameProblem } from "../fields/hosts.ts";
import { credentialProblem, pathProblem, urlProblem } from "../fields/quantities.ts";
import { keywordProblem } from "../fields/texts.ts";
import { listOf, text, whole } from "./field.ts";

const engine = (description: string) =>
  z
    .string()
    .regex(
      /^(?:unix:\/\/\/|ssh:\/\/|tcp:\/\/)[^\s]+$/,
      "expected unix:///PATH, ssh://USER@HOST or tcp://HOST:PORT",
    )
    .meta({ description });

export const dockerConnection = z
  .strictObject({ host: engine("A manager of the Swarm: unix:///PATH, ssh://USER@HOST or tcp://HOST:PORT.") })
  .meta({ description: "The Swarm that carries edge and backups." });

export const resticConnection = z
  .strictObject({
    url: text(urlProblem, { description: "Where backups are reached: the edge's address and /backup/." }),
    credential: text(credentialProblem, {
      description:
        "The CDG's own key to every backup, for dates and retention: env:NAME or file:PATH; stored nowhere.",
    }),
    caFile: text(pathProblem, {
      description: "PEM file of the certificate authority, when it is not a public one.",
    }).optional(),
  })
  .meta({ description: "Backups of the collectivités (article 4c), seen from outside." });

/** By id: of a tag, Swarm would ask a registry. */
const image = (description: string) =>
  z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, "expected the id of an image, sha256: and 64 hex digits")
    .meta({ description: `${description} An image's id (sha256:…), present on its nodes.` });

const storageNode = z.strictObject({
  name: text(keywordProblem, { description: "Value of the node's label stockage." }),
  host: engine("This node's own engine. Default connections.docker.host.").optional(),
});

const files = z
  .strictObject({
    image: image("SFTPGo."),
    database: image("PostgreSQL."),
    stockage: storageNode.meta({ description: "Node that holds files and database; no other ever does." }),
    administrators: z
      .array(
        z
          .string()
          .regex(
            /^(?:\d{1,3}\.){3}\d{1,3}(?:\/(?:[89]|[12]\d|3[0-2]))?$/,
            "expected an IPv4 address or network, such as 192.0.2.10 or 192.0.2.0/24",
          ),
      )
      .min(1)
      .meta({ description: "Who reaches SFTPGo's administration through the edge: where bastide runs." }),
    sftpPort: whole(1, 65_535, "SFTP's port published on the node. Default 2022.").optional(),
    acces: whole(1, 1_000, "Raise it after a change of the administrator's password. Default 1.").optional(),
  })
  .meta({
    description: "SFTPGo and its database, for share and transfer; without it the CDG has its own, or none.",
  });

const relayHost = z.strictObject({
  name: text(relayNameProblem, {
    description: "One of connections.relays: its SSH and SMTP ports there are published on the node.",
    pattern: RELAY_NAME_PATTERN,
  }),
  stockage: text(keywordProblem, {
    description: "Value of the label stockage of its node, which holds documents and mail on its way.",
  }),
  settings: text(pathProblem, {
    description:
      "Folder on the node: tls/server.pem and server.key, ssh/host_ed25519 and authorized_keys (docs/relay.md).",
  }),
});

const relays = z
  .strictObject({
    image: image("Postfix and rspamd."),
    hosts: listOf(relayHost, "Relay hosts that the Swarm runs.", 1),
    nameserver: z
      .ipv4({ error: "expected an IPv4 address, such as 192.0.2.53" })
      .meta({ description: "What they resolve names with. Default: as their node does." })
      .optional(),
    hyperscan: z
      .boolean()
      .meta({
        description:
          "Compiled patterns: half a minute of two processors at a first start, then less a message. Default true.",
      })
      .optional(),
  })
  .meta({ description: "Relay hosts in the Swarm; without it the CDG runs those of connections.relays." });

export const platform = z
  .strictObject({
    subnet: z
      .string()
      .regex(
        /^(?:\d{1,3}\.){3}0\/(?:1[0-8]|[89])$/,
        "expected an IPv4 network of a /18 or larger, such as 100.96.0.0/18",
      )
      .meta({ description: "Addresses of the overlay network, a /18 or larger. Default 100.96.0.0/18." })
      .optional(),
    edge: z.strictObject({
      image: image("nginx."),
      port: whole(1, 65_535, "Port published on the node. Default 443.").optional(),
      certificates: text(pathProblem, {
        description: "Folder on the node that holds server.pem and server.key.",
      }),
      node: z
        .string()
        .regex(/^[a-zA-Z0-9][a-zA-Z0-9.-]{0,62}$/, "expected a host name, as docker node ls shows it")
        .meta({
          description:
            "Host name of the node that has image and certificates and that the CDG's name leads to. Default any node: right for a Swarm of one.",
        })
        .optional(),
    }),
    files: files.optional(),
    relays: relays.optional(),
  })
  .meta({ description: "What all collectivités share on the Swarm (docs/backup.md)." });

export const backup = z
  .strictObject({
    image: image("restic's rest-server."),
    stockage: z
      .array(storageNode)
      .min(1)
      .meta({ description: "Storage nodes; the first takes whoever names none." }),
  })
  .meta({ description: "Where backups lie (article 4c)." });
