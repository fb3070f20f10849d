import { createProgress } from "../../../scripts/cli/index.ts";
import { serverFiles } from "../../../scripts/lab/ca.ts";
import { ensureContainer } from "../../../scripts/lab/container.ts";
import { ensureBase, findImage, importImage, relayImage } from "../../../scripts/lab/images/layered.ts";
import type { LabPaths } from "../../../scripts/lab/index.ts";
import { prepareRelayFolder, relayFolder } from "../../../scripts/lab/relay-folder.ts";

export interface RigContainer {
  /** Of the container, its folder and its volumes. */
  readonly name: string;
  /** Where its ports are published, and what it resolves names with. */
  readonly address: string;
  readonly ports: { readonly smtp: number; readonly ssh: number };
  /** Public key that may log in. */
  readonly authorizedKey: string;
}

/**
 * Runs a relay host beside those of the platform, from their image: what it is given and told concerns no stack.
 * Returns its public host key when its ports answer.
 *
 * @throws SystemError with the end of the container's log when they do not within two minutes.
 */
export async function ensureRigContainer(
  lab: LabPaths,
  { name, address, ports, authorizedKey }: RigContainer,
): Promise<string> {
  const progress = createProgress();
  const image =
    (await findImage(lab, relayImage)) ??
    (await importImage(lab, relayImage, await ensureBase(progress), progress));
  const certificate = { ...serverFiles(lab), hash: "" };
  const hostKey = await prepareRelayFolder(lab, name, { certificate, authorizedKey });
  const volume = (part: string, target: string) => `type=volume,source=${name}-${part},target=${target}`;
  await ensureContainer(lab, {
    name,
    settings: [image, ports, hostKey],
    run: [
      ...["--env", "RELAY_NAME=mx1.collectivites.example", "--env", `RELAY_NAMESERVER=${address}`],
      ...["--env", "RELAY_HYPERSCAN=off", "--stop-timeout", "5"],
      ...["--mount", `type=bind,source=${relayFolder(lab, name)},target=/etc/bastide-relay,readonly`],
      ...["--mount", volume("documents", "/var/lib/bastide-relay")],
      ...["--mount", volume("spool", "/var/spool/postfix")],
      ...["--publish", `${address}:${ports.smtp}:25`, "--publish", `${address}:${ports.ssh}:22`],
      image,
    ],
    address,
    ports: [ports.smtp, ports.ssh],
    timeoutMs: 120_000,
    silent: { message: `The relay ${name} does not answer.`, code: "LAB_RELAY_SILENT" },
  });
  return hostKey;
}
