import { connect } from "node:net";
import { join } from "node:path";
import { loadCatalogue, type RelayPlan } from "../../plan/index.ts";
import { checkoutRoot } from "../engine/checkout.mjs";
import type { Environment } from "../engine/environment.ts";
import { askRelays, type RelayAnswer } from "../relay/remote.ts";
import { type Finding, ok, wrong } from "./finding.ts";

const timeoutMs = 10_000;

/**
 * Whether each relay host answers over SSH with its pinned key and runs `bastide-relay`, whether it takes mail, and
 * whether all have the same documents. Nothing where the CDG has none.
 */
export async function relayFindings({ cdgFile }: Environment): Promise<readonly Finding[]> {
  const loaded = loadCatalogue(join(checkoutRoot, "catalogue"), { cdgPath: cdgFile });
  const relays = loaded.ok ? (loaded.catalogue.cdg.connections.relays ?? []) : [];
  if (!loaded.ok || relays.length === 0) return [];
  const smtpPorts = new Map(relays.map(({ name, smtpPort = 25 }) => [name, smtpPort]));
  const answers = await askRelays({ root: checkoutRoot }, loaded.catalogue, ["show"]);
  const findings = await Promise.all(
    answers.map(async (answer) => {
      const { name, host } = answer.relay;
      const port = smtpPorts.get(name) ?? 25;
      return [
        sshFinding(answer),
        smtpFinding(`relay ${name}: SMTP`, `${host}:${port}`, await greeting(host, port)),
      ];
    }),
  );
  return [...findings.flat(), ...documentsFinding(answers)];
}

/** Whether all relays that answer have the same documents: mail comes through any of them. */
export function documentsFinding(answers: readonly RelayAnswer[]): readonly Finding[] {
  const held = answers.flatMap((answer) =>
    answer.ok ? [{ name: answer.relay.name, documents: documentsOf(answer.text) }] : [],
  );
  if (held.length < 2) return [];
  const all = [...new Set(held.flatMap(({ documents }) => documents))];
  const lacking = held.flatMap(({ name, documents }) => {
    const slugs = all.filter((one) => !documents.includes(one)).map((one) => one.split(" ")[0]);
    return slugs.length === 0 ? [] : [`${name} lacks what another has of ${[...new Set(slugs)].join(", ")}`];
  });
  const title = "relays: documents";
  const names = held.map(({ name }) => name).join(", ");
  if (lacking.length === 0) return [ok(title, `${names} hold the same`)];
  const mend = "npx bastide up those collectivités; a relay that lost its volumes: docs/relay.md";
  return [wrong(title, lacking.join("; "), mend)];
}

/** A line each: slug and hash. */
function documentsOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** What its answer over SSH says. */
export function sshFinding(answer: RelayAnswer): Finding {
  const { name, host, port } = answer.relay;
  const title = `relay ${name}: SSH`;
  if (!answer.ok)
    return wrong(title, answer.reason.split("\n")[0] ?? "", mendOf(answer.reason, answer.relay));
  const documents = documentsOf(answer.text).length;
  return ok(title, `${host}:${port} shows its pinned key and holds ${documents} documents`);
}

function mendOf(reason: string, { name, host, port }: RelayPlan): string {
  if (reason.includes("host key"))
    return `compare with /etc/ssh/ssh_host_ed25519_key.pub on ${host} itself, then correct hostKey of ${name} in cdg.yaml`;
  if (reason.includes("authenticate"))
    return "look at connections.ssh.credential of cdg.yaml (or ssh-add -l) and at the host's authorized_keys";
  return `start the host, or open port ${port} of ${host} towards this machine`;
}

/** @param line - the server's first line, `null` without one. */
export function smtpFinding(title: string, where: string, line: string | null): Finding {
  if (line?.startsWith("220 ")) return ok(title, `${where} takes mail: ${line}`);
  const found = line === null ? `no greeting at ${where}` : `${where} greets with ${line}`;
  return wrong(title, found, "look at the host's mail log; mail comes through the other relay meanwhile");
}

/** The first line that an SMTP server says. */
async function greeting(host: string, port: number): Promise<string | null> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    let text = "";
    const end = (line: string | null): void => {
      socket.end("QUIT\r\n");
      socket.destroySoon();
      resolve(line);
    };
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("\n")) end(text.split(/\r?\n/)[0] ?? null);
    });
    for (const event of ["timeout", "error", "end"]) socket.once(event, () => end(null));
  });
}
