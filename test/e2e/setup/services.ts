import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";

const unitFolders = ["/lib/systemd/system", "/usr/lib/systemd/system", "/etc/systemd/system"];

/**
 * Services of the host that run: processes whose program a systemd unit of this machine starts, in the host's
 * own network. Those of a lab live in the lab's network namespace.
 */
export async function runningServices(): Promise<string[]> {
  const programs = await servicePrograms();
  const hostNetwork = await readlink("/proc/self/ns/net");
  const found = new Set<string>();
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    try {
      const program = await readlink(`/proc/${pid}/exe`);
      const network = await readlink(`/proc/${pid}/ns/net`);
      if (programs.has(program) && network === hostNetwork) found.add(program);
    } catch {
      // Ended meanwhile, or a thread of the kernel.
    }
  }
  return [...found].sort();
}

async function servicePrograms(): Promise<Set<string>> {
  const programs = new Set<string>();
  for (const folder of unitFolders) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.endsWith(".service")) continue;
      const text = await readFile(join(folder, name), "utf8").catch(() => "");
      for (const [, program = ""] of text.matchAll(/^ExecStart=[-@:+!]*(\/\S+)/gm)) {
        // A unit that starts a script runs under a shell, which is no service.
        const real = await realpath(program).catch(() => program);
        if (!/\/(?:sh|bash|dash|env|python3?|perl)[\d.]*$/.test(real)) programs.add(real);
      }
    }
  }
  return programs;
}

/** What starts at the next boot: systemd's links and those of the older init. */
export async function enabledServices(): Promise<string[]> {
  const roots = ["/etc/systemd/system", ...[2, 3, 4, 5].map((level) => `/etc/rc${level}.d`)];
  const names = await Promise.all(
    roots.map(async (root) => {
      const all = await readdir(root, { recursive: true }).catch(() => []);
      return all.map((name) => join(root, name));
    }),
  );
  const starts = (name: string) => !name.startsWith("/etc/rc") || /\/S\d+[^/]*$/.test(name);
  return names.flat().filter(starts).sort();
}
