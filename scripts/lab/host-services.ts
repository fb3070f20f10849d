import { access } from "node:fs/promises";
import { join } from "node:path";
import { interruption, runChild } from "../cli/index.ts";
import { cacheRoot } from "../engine/checkout.mjs";
import { withLock } from "../engine/lock.mjs";
import { asRoot, worksAsRoot } from "./privileged.ts";

const policyFile = "/usr/sbin/policy-rc.d";
/** Where the host's own policy waits meanwhile. */
const savedPolicyFile = `${policyFile}.before-bastide`;

/**
 * Runs `work`, which installs Debian packages, so that no service of theirs starts now or at the next boot.
 *
 * Debian asks `policy-rc.d` before it starts anything: ours says no, and gives way to the host's own as soon as
 * this process has ended, however it ended. Enabling is not asked about, so what was enabled is undone. One at
 * a time; `onWait` is called when another one is at it.
 */
export async function withoutServices(work: () => Promise<void>, onWait = () => {}): Promise<void> {
  await withLock(join(cacheRoot(), "apt.lock"), { onWait, signal: interruption }, async () => {
    await restorePolicy();
    const before = new Set(await installedPackages());
    await forbidServices();
    try {
      await work();
    } finally {
      const added = (await installedPackages()).filter((name) => !before.has(name));
      await disableServicesOf(added);
      await restorePolicy();
    }
  });
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
  const { stdout } = await runChild("dpkg", ["--get-selections"], {});
  return stdout.split("\n").flatMap((line) => {
    const [name, selection] = line.split(/\s+/);
    return name && selection !== "deinstall" ? [name] : [];
  });
}

async function disableServicesOf(packages: readonly string[]): Promise<void> {
  for (const name of packages) {
    const { stdout } = await runChild("dpkg", ["--listfiles", name], {});
    for (const file of stdout.split("\n")) {
      const unit = /\/lib\/systemd\/system\/([^/]+\.(?:service|socket|timer|path))$/.exec(file)?.[1];
      // The helper of the package's own scripts; it works without a running systemd, and asks who calls.
      if (unit) await disable("deb-systemd-helper", ["disable", unit], { DPKG_MAINTSCRIPT_PACKAGE: name });
      const script = /^\/etc\/init\.d\/([^/]+)$/.exec(file)?.[1];
      if (script) await disable("update-rc.d", [script, "disable"], {});
    }
  }
}

/** A unit that cannot be enabled at all (a template, an alias) is none to disable. */
async function disable(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  await asRoot(file, args, { env, timeoutMs: 30_000 }).catch(() => undefined);
}
