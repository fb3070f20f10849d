import { once } from "node:events";
import { createServer as createHttp, type RequestListener, type Server } from "node:http";
import { createServer as createHttps } from "node:https";

/** Certificate and key in PEM; without them a server speaks plain HTTP. */
export interface Tls {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
}

export interface Listening {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly tls?: Tls;
}

/** A server of a simulator, not listening yet. */
export function createServer(listener: RequestListener, tls?: Tls): Server {
  return tls ? createHttps({ key: tls.key, cert: tls.cert }, listener) : createHttp(listener);
}

/**
 * Starts to listen; gives scheme, host and port as a URL without a path.
 *
 * @throws Error when the port is taken
 */
export async function listen(server: Server, { host, port, tls }: Listening): Promise<string> {
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  const taken = typeof address === "object" && address !== null ? address.port : 0;
  return `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${taken}`;
}

/** Ends open connections as well. */
export async function stopListening(server: Server): Promise<void> {
  const done = once(server, "close");
  server.close();
  server.closeAllConnections();
  await done;
}
