import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import nodemailer from "nodemailer";
import type { Progress } from "../cli/progress.ts";
import { docker } from "../lab/docker.ts";
import { readFacts, relayPorts } from "../lab/facts.ts";
import type { LabPaths } from "../lab/index.ts";
import { relayContainer } from "../lab/relays.ts";
import { inBenchLab } from "./bench-lab.ts";
import { bastide, type Figure, median } from "./measure.ts";
import { benchTenant } from "./tenant-file.ts";

const messages = 200;
const senders = 8;
const messageBytes = 10_000;

/**
 * Messages that a relay takes in a second with its filter, beside the same Postfix without. Taken means answered
 * with 250; what was taken is handed on meanwhile, in both cases. The queue is empty before each round.
 */
export async function benchRelay(runs: number, progress: Progress): Promise<readonly Figure[]> {
  return await inBenchLab(progress, async ({ lab, tenantsDir, env }) => {
    await writeFile(join(tenantsDir, "mesure.yaml"), benchTenant(["accueil"], { entitled: 1 }));
    await bastide(["up", "mesure", "--yes"], env);
    const filtered: number[] = [];
    const alone: number[] = [];
    const milter = (await inRelay(lab, ["postconf", "-h", "smtpd_milters"])).trim();
    // The first round fills caches, and is not counted.
    for (let run = 0; run <= runs; run += 1) {
      const turn = [await rate(lab, milter), await rate(lab, "")] as const;
      if (run === 0) continue;
      filtered.push(turn[0]);
      alone.push(turn[1]);
    }
    return [
      {
        name: "messages of 10 kB a second that a relay takes, filtered ÷ Postfix alone",
        value: median(filtered.map((perSecond, run) => perSecond / (alone[run] ?? Number.NaN))),
        unit: "×",
        bar: null,
        samples: { "filtered (messages/s)": filtered, "Postfix alone (messages/s)": alone },
      },
    ];
  });
}

async function rate(lab: LabPaths, milter: string): Promise<number> {
  await inRelay(lab, ["postconf", "-e", `smtpd_milters = ${milter}`]);
  await inRelay(lab, ["postfix", "reload"]);
  // Processes with the former settings end by themselves.
  await sleep(2_000);
  const facts = await readFacts(lab);
  const ports = facts === null ? null : relayPorts(facts);
  if (facts === null || ports === null) throw new Error(`lab ${lab.name} has no relays`);
  const transport = nodemailer.createTransport({
    pool: true,
    maxConnections: senders,
    maxMessages: Number.POSITIVE_INFINITY,
    host: facts.addresses.node,
    port: ports.mx1.smtp,
    secure: false,
    ignoreTLS: true,
    name: "client.example",
  });
  const started = performance.now();
  await Promise.all(Array.from({ length: messages }, () => transport.sendMail(newMessage())));
  const seconds = (performance.now() - started) / 1000;
  transport.close();
  while ((await inRelay(lab, ["postqueue", "-j"])) !== "") await sleep(200);
  return messages / seconds;
}

/** No two are alike: the filter remembers what it has judged. */
function newMessage() {
  return {
    from: "courrier@prefecture.example",
    to: "accueil@bench.example",
    subject: `Compte rendu ${randomBytes(4).toString("hex")}`,
    text: randomBytes(messageBytes / 2)
      .toString("hex")
      .replace(/.{64}/g, "$&\n"),
  };
}

async function inRelay(lab: LabPaths, command: readonly string[]): Promise<string> {
  return await docker(lab, ["exec", await relayContainer(lab, "mx1"), ...command]);
}
