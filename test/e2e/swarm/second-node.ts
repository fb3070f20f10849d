import { join } from "node:path";
import { z } from "zod";
import { addressOf } from "../../../providers/stand-ins/docker/address.ts";
import { engineAt } from "../../../providers/stand-ins/docker/engine.ts";
import { createProgress } from "../../../scripts/cli/index.ts";
import { docker } from "../../../scripts/lab/docker.ts";
import { ensureDockerd, ensureRunDir } from "../../../scripts/lab/dockerd.ts";
import { readFacts } from "../../../scripts/lab/facts.ts";
import { labPaths, labReset } from "../../../scripts/lab/index.ts";
import { candidateAddresses, namespaceName } from "../../../scripts/lab/network.ts";
import type { LabPaths } from "../../../scripts/lab/paths.ts";
import { asRoot } from "../../../scripts/lab/privileged.ts";
import { cutPower } from "./power.ts";

/**
 * A second machine of a lab's Swarm: another dockerd with data, socket and network namespace of its own. The two are
 * joined by a veth pair, so that no packet between them meets the host's rules.
 */
export class SecondNode implements AsyncDisposable {
  /** Where it lies; `docker(node.paths, …)` asks its own engine. */
  readonly paths: LabPaths;
  readonly #lab: LabPaths;

  private constructor(lab: LabPaths, paths: LabPaths) {
    this.#lab = lab;
    this.paths = paths;
  }

  /** Makes the machine and lets it join as a worker. What an interrupted test left of it is thrown away first. */
  static async join(lab: LabPaths, labels: readonly string[]): Promise<SecondNode> {
    const facts = await readFacts(lab);
    if (facts === null) throw new Error(`the lab ${lab.name} is absent`);
    const manager = facts.addresses.node;
    const paths = labPaths(`${lab.name}-node`);
    await labReset(paths, createProgress({ quiet: true }));
    const node = new SecondNode(lab, paths);
    const address = candidateAddresses(paths.id, 0).node;
    await wire({ lab, paths, manager, address });
    await ensureRunDir(paths);
    await ensureDockerd(paths);
    await engineAt(addressOf({ host: node.host })).post(
      "/swarm/join",
      {
        ListenAddr: `${address}:2377`,
        AdvertiseAddr: address,
        RemoteAddrs: [`${manager}:2377`],
        JoinToken: await docker(lab, ["swarm", "join-token", "--quiet", "worker"]),
      },
      z.unknown(),
    );
    const added = labels.flatMap((label) => ["--label-add", label]);
    await docker(lab, ["node", "update", ...added, node.hostName]);
    return node;
  }

  /** Its engine, for `backup.stockage[].host`. */
  get host(): string {
    return `unix://${this.paths.dockerSocket}`;
  }

  /** As `docker node ls` shows it. */
  get hostName(): string {
    return `bastide-${this.paths.name}`;
  }

  /** Gives it an image that the lab has, under the same id. */
  async load(image: string): Promise<void> {
    const tar = join(this.paths.dir, "image.tar");
    await docker(this.#lab, ["save", "--output", tar, image]);
    await docker(this.paths, ["load", "--input", tar]);
  }

  /** Its power is cut. */
  async lose(): Promise<void> {
    await cutPower(this.paths);
  }

  /** Starts it again on what it had. */
  async comeBack(): Promise<void> {
    await ensureDockerd(this.paths);
  }

  /** What the manager thinks of it: `ready`, `down`, … */
  async state(): Promise<string> {
    return await docker(this.#lab, ["node", "inspect", "--format", "{{.Status.State}}", this.hostName]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await docker(this.#lab, ["node", "rm", "--force", this.hostName]);
    await labReset(this.paths, createProgress({ quiet: true }));
  }
}

interface Ends {
  readonly lab: LabPaths;
  readonly paths: LabPaths;
  readonly manager: string;
  readonly address: string;
}

/** One cable between the two namespaces; each end is told that the other's address is there. */
async function wire({ lab, paths, manager, address }: Ends): Promise<void> {
  const [ours, theirs] = [namespaceName(lab), namespaceName(paths)];
  const [here, there] = [`bst${paths.id}p`, `bst${paths.id}n`];
  const ip = async (...args: readonly string[]) => await asRoot("ip", args);
  // The kernel takes a cable away some time after the namespace of its other end.
  await ip("-n", ours, "link", "delete", here).catch(() => "");
  await ip("netns", "add", theirs);
  await ip("-n", theirs, "link", "set", "lo", "up");
  await ip("-n", ours, "link", "add", here, "type", "veth", "peer", "name", there, "netns", theirs);
  await ip("-n", theirs, "address", "add", `${address}/32`, "dev", there);
  await ip("-n", theirs, "link", "set", there, "up");
  await ip("-n", ours, "link", "set", here, "up");
  await ip("-n", theirs, "route", "add", `${manager}/32`, "dev", there);
  await ip("-n", ours, "route", "add", `${address}/32`, "dev", here, "src", manager);
}
