import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/**
 * Debian's programs that run as daemons of the host: children of process 1, in the host's own network. Those
 * of a lab live in the lab's network namespace.
 */
export async function hostDaemons(): Promise<string[]> {
  const hostNetwork = await readlink("/proc/self/ns/net");
  const found = new Set<string>();
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    try {
      const status = await readFile(`/proc/${pid}/stat`, "utf8");
      const [, parent] = status.slice(status.lastIndexOf(")") + 2).split(" ");
      if (parent !== "1" || (await readlink(`/proc/${pid}/ns/net`)) !== hostNetwork) continue;
      const program = await readlink(`/proc/${pid}/exe`);
      if (program.startsWith("/usr/")) found.add(program);
    } catch {
      // Ended meanwhile, or a thread of the kernel.
    }
  }
  return [...found].sort();
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
