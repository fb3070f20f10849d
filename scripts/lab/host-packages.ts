import { access, mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { interruption, type Progress, runChild, SystemError } from "../cli/index.ts";
import { cacheRoot } from "../engine/checkout.mjs";
import { withoutServices } from "./host-services.ts";
import { asRoot } from "./privileged.ts";

/** Programs, and the Debian package that brings each. */
export type Programs = readonly (readonly [program: string, debianPackage: string])[];

/** Programs that the lab runs on the host, and the package that brings each. */
const labPrograms: Programs = [
  ["ip", "iproute2"],
  ["nsenter", "util-linux"],
  ["openssl", "openssl"],
  ["ssh-keygen", "openssh-client"],
  ["tar", "tar"],
  ["debootstrap", "debootstrap"],
  ["restic", "restic"],
  ["iptables", "iptables"],
  ["dockerd", "docker.io"],
  ["docker-init", "tini"],
  ["docker", "docker-cli"],
];

/** Where root's programs are, whatever the user's own PATH says. */
const systemPath = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** Debian packages that the lab needs and this host lacks, sorted; empty on a finished machine. */
export async function missingHostPackages(programs = labPrograms): Promise<string[]> {
  const missing = new Set<string>();
  for (const [program, debianPackage] of programs) {
    if (!(await isInstalled(program))) missing.add(debianPackage);
  }
  // Debian 12 and Ubuntu have the client in docker.io, Debian 13 has it apart.
  if (missing.has("docker-cli") && !(await aptKnows("docker-cli"))) {
    missing.delete("docker-cli");
    missing.add("docker.io");
  }
  // Part of docker.io where it is not a package of its own.
  if (missing.has("docker.io")) missing.delete("tini");
  return [...missing].sort();
}

/**
 * Installs what {@link missingHostPackages} names (the lab's programs, or others), after saying so. No service of the host is started or
 * enabled by it; a dockerd that is there is neither used nor touched.
 *
 * @throws SystemError when apt fails; names its log.
 */
export async function ensureHostPackages(progress: Progress, programs = labPrograms): Promise<void> {
  const wanted = await missingHostPackages(programs);
  if (wanted.length === 0) return;
  progress.note(`Installing with apt, without starting any service: ${wanted.join(", ")}`);
  await mkdir(cacheRoot(), { recursive: true });
  const log = join(cacheRoot(), "apt.log");
  await progress.step("Debian packages of the lab", async ({ detail }) => {
    await withoutServices(
      async () => {
        const packages = await missingHostPackages(programs);
        if (packages.length === 0 || (await install(packages, log))) return;
        interruption.throwIfAborted();
        detail("refreshing apt's lists");
        // Ends what an installation that was killed left half done, which apt otherwise refuses to go past.
        await asRoot("dpkg", ["--configure", "--pending"], { timeoutMs: 300_000, logFile: log });
        await asRoot("apt-get", ["update"], { timeoutMs: 300_000, logFile: log });
        if (await install(packages, log)) return;
        throw new SystemError(`apt could not install ${packages.join(", ")}.`, {
          code: "LAB_APT_FAILED",
          hint: `See ${log}.`,
        });
      },
      () => detail("another Bastide installs packages"),
    );
  });
}

async function isInstalled(program: string): Promise<boolean> {
  const folders = new Set([...(process.env.PATH ?? "").split(delimiter), ...systemPath]);
  for (const folder of folders) {
    const found = await access(join(folder, program)).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}

async function aptKnows(debianPackage: string): Promise<boolean> {
  const { stdout } = await runChild("apt-cache", ["policy", debianPackage], { reject: false });
  return /Candidate: (?!\(none\))/.test(stdout);
}

/**
 * False when apt fails, as it does when its lists are too old or missing. Ctrl-C ends the download; unpacking,
 * which takes seconds, is seen through, since half of it would leave the host's dpkg in need of repair.
 */
async function install(packages: readonly string[], logFile: string): Promise<boolean> {
  const options = ["--yes", "--no-install-recommends", "--no-remove", "-o", "DPkg::Lock::Timeout=300"];
  const env = { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  const shared = { env, logFile, timeoutMs: 600_000 };
  try {
    await asRoot("apt-get", ["install", ...options, "--download-only", ...packages], shared);
    interruption.throwIfAborted();
    await asRoot("apt-get", ["install", ...options, ...packages], { ...shared, onInterrupt: "finish" });
    return true;
  } catch {
    return false;
  }
}
