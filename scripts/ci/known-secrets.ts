import { readFile } from "node:fs/promises";
import type { Environment } from "./forge.ts";

/** Names of variables that hold secrets, by the words that their owners give them. */
const secretName = /(?:TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIALS?|_KEY|KEY_ID)$/i;

/**
 * Values that must not be published: every variable whose name says that it is a secret, the passphrase's
 * file, the credentials that the connections name (`env:NAME`, `file:PATH`), and a password in the backend's
 * URL. A file that cannot be read holds nothing that this process could show.
 */
export async function knownSecrets(
  environment: Environment,
  credentials: readonly string[] = [],
): Promise<readonly string[]> {
  const named = Object.entries(environment).filter(([name]) => secretName.test(name));
  const references = credentials.map((reference) => /^(env|file):(.*)$/s.exec(reference));
  const variables = references.flatMap((found) => (found?.[1] === "env" ? [found[2] ?? ""] : []));
  const files = [
    environment.PULUMI_CONFIG_PASSPHRASE_FILE,
    ...references.flatMap((found) => (found?.[1] === "file" ? [found[2]] : [])),
  ];
  const contents = await Promise.all(
    files.map(async (file) => (file ? await readFile(file, "utf8").catch(() => "") : "")),
  );
  const values = [
    ...named.map(([, value]) => value),
    ...variables.map((name) => environment[name]),
    ...contents,
    passwordOf(environment.PULUMI_BACKEND_URL),
  ];
  return [...new Set(values.filter((value): value is string => typeof value === "string" && value !== ""))];
}

function passwordOf(url: string | undefined): string {
  if (!url || !URL.canParse(url)) return "";
  return decodeURIComponent(new URL(url).password);
}
