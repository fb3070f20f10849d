import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import type { LabPaths } from "../../scripts/lab/paths.ts";
import { decryptWith } from "../../scripts/stack/passphrase.ts";
import { processesWith } from "./processes.ts";

interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** Everything that a person or another process could read while commands ran, searched for secrets at the end. */
export class Traces {
  readonly #seen: { readonly where: string; readonly text: string }[] = [];

  add(where: string, text: string): void {
    this.#seen.push({ where, text });
  }

  /** Keeps what a command prints, and the argument lists meanwhile of all processes with this variable (`NAME=value`), or of all. */
  async watch<Result extends Printed>(
    name: string,
    mark: string | null,
    run: PromiseLike<Result>,
  ): Promise<Result> {
    const commandLines = new Set<string>();
    let running = true;
    const watching = (async () => {
      while (running) {
        for (const { command } of await processesWith(mark)) commandLines.add(command);
        await sleep(20);
      }
    })();
    const result = await run;
    running = false;
    await watching;
    this.add(name, result.stdout + result.stderr);
    this.add(`arguments of processes during ${name}`, [...commandLines].join("\n"));
    return result;
  }

  /** Every file below a folder, unpacked, except those that are a secret's own place. */
  async addFiles(folder: string, except: readonly string[] = []): Promise<void> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || except.includes(path)) continue;
      const bytes = await readFile(path).catch(() => Buffer.alloc(0));
      this.add(path, (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1"));
    }
  }

  /** Whether anything was kept from such a place. */
  has(where: string): boolean {
    return this.#seen.some((one) => one.where.includes(where));
  }

  /** `NAME in PLACE` for each secret that stands in clear, in whichever form. */
  hits(secrets: Readonly<Record<string, string>>): readonly string[] {
    return Object.entries(secrets).flatMap(([name, secret]) => {
      const forms = formsOf(secret);
      return this.#seen
        .filter(({ text }) => forms.some((form) => text.includes(form)))
        .map(({ where }) => `${name} in ${where}`);
    });
  }
}

function formsOf(secret: string): readonly string[] {
  const utf8 = Buffer.from(secret).toString("latin1");
  const base64 = Buffer.from(secret).toString("base64").replace(/=+$/, "");
  const xml = utf8.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return [secret, utf8, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64, xml];
}

/** Contents of the files that hold the administrators' passwords and keys, by name; of a private key one line. */
export async function credentialsOf({
  secretsDir,
  passphraseFile,
}: LabPaths): Promise<Record<string, string>> {
  const names = (await readdir(secretsDir)).filter((name) => !/\.(?:pub|pem)$/.test(name));
  const contents = names.map(async (name) => {
    const lines = (await readFile(join(secretsDir, name), "utf8")).split("\n");
    return [name, lines.find((line) => line !== "" && !line.startsWith("-----")) ?? ""] as const;
  });
  const passphrase = (await readFile(passphraseFile, "utf8")).trim();
  return { ...Object.fromEntries(await Promise.all(contents)), passphrase };
}

const stateFile = z.object({
  checkpoint: z.object({
    latest: z.looseObject({ secrets_providers: z.object({ state: z.object({ salt: z.string() }) }) }),
  }),
});
/** What the engine writes in place of a secret (`sdk/go/common/resource`, signatures). */
const encrypted = z.looseObject({
  "4dabf18193072939515e22adb298388d": z.literal("1b47061264138c4ac30d75fd1eb44270"),
  ciphertext: z.string(),
});
/** Shorter texts, such as a path, stand elsewhere as well. */
const shortest = 8;

/** Texts of all secrets in a stack's state, by `SLUG:NUMBER`: what was generated, hashes and keys among them. */
export async function secretsInState(
  { passphraseFile, stateDir }: LabPaths,
  slug: string,
): Promise<Readonly<Record<string, string>>> {
  const state = JSON.parse(await readFile(join(stateDir, `.pulumi/stacks/bastide/${slug}.json`), "utf8"));
  const { salt } = stateFile.parse(state).checkpoint.latest.secrets_providers.state;
  const ciphertexts = new Set<string>();
  JSON.stringify(state, (_key, value) => {
    const found = encrypted.safeParse(value);
    if (found.success) ciphertexts.add(found.data.ciphertext);
    return value;
  });
  const passphrase = (await readFile(passphraseFile, "utf8")).trim();
  const texts = (await decryptWith(passphrase, salt, [...ciphertexts])).flatMap((text) =>
    leavesOf(JSON.parse(text)),
  );
  const distinct = [...new Set(texts)].filter((text) => text.length >= shortest);
  return Object.fromEntries(distinct.map((text, index) => [`${slug}:${index}`, text]));
}

function leavesOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}
