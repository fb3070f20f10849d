import { chmod, mkdir } from "node:fs/promises";
import { type Progress, SystemError } from "../cli/index.ts";
import { withLock } from "../engine/lock.mjs";
import { ensureCertificate } from "./ca.ts";
import { ensureDnsServer } from "./dns/server.ts";
import { labZones } from "./dns/zones.ts";
import { dockerOrNull, labEngine } from "./docker.ts";
import { ensureDockerd, ensureRunDir, ensureSwarm } from "./dockerd.ts";
import { ensureFacts, type LabFacts } from "./facts.ts";
import { checkHost } from "./host.ts";
import { ensureHostPackages } from "./host-packages.ts";
import { ensureBase, findImage, type ImageRecipe, importImage, mailImage } from "./images/layered.ts";
import { ensureMailServer, mailUid } from "./mail-server.ts";
import { ensureNetwork } from "./network.ts";
import { ensureOldProvider } from "./old-provider/server.ts";
import type { LabPaths } from "./paths.ts";
import { preparePlatform } from "./platform.ts";
import { relayNames } from "./relays.ts";
import { catalogueCdg, ensureSecrets, writeCdg } from "./settings.ts";
import { ensureSimulator, gravityzoneServer, zimbraServer } from "./simulator-server.ts";

/** Beside the lab's folder, which `labReset` removes while it holds the lock. */
export function lockFile(lab: LabPaths): string {
  return `${lab.dir}.lock`;
}

/** Runs `work` on a lab that nobody else starts or stops meanwhile. */
export async function withLabLock<T>(lab: LabPaths, progress: Progress, work: () => Promise<T>): Promise<T> {
  const onWait = (holder: number): void =>
    progress.note(`Another process (${holder}) works on the lab ${lab.name}; waiting for it.`);
  return await withLock(lockFile(lab), { onWait }, work);
}

/**
 * Brings the lab up: its engine in a network of its own, Postfix and Dovecot, NSD, a former provider,
 * Zimbra, GravityZone, the images of the platform stack, and the files that it, `bastide` and `pulumi` need. What
 * runs already is left alone; it may be stopped and called again at any point.
 *
 * @throws SystemError when this host cannot run it; the hint says what would mend that and what works anyway.
 */
export async function labUp(lab: LabPaths, progress: Progress): Promise<void> {
  await refuseUnfitHost();
  await ensureHostPackages(progress);
  await withLabLock(lab, progress, async () => {
    await mkdir(lab.dir, { recursive: true });
    // Containers see their part of it through mounts; other users of this host have no business in it.
    await chmod(lab.dir, 0o700);
    const cdg = catalogueCdg(lab);
    const facts = await ensureFacts(lab);
    const { host, node } = facts.addresses;
    await ensureSecrets(lab, cdg);
    const mailName = `mail.${cdg.domain}`;
    const relayHosts = relayNames.map((name) => `${name}.${cdg.domain}`);
    const names = [mailName, `zimbra.${cdg.domain}`, `sauvegarde.${cdg.domain}`, ...relayHosts, "localhost"];
    const addresses = [...new Set([host, node, "127.0.0.1"])];
    const certificate = await ensureCertificate(lab, { names, addresses });

    await startEngine(lab, facts, progress);
    const ofMail = image(lab, mailImage, progress);
    const [platform] = await Promise.all([
      ensureEngineIsSwarm(lab, facts).then(async () => {
        // After the mail image, which brings the base.
        const layered = async (recipe: ImageRecipe) => {
          await ofMail;
          return await image(lab, recipe, progress);
        };
        return await preparePlatform(lab, certificate, layered, progress);
      }),
      ofMail.then(async (imageId) => {
        const settings = { imageId, address: node, ports: facts.ports, name: mailName, certificate };
        const zones = labZones({ cdg, node, host });
        const old = { imageId, address: node, port: facts.ports.oldImaps, uid: mailUid(), certificate };
        const dns = { imageId, address: node, port: facts.ports.dns, zones };
        await Promise.all([
          progress.step("Postfix and Dovecot", async () => await ensureMailServer(lab, settings)),
          progress.step("NSD (name server)", async () => await ensureDnsServer(lab, dns)),
          progress.step("Dovecot of the former provider", async () => await ensureOldProvider(lab, old)),
        ]);
      }),
      ...[zimbraServer, gravityzoneServer].map((server) =>
        progress.step(`${server.title} (simulator)`, async () => {
          await ensureSimulator(server, lab, facts, certificate);
        }),
      ),
    ]);
    await writeCdg(lab, cdg, facts, platform);
  });
}

async function refuseUnfitHost(): Promise<void> {
  const { canRun, problems, stillWorks } = await checkHost();
  if (canRun) return;
  throw new SystemError(
    ["The lab cannot run on this machine.", ...problems.map(({ problem }) => problem)].join(" "),
    {
      code: "LAB_HOST_UNFIT",
      hint: [
        ...problems.map(({ mend }) => mend),
        "What works here:",
        ...stillWorks.map((it) => `- ${it}`),
      ].join("\n"),
    },
  );
}

async function startEngine(lab: LabPaths, { addresses }: LabFacts, progress: Progress): Promise<void> {
  await ensureRunDir(lab);
  const { own, host } = labEngine(lab);
  if (own) {
    await progress.step("network and Docker engine", async () => {
      await ensureNetwork(lab, addresses);
      await ensureDockerd(lab);
    });
  } else if ((await dockerOrNull(lab, ["version"])) === null) {
    throw new SystemError(`The engine ${host} (BASTIDE_DOCKER_HOST) does not answer.`, {
      code: "LAB_ENGINE_SILENT",
      hint: "Start it, or unset BASTIDE_DOCKER_HOST to use the lab's own.",
    });
  }
}

/** Somebody else's engine is taken as it is. */
async function ensureEngineIsSwarm(lab: LabPaths, { addresses }: LabFacts): Promise<void> {
  if (labEngine(lab).own) await ensureSwarm(lab, addresses);
}

async function image(lab: LabPaths, recipe: ImageRecipe, progress: Progress): Promise<string> {
  const found = await findImage(lab, recipe);
  if (found !== null) return found;
  const base = await ensureBase(progress);
  return await progress.step(
    `${recipe.name} image: import`,
    async () => await importImage(lab, recipe, base, progress),
  );
}
