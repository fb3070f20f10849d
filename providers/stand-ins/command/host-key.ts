/** The key that a host must show, as a line of known_hosts or authorized_keys gives it: `TYPE BASE64 [comment]`. */
import type { ServerHostKeyAlgorithm } from "ssh2";

export interface HostKey {
  /** What the host is asked to prove itself with. */
  readonly algorithms: ServerHostKeyAlgorithm[];
  matches(shown: Buffer): boolean;
}

const algorithmsOf: Readonly<Record<string, ServerHostKeyAlgorithm[]>> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};

/** @throws Error for a text that is no such line. */
export function parseHostKey(line: string): HostKey {
  const [type = "", base64 = ""] = line.trim().split(/\s+/);
  const algorithms = algorithmsOf[type];
  const expected = Buffer.from(base64, "base64");
  if (algorithms === undefined || expected.length === 0) {
    throw new Error("connection.hostKey: expected `ssh-ed25519 AAAA…`, as in /etc/ssh/ssh_host_*_key.pub");
  }
  return { algorithms, matches: (shown) => expected.equals(shown) };
}
