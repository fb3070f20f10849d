/** Where a Docker engine is reached: `unix://`, `tcp://` with or without TLS, `ssh://`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConstructorOptions } from "docker-modem";
import type { ProviderConfig } from "./config.ts";
import { sshAgent } from "./ssh-transport.ts";

/** How the provider's inputs say it. */
export type Access = Omit<ProviderConfig, "disableDockerDaemonCheck">;

export interface Address {
  readonly modem: ConstructorOptions;
  /** For messages. */
  readonly shown: string;
}

const DEFAULT_HOST = "unix:///var/run/docker.sock";

/**
 * An absent host is `DOCKER_HOST`, then the socket of the machine, as in Docker's own client.
 *
 * @throws Error for an address of another kind, and for a certificate that cannot be read.
 */
export function addressOf(access: Access, env: NodeJS.ProcessEnv = process.env): Address {
  const host = access.host || env.DOCKER_HOST || DEFAULT_HOST;
  const url = new URL(host);
  switch (url.protocol) {
    case "unix:":
      return { modem: { socketPath: url.pathname }, shown: host };
    case "tcp:":
    case "http:":
    case "https:":
      return { modem: { ...overTcp(url, access) }, shown: host };
    case "ssh:":
      return {
        modem: { protocol: "http", host: "docker", port: 80, agent: sshAgent(url, access.sshOpts ?? []) },
        shown: host,
      };
    default:
      throw new Error(`${host}: expected unix://, tcp:// or ssh://`);
  }
}

function overTcp(url: URL, access: Access): ConstructorOptions {
  const tls = tlsOf(access);
  const port = url.port || (tls === null ? "2375" : "2376");
  const at = { host: url.hostname, port };
  return tls === null ? { ...at, protocol: "http" } : { ...at, ...tls, protocol: "https" };
}

function tlsOf({ certPath, caMaterial, certMaterial, keyMaterial }: Access) {
  if (certPath) {
    const read = (name: string) => readFileSync(join(certPath, name), "utf8");
    return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
  }
  if (!caMaterial && !certMaterial && !keyMaterial) return null;
  return { ca: caMaterial, cert: certMaterial, key: keyMaterial };
}
