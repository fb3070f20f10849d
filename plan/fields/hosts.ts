import type { Problem } from "../diagnostics.ts";
import { quoted } from "../diagnostics.ts";

/** Relays are published as `<name>.<the CDG's domain>`; no collectivité can be called so. */
export const RELAY_NAME_PATTERN = "^mx[1-9]$";

const RELAY_NAME = new RegExp(RELAY_NAME_PATTERN);

/** Null when `value` names a relay host. */
export function relayNameProblem(value: string): Problem | null {
  if (RELAY_NAME.test(value)) return null;
  const message = `expected the name of a relay, mx1 to mx9, got ${quoted(value)}`;
  return { code: "NAME_INVALID", message, hint: "Its MX record is that name below the CDG's domain." };
}

const LOGIN = /^[a-z_][a-z0-9_-]{0,31}$/;

/** Null when `value` can be a user of a host (useradd's own rule). */
export function loginProblem(value: string): Problem | null {
  if (LOGIN.test(value)) return null;
  const message = `expected the name of a user on the host, got ${quoted(value)}`;
  return { code: "NAME_INVALID", message, hint: "For example bastide." };
}

const HOST_KEY = /^(ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521)|ssh-rsa) ([A-Za-z0-9+/]+={0,2})(?: .*)?$/;

/** Type and key, without the comment that may follow; `null` when `value` is no public host key. */
export function parseHostKey(value: string): string | null {
  const [, type = "", base64 = ""] = HOST_KEY.exec(value.trim()) ?? [];
  const bytes = Buffer.from(base64, "base64");
  // The key itself begins with its type, as a string with its length (RFC 4253, section 6.6).
  const length = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  const named = bytes.subarray(4, 4 + length).toString("latin1");
  return type !== "" && named === type ? `${type} ${base64}` : null;
}

/** Null when `value` is the public key of a host, as `/etc/ssh/ssh_host_*_key.pub` has it. */
export function hostKeyProblem(value: string): Problem | null {
  if (parseHostKey(value) !== null) return null;
  const shown = /PRIVATE KEY/.test(value) ? "a private key" : quoted(value);
  return {
    code: "HOST_KEY_INVALID",
    message: `expected the public key of a host such as ssh-ed25519 AAAA…, got ${shown}`,
    hint: "Copy it from /etc/ssh/ssh_host_ed25519_key.pub on the host itself.",
  };
}
