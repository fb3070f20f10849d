import { access } from "node:fs/promises";
import { runChild } from "../cli/index.ts";
import { asRoot, worksAsRoot } from "./privileged.ts";

const policyFile = "/usr/sbin/policy-rc.d";
/** Where the host's own policy waits meanwhile. */
const savedPolicyFile = `${policyFile}.before-bastide`;

/**
 * Runs `work`, which installs Debian packages, so that no service of theirs starts now or at the next boot.
 *
 * Debian asks `policy-rc.d` before it starts anything: ours says no, and gives way to the host's own as soon as
 * this process has ended, however it ended. Enabling is not asked about, so what was enabled is undone.
 */
export async function withoutServices(work: () => Promise<void>): Promise<void> {
  await restorePolicy();
  const before = new Set(await installedPackages());
  await forbidServices();
  try {
    await work();
    const added = (await installedPackages()).filter((name) => !before.has(name));
    await disableServicesOf(added);
  } finally {
    await restorePolicy();
  }
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

async function forbidServices(): Promise<void> {
  if (await exists(policyFile)) await asRoot("mv", [policyFile, savedPolicyFile]);
  const script = [
    "#!/bin/sh",
    `# Bastide installs packages without starting their services; this file goes when it is done.`,
    `if [ -d /proc/${process.pid} ]; then exit 101; fi`,
    `if [ -x ${savedPolicyFile} ]; then exec ${savedPolicyFile} "$@"; fi`,
    "exit 0",
    "",
  ].join("\n");
  await asRoot("sh", ["-c", 'cat >"$1" && chmod 755 "$1"', "sh", policyFile], { input: script });
}

/** Also mends what an earlier run left that was killed. */
async function restorePolicy(): Promise<void> {
  if (await exists(savedPolicyFile)) await asRoot("mv", [savedPolicyFile, policyFile]);
  else if (await worksAsRoot("grep", ["-q", "# Bastide installs packages", policyFile])) {
    await asRoot("rm", ["-f", policyFile]);
  }
}

async function installedPackages(): Promise<string[]> {
  const format = "${binary:Package} ${db:Status-Status}\n";
  const { stdout } = await runChild("dpkg-query", ["--show", `--showformat=${format}`], {});
  return stdout
    .split("\n")
    .filter((line) => line.endsWith(" installed"))
    .map((line) => line.slice(0, line.indexOf(" ")));
}

async function disableServicesOf(packages: readonly string[]): Promise<void> {
  if (packages.length === 0) return;
  const { stdout } = await runChild("dpkg", ["--listfiles", ...packages], {});
  for (const file of stdout.split("\n")) {
    const unit = /\/lib\/systemd\/system\/([^/]+\.(?:service|socket|timer|path))$/.exec(file)?.[1];
    if (unit) await worksAsRoot("deb-systemd-helper", ["disable", unit]);
    const script = /^\/etc\/init\.d\/([^/]+)$/.exec(file)?.[1];
    if (script) await worksAsRoot("update-rc.d", [script, "disable"]);
  }
}
