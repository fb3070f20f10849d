import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

/** Below it, the kernel gives no port to who asks for any: what is free there stays free until we listen. */
const anyFrom = Number(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split("\t")[0]);

const given = new Set<number>();

/** A port of 127.0.0.1 for a server that is told its port and starts later; never the same one twice. */
export async function ownPort(): Promise<number> {
  for (;;) {
    const port = randomInt(Math.min(10_000, anyFrom - 1_000), anyFrom);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
