import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";
import { fail } from "../cli/index.ts";
import { labEngine } from "./docker.ts";
import { chooseAddresses } from "./network.ts";
import type { LabPaths } from "./paths.ts";

const port = z.int().min(1).max(65_535);

const factsSchema = z.strictObject({
  version: z.literal(1),
  /** The host's end (Zimbra) and the lab's end (Docker, mail); both 127.0.0.1 on somebody else's engine. */
  addresses: z.strictObject({ host: z.ipv4(), node: z.ipv4() }),
  ports: z
    .strictObject({
      zimbra: port,
      smtp: port,
      submission: port,
      submissions: port,
      imaps: port,
      pop3s: port,
      /** Absent in labs made before they had a name server. */
      dns: port.optional(),
      /** IMAP of the former provider; absent in labs made before they had one. */
      oldImaps: port.optional(),
    })
    .transform((ports) => ({
      ...ports,
      dns: ports.dns ?? dnsPort(ports.zimbra),
      oldImaps: ports.oldImaps ?? oldImapsPort(ports.zimbra),
    })),
});

/** What a lab was given once and keeps over restarts, so that no provider's configuration changes. */
export type LabFacts = z.infer<typeof factsSchema>;
export type LabPorts = LabFacts["ports"];

/** The ports people expect, except 25: the platform's relays publish that one. */
const ownPorts: LabPorts = {
  zimbra: 7071,
  smtp: 2525,
  submission: 587,
  submissions: 465,
  imaps: 993,
  pop3s: 995,
  dns: 53,
  oldImaps: 1993,
};

/**
 * Facts of a lab that was up at least once, else `null`.
 *
 * @throws ZodError when `lab.json` was damaged.
 */
export async function readFacts(lab: LabPaths): Promise<LabFacts | null> {
  const text = await readFile(lab.labFile, "utf8").catch(() => null);
  return text === null ? null : factsSchema.parse(JSON.parse(text));
}

/**
 * Facts of this lab, decided now when there are none yet.
 *
 * @throws UserError when the lab was made on another kind of engine.
 */
export async function ensureFacts(lab: LabPaths): Promise<LabFacts> {
  const known = await readFacts(lab);
  if (known) {
    refuseOtherEngine(lab, known);
    return known;
  }
  const facts: LabFacts = labEngine(lab).own
    ? { version: 1, addresses: await chooseAddresses(lab), ports: ownPorts }
    : { version: 1, addresses: { host: "127.0.0.1", node: "127.0.0.1" }, ports: sharedPorts(lab) };
  const part = `${lab.labFile}.part`;
  await writeFile(part, `${JSON.stringify(facts, null, 2)}\n`);
  await rename(part, lab.labFile);
  return facts;
}

/** Addresses are a lab's for good, and those of one kind of engine are of no use on the other. */
function refuseOtherEngine(lab: LabPaths, { addresses }: LabFacts): void {
  const { own, host } = labEngine(lab);
  if (own !== (addresses.host === "127.0.0.1")) return;
  const made = own ? "the engine that BASTIDE_DOCKER_HOST named" : "an engine of its own";
  fail(`The lab ${lab.name} was made on ${made}, not on ${host}.`, {
    code: "LAB_ENGINE_DIFFERS",
    hint: own
      ? "Set BASTIDE_DOCKER_HOST again, or use another --lab."
      : "Unset BASTIDE_DOCKER_HOST, or use another --lab.",
  });
}

/** On the host's own loopback the usual ports may be taken, and several labs share it. */
function sharedPorts(lab: LabPaths): LabPorts {
  const base = 20_000 + (Number.parseInt(lab.id.slice(0, 6), 16) % 1_200) * 10;
  return {
    zimbra: base,
    smtp: base + 1,
    submission: base + 2,
    submissions: base + 3,
    imaps: base + 4,
    pop3s: base + 5,
    dns: dnsPort(base),
    oldImaps: oldImapsPort(base),
  };
}

/** Follows from the port that Zimbra was given: the usual one only where Zimbra has its usual one. */
function dnsPort(zimbra: number): number {
  return zimbra === ownPorts.zimbra ? ownPorts.dns : zimbra + 6;
}

/** On the host's end of the lab, beside Zimbra's; on somebody else's engine the last of the lab's ten. */
export function gravityzonePort({ ports }: LabFacts): number {
  return ports.zimbra === ownPorts.zimbra ? 8443 : ports.zimbra + 9;
}

/**
 * Ports of the relays on the lab's own engine, the first one's SMTP the port that people expect; `null` on somebody
 * else's engine, where there are none.
 */
export function relayPorts({
  addresses,
}: LabFacts): Readonly<Record<"mx1" | "mx2", { readonly smtp: number; readonly ssh: number }>> | null {
  if (addresses.host === addresses.node) return null;
  return { mx1: { smtp: 25, ssh: 2201 }, mx2: { smtp: 2526, ssh: 2202 } };
}

/** As with DNS. */
function oldImapsPort(zimbra: number): number {
  return zimbra === ownPorts.zimbra ? ownPorts.oldImaps : zimbra + 7;
}
