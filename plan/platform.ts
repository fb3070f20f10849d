import type { Cdg } from "./catalogue.ts";
import { hashOf } from "./hash.ts";
import { SLUG_PATTERN } from "./slug.ts";

/** What all collectivités share on the Swarm. */
export interface PlatformPlan {
  readonly network: { readonly name: string; readonly subnet: string; readonly gateway: string };
  readonly edge: {
    readonly image: string;
    /** Published on the node itself. */
    readonly port: number;
    /** Folder on the node with `server.pem` and `server.key`. */
    readonly certificatesPath: string;
    /** Another text has another name: the Swarm's files do not change. */
    readonly configName: string;
    readonly config: string;
  };
}

/** Overlay network that the edge and the services of all collectivités are in. */
export const NETWORK_NAME = "bastide";
/** Shared address space (RFC 6598): no local network of a collectivité or a CDG lies in it. */
const SUBNET = "100.96.0.0/18";
/** Where each backup's own server listens, inside the overlay network. */
export const BACKUP_PORT = 8000;
/** Below the edge's /backup/: the CDG's second access, while retention runs. No slug begins like it. */
export const RETENTION_PATH = "_retention/";

/** `null` where the CDG has no Swarm, or nothing of it was decided. */
export function planPlatform({ connections, platform }: Cdg): PlatformPlan | null {
  if (connections.docker === undefined || platform === undefined) return null;
  const { subnet = SUBNET, edge } = platform;
  const config = edgeConfig();
  return {
    network: { name: NETWORK_NAME, subnet, gateway: subnet.replace(/0\/\d+$/, "1") },
    edge: {
      image: edge.image,
      port: edge.port ?? 443,
      certificatesPath: edge.certificates,
      configName: `edge-${hashOf({ config }).slice("sha256:".length, "sha256:".length + 12)}`,
      config,
    },
  };
}

/**
 * nginx of the edge. A collectivité's backup is found by its service's name when it is asked for, so that a new
 * one changes nothing here. Nothing is kept on the way: bodies of any size go straight through.
 */
function edgeConfig(): string {
  const slug = SLUG_PATTERN.replace(/^\^|\$$/g, "");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `  ${kind}_temp_path /tmp/${kind};`,
  );
  return `user www-data;
worker_processes auto;
pid /run/nginx.pid;
error_log /dev/stderr warn;
events {
  worker_connections 1024;
}
http {
  access_log off;
  server_tokens off;
${temporary.join("\n")}
  # Docker's own name server; a restarted service is found anew after two seconds.
  resolver 127.0.0.11 valid=2s ipv6=off;
  resolver_timeout 5s;
  server {
    listen 443 ssl;
    ssl_certificate /etc/edge/tls/server.pem;
    ssl_certificate_key /etc/edge/tls/server.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:2m;
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header Connection "";
    client_max_body_size 0;
    client_body_timeout 10m;
    proxy_request_buffering off;
    proxy_buffering off;
    proxy_connect_timeout 5s;
    proxy_send_timeout 10m;
    proxy_read_timeout 10m;
    location = /health {
      return 204;
    }
    location ~ "^/backup/(?<slug>${slug})(?<rest>/.*)$" {
      proxy_pass http://backup-$slug:${BACKUP_PORT}/$slug$rest$is_args$args;
    }
    # Another server on the same volume, which is there only while the CDG applies the retention.
    location ~ "^/backup/${RETENTION_PATH}(?<slug>${slug})(?<rest>/.*)$" {
      proxy_pass http://retention-$slug:${BACKUP_PORT}/$slug$rest$is_args$args;
    }
    location / {
      return 404;
    }
  }
}
`;
}
