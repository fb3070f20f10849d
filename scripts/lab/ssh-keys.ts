import { access, mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { runChild } from "../cli/index.ts";

/** Makes an Ed25519 key pair at `file` and `file.pub` unless it is there; without a passphrase, mode 0600. */
export async function ensureKey(file: string): Promise<void> {
  const there = await access(`${file}.pub`).then(
    () => true,
    () => false,
  );
  if (there) return;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await runChild("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "bastide-lab", "-f", file], {
    input: "y\n",
  });
}

/** Public half of a key, without its comment. */
export async function publicKey(file: string): Promise<string> {
  return (await readFile(`${file}.pub`, "utf8")).split(" ").slice(0, 2).join(" ").trim();
}
