import { execa } from "execa";

/**
 * Why the lab cannot run on this machine, in a few words, or `null` when it can. Looks only; takes well
 * under ten seconds.
 *
 * The lab needs Linux, root (as itself or by `sudo` without a question) and network namespaces.
 */
export async function labObstacle(platform: string = process.platform): Promise<string | null> {
  if (platform !== "linux") return `it needs Linux, this is ${platform}`;
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "--non-interactive"];
  if (asRoot.length > 0 && !(await succeeds([...asRoot, "true"])))
    return "it needs root, or sudo that does not ask for a password";
  if (!(await succeeds([...asRoot, "unshare", "--net", "true"])))
    return "it needs network namespaces (`unshare --net` fails)";
  return null;
}

async function succeeds([file = "", ...args]: readonly string[]): Promise<boolean> {
  const { failed } = await execa(file, args, { stdio: "ignore", reject: false, timeout: 3000 });
  return !failed;
}
