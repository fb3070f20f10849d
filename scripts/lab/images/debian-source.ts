import { readFile } from "node:fs/promises";
import { runChild, SystemError } from "../../cli/index.ts";

/** Where the packages of images come from: what this host's own apt uses. */
export interface DebianSource {
  /** The release that is put into images, not necessarily the host's. */
  readonly suite: string;
  readonly mirror: string;
  readonly components: string;
  /** What apt is configured with; debootstrap knows it as `http_proxy` alone. */
  readonly proxy: string | null;
}

/**
 * The releases whose Postfix and Dovecot the images' configuration is written for (Dovecot 2.3: the syntax
 * changed with 2.4). Mirrors carry older releases beside the host's own.
 */
const imageSuites: Readonly<
  Record<string, { readonly suites: readonly string[]; readonly components: string }>
> = {
  debian: { suites: ["bookworm"], components: "main" },
  ubuntu: { suites: ["jammy", "noble"], components: "main,universe" },
};

/**
 * Reads the host's release and apt configuration.
 *
 * @throws SystemError when no archive of the host's distribution is configured over HTTP.
 */
export async function debianSource(): Promise<DebianSource> {
  const release = await osRelease();
  const known = imageSuites[release.id];
  if (!known) {
    throw new SystemError(`Images are built from Debian's or Ubuntu's packages; this is ${release.name}.`, {
      code: "LAB_HOST_UNFIT",
    });
  }
  const { stdout } = await runChild(
    "apt-get",
    [
      ...["indextargets", "--format", "$(ORIGIN)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)"],
      "Created-By: Packages",
    ],
    {},
  );
  const mirror = stdout
    .split("\n")
    .map((line) => line.split("|"))
    .find(
      ([origin, codename, component, uri]) =>
        origin?.toLowerCase() === release.id &&
        codename === release.codename &&
        component === "main" &&
        /^https?:/.test(uri ?? ""),
    )?.[3];
  if (!mirror) {
    throw new SystemError(`apt knows no HTTP archive of ${release.name} (${release.codename} main).`, {
      code: "LAB_NO_ARCHIVE",
      hint: "Run apt-get update; the archive's address is read from apt's own configuration.",
    });
  }
  const suite = known.suites.includes(release.codename) ? release.codename : known.suites.at(-1);
  const { stdout: proxy } = await runChild("apt-config", ["shell", "proxy", "Acquire::http::Proxy"], {});
  return {
    suite: suite ?? release.codename,
    mirror: mirror.replace(/\/$/, ""),
    components: known.components,
    proxy: /^proxy='(.+)'/.exec(proxy)?.[1] ?? null,
  };
}

export interface OsRelease {
  /** `debian`, `ubuntu`, …; empty where `/etc/os-release` is missing. */
  readonly id: string;
  readonly codename: string;
  /** `12`, `22.04`. */
  readonly version: string;
  readonly name: string;
}

/** What `/etc/os-release` says. */
export async function osRelease(file = "/etc/os-release"): Promise<OsRelease> {
  const text = await readFile(file, "utf8").catch(() => "");
  const field = (name: string): string => new RegExp(`^${name}="?([^"\n]*)"?$`, "m").exec(text)?.[1] ?? "";
  return {
    id: field("ID"),
    codename: field("VERSION_CODENAME"),
    version: field("VERSION_ID"),
    name: field("PRETTY_NAME") || "an unknown system",
  };
}
