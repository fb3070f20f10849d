/**
 * A Docker engine behind SSH, as Docker's own client reaches it: `ssh HOST docker system dial-stdio`. The
 * machine's own ssh command is used, so that known hosts, agents and ~/.ssh/config hold as everywhere; a host
 * whose key is not known is refused.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Agent } from "node:http";
import { Duplex } from "node:stream";

export function sshAgent(url: URL, options: readonly string[]): Agent {
  const agent = new Agent({ keepAlive: false });
  agent.createConnection = () => connectionOf(spawn("ssh", argumentsOf(url, options)));
  return agent;
}

/** Every value is an argument of its own; a name that begins with a dash cannot become an option. */
function argumentsOf(url: URL, options: readonly string[]): string[] {
  const user = url.username === "" ? [] : ["-l", decodeURIComponent(url.username)];
  const port = url.port === "" ? [] : ["-p", url.port];
  return [
    ...["-o", "BatchMode=yes", "-o", "ConnectTimeout=30", "-T"],
    ...options,
    ...user,
    ...port,
    ...["--", url.hostname, "docker", "system", "dial-stdio"],
  ];
}

function connectionOf(ssh: ChildProcessWithoutNullStreams): Duplex {
  const connection = Duplex.from({ readable: ssh.stdout, writable: ssh.stdin });
  let said = "";
  ssh.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2_000);
  });
  ssh.on("error", (error) => connection.destroy(error));
  ssh.on("close", (code) => {
    if (code !== 0 && code !== null) connection.destroy(new Error(`ssh: ${said.trim() || `exit ${code}`}`));
  });
  connection.on("close", () => ssh.kill());
  return connection;
}
