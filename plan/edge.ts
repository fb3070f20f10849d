/** Configuration of the edge: routes to what the overlay network holds. */
import { SLUG_PATTERN } from "./slug.ts";

/** Where each backup's own server listens, inside the overlay network. */
export const BACKUP_PORT = 8000;
/** Below the edge's /backup/: the CDG's second access, while retention runs. No slug begins like it. */
export const RETENTION_PATH = "_retention/";
/** Where SFTPGo listens, inside the overlay network. */
export const FILES_PORTS = { http: 8080, dav: 8090, sftp: 2022 } as const;
/** Path of the edge that WebDAV is below. */
export const DAV_PATH = "/dav";

/**
 * nginx of the edge. A collectivité's backup is found by its service's name when it is asked for, so that a new
 * one changes nothing here. Nothing is kept on the way: bodies of any size go straight through.
 *
 * @param administrators - addresses that reach SFTPGo's administration; `null` where the platform runs none.
 */
export function edgeConfig(administrators: readonly string[] | null): string {
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
${administrators === null ? "" : filesConfig(administrators)}    location / {
      return 404;
    }
  }
}
`;
}

/**
 * Routes to SFTPGo: its web client, what users and holders of a link ask of its API, and WebDAV, for everybody; the
 * rest of its API, which is its administration, for some addresses.
 */
function filesConfig(administrators: readonly string[]): string {
  const allowed = administrators.map((address) => `      allow ${address};\n`).join("");
  return `    location = / {
      return 302 /web/client/login;
    }
    location ~ "^/(?:web/client|static|api/v2/user|api/v2/shares)(?:/|$)" {
${toSftpgo(FILES_PORTS.http)}    }
    location ${DAV_PATH}/ {
${toSftpgo(FILES_PORTS.dav)}    }
    location /api/v2/ {
${allowed}      deny all;
${toSftpgo(FILES_PORTS.http)}    }
`;
}

/** The name is a variable so that it is looked up when it is asked for. The client's address is told by the edge. */
function toSftpgo(port: number): string {
  return `      set $sftpgo sftpgo;
      proxy_pass http://$sftpgo:${port};
      proxy_set_header Host $http_host;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto https;
`;
}
