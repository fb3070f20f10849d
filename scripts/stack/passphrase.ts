import { createDecipheriv, pbkdf2 } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { fail } from "../cli/index.ts";
import type { Session } from "./session.ts";

/** Source: `sdk/go/common/resource/config/crypt.go` and `pkg/secrets/passphrase/manager.go` of the engine. */
const iterations = 1_000_000;
const keyBytes = 32;
const tagBytes = 16;
const knownText = "pulumi";

/**
 * Checks the passphrase against a stack's salt, which holds a known text encrypted with it, so that a wrong
 * one is refused before the engine is asked anything. Takes 0.15 s of another thread.
 *
 * @throws UserError when it is missing or wrong.
 */
export async function checkPassphrase(session: Session, slug: string, salt: string | null): Promise<void> {
  if (salt === null) return;
  const passphrase = await readPassphrase(session);
  if (await opens(passphrase, salt)) return;
  fail(`The passphrase is not the one that ${slug} was made with.`, {
    code: "PASSPHRASE_WRONG",
    hint: `It comes from ${sourceOf(session)}. Nothing was changed.`,
  });
}

/** The passphrase, as the engine would read it. */
async function readPassphrase(session: Session): Promise<string> {
  const given = session.env.PULUMI_CONFIG_PASSPHRASE;
  if (given !== undefined) return given;
  const file = session.env.PULUMI_CONFIG_PASSPHRASE_FILE;
  if (!file)
    fail("No passphrase is set.", {
      code: "PASSPHRASE_MISSING",
      hint: "Set PULUMI_CONFIG_PASSPHRASE_FILE to the file that holds it.",
    });
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (cause) {
    fail(`The passphrase's file ${file} cannot be read.`, {
      code: "PASSPHRASE_MISSING",
      hint:
        session.environment.kind === "lab" ? "npx bastide lab up" : "Look at PULUMI_CONFIG_PASSPHRASE_FILE.",
      cause,
    });
  }
}

/** `v1:SALT:v1:NONCE:CIPHERTEXT`, each in base64. */
async function opens(passphrase: string, state: string): Promise<boolean> {
  const known = /^v1:[^:]+:(v1:.+)$/.exec(state)?.[1];
  if (known === undefined) return false;
  return (await decryptWith(passphrase, state, [known]).catch(() => null))?.[0] === knownText;
}

/**
 * Texts `v1:NONCE:CIPHERTEXT` of a state, in clear.
 *
 * @param salt the state's own, `v1:SALT:…`
 * @throws Error when the passphrase is another one.
 */
export async function decryptWith(
  passphrase: string,
  salt: string,
  texts: readonly string[],
): Promise<readonly string[]> {
  const bytes = Buffer.from(salt.split(":")[1] ?? "", "base64");
  const key = await promisify(pbkdf2)(passphrase, bytes, iterations, keyBytes, "sha256");
  return texts.map((text) => {
    const [version, nonce = "", encrypted = ""] = text.split(":");
    if (version !== "v1") throw new Error("no text of the engine's");
    const content = Buffer.from(encrypted, "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(content.subarray(-tagBytes));
    return Buffer.concat([decipher.update(content.subarray(0, -tagBytes)), decipher.final()]).toString();
  });
}

function sourceOf({ env }: Session): string {
  return env.PULUMI_CONFIG_PASSPHRASE === undefined
    ? String(env.PULUMI_CONFIG_PASSPHRASE_FILE)
    : "PULUMI_CONFIG_PASSPHRASE";
}
