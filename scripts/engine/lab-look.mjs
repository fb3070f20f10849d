import { spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Oldest releases that the lab was written for: its images and tools are Debian packages. */
const oldest = { debian: 12, ubuntu: 22.04 };

/**
 * Why the lab cannot run on this machine, what would mend that and what works all the same; undefined when
 * nothing stands in the way. A look of milliseconds, before anything is installed: the lab's own check is
 * thorough and comes later.
 */
export function labRefusal() {
  const obstacle = releaseObstacle(readOsRelease()) ?? privilegeObstacle();
  if (!obstacle) return undefined;
  const [reason, mend] = obstacle;
  return `The lab cannot run on this machine: ${reason}. To mend it: ${mend}.
What works here all the same: npx bastide check, new, doctor; preview and up against your own systems; the tests that need no lab.`;
}

/** What is wrong with a release, from the text of /etc/os-release, and what to take instead. */
export function releaseObstacle(text) {
  const value = (key) => new RegExp(`^${key}="?([^"\\n]*)`, "m").exec(text)?.[1] ?? "";
  const needed = oldest[value("ID")];
  // Debian's testing has no number.
  const version = Number.parseFloat(value("VERSION_ID") || "99");
  if (needed !== undefined && version >= needed) return undefined;
  const name = value("PRETTY_NAME") || value("ID") || "an unknown Linux";
  return [`it is ${name}`, "take Debian 12 or 13, or Ubuntu 22.04 or newer"];
}

function privilegeObstacle() {
  const root = process.getuid() === 0;
  if (!root && !onPath("sudo")) return ["neither root nor sudo", "run this as root"];
  const [file, args] = root ? ["unshare", ["--net", "true"]] : ["sudo", ["-n", "unshare", "--net", "true"]];
  const probe = spawnSync(file, args, { timeout: 5_000, encoding: "utf8" });
  if (probe.status === 0) return undefined;
  const said = (probe.stderr || String(probe.error)).trim();
  if (!root && /password|terminal/i.test(said)) {
    return ["sudo asks for a password", "run `sudo -v` first, or run this as root"];
  }
  return [`no network namespaces (${said})`, "in a container, give it --privileged"];
}

function readOsRelease() {
  try {
    return readFileSync("/etc/os-release", "utf8");
  } catch {
    return "";
  }
}

function onPath(name) {
  return (process.env.PATH ?? "").split(delimiter).some((dir) => {
    try {
      accessSync(join(dir, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
