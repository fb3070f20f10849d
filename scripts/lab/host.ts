import { statfs } from "node:fs/promises";
import { osRelease } from "./images/debian-source.ts";
import { checkoutRoot } from "./paths.ts";
import { isRoot, worksAsRoot } from "./privileged.ts";

/** One reason why the lab cannot run here, and what would mend it. */
export interface HostProblem {
  readonly problem: string;
  readonly mend: string;
}

export interface HostReport {
  readonly canRun: boolean;
  readonly problems: readonly HostProblem[];
  /** What works all the same: nothing of it needs the lab. */
  readonly stillWorks: readonly string[];
}

const stillWorks = [
  "bastide check: tenant files and the rules across them",
  "bastide new: a tenant file that passes check",
  "bastide preview, up, outputs against a real Zimbra (catalogue/cdg.yaml) and your own state backend",
  "npm test -- lint types unit component provider: all tests but the end-to-end ones",
];

/** Releases that the lab was written for; newer ones of the same family are tried. */
const oldestRelease: Readonly<Record<string, number>> = { debian: 12, ubuntu: 22.04 };

/** Free space that the lab needs, in bytes: image cache, engine, mail. */
const neededBytes = 2_000_000_000;

/**
 * Says whether the lab can run on this machine. Looks only, and takes less than five seconds.
 *
 * The order is from what cannot be mended to what can.
 */
export async function checkHost(): Promise<HostReport> {
  const problems: HostProblem[] = [];
  const report = (): HostReport => ({ canRun: problems.length === 0, problems, stillWorks });
  if (process.platform !== "linux") {
    problems.push({
      problem: `This is ${process.platform}.`,
      mend: "Use a Linux machine or virtual machine.",
    });
    return report();
  }
  if (process.arch !== "x64" && process.arch !== "arm64") {
    problems.push({ problem: `The processor is ${process.arch}.`, mend: "Use an x86-64 or arm64 machine." });
  }
  const release = await osRelease();
  const oldest = oldestRelease[release.id];
  if (oldest === undefined || Number.parseFloat(release.version) < oldest) {
    problems.push({
      problem: `This is ${release.name}: the lab's images and tools are Debian packages, installed with apt.`,
      mend: "Use Debian 12 or 13, or Ubuntu 22.04 or newer.",
    });
  }
  if (!isRoot() && !(await worksAsRoot("true", []))) {
    problems.push({
      problem: "The lab needs root for network namespaces and its Docker engine.",
      mend: "Run as root, or as a user whose sudo does not ask (`sudo -v` just before counts).",
    });
    return report();
  }
  if (!(await worksAsRoot("unshare", ["--net", "--mount", "true"]))) {
    problems.push({
      problem: "Network namespaces are not allowed here (`unshare --net --mount true` fails).",
      mend: "In a container, give it --privileged; else use a virtual machine.",
    });
  }
  const { bavail, bsize } = await statfs(checkoutRoot);
  if (bavail * bsize < neededBytes) {
    problems.push({
      problem: `Only ${Math.floor((bavail * bsize) / 1e6)} MB are free below ${checkoutRoot}.`,
      mend: `Free ${neededBytes / 1e9} GB.`,
    });
  }
  return report();
}
