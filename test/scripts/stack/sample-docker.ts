import { createServer, type RequestListener, type Server } from "node:http";
import { join } from "node:path";
import type { Cdg } from "../../../plan/index.ts";
import { catalogue } from "../../plan/tenant-yaml.ts";

/** Something that answers at a Docker engine's socket in `folder`, and the settings of a CDG that lead there. */
export async function sampleDocker(
  folder: string,
  answer: RequestListener,
): Promise<{ readonly cdg: Cdg; readonly server: Server } & AsyncDisposable> {
  const server = createServer(answer);
  const socket = join(folder, "docker.sock");
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const { connections } = catalogue.cdg;
  return {
    server,
    cdg: { ...catalogue.cdg, connections: { ...connections, docker: { host: `unix://${socket}` } } },
    [Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
