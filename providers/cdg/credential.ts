/** Where an administrator's password comes from: named in clear, resolved by the plugin, kept in memory. */
import { readFile } from "node:fs/promises";

/** `env:NAME` or `file:PATH`. */
export const CREDENTIAL_REFERENCE = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/;

/**
 * The secret behind a reference. A file's last line end is not part of the secret.
 * @throws Error that names the reference and never its content.
 */
export async function resolveCredential(
  reference: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  const name = reference.slice(reference.indexOf(":") + 1);
  if (reference.startsWith("env:")) return nonEmpty(environment[name] ?? "", reference);
  if (!reference.startsWith("file:")) {
    throw new Error("A credential is a reference, env:NAME or file:PATH; a password in clear is refused.");
  }
  return nonEmpty((await read(name, reference)).replace(/\r?\n$/, ""), reference);
}

async function read(path: string, reference: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new Error(`Credential ${reference}: the file cannot be read (${reason}).`);
  }
}

function nonEmpty(secret: string, reference: string): string {
  if (secret !== "") return secret;
  throw new Error(`Credential ${reference} is empty or not set.`);
}
