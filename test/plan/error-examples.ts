import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatDiagnostic } from "../../plan/index.ts";
import { check } from "../../scripts/commands/check.ts";

/** One section of `docs/errors.md`. */
export interface ErrorSection {
  readonly code: string;
  /** Fenced blocks: the words after the backticks, and the text. */
  readonly fences: readonly { readonly info: string; readonly text: string }[];
}

/** The file that the page's examples differ from, and the sections. */
export function readErrorPage(markdown: string): { base: string; sections: ErrorSection[] } {
  const [head = "", ...parts] = markdown.split(/^### /m);
  const sections = parts.map((part) => ({
    code: part.slice(0, part.indexOf("\n")).trim(),
    fences: fencesOf(part),
  }));
  return { base: fencesOf(head)[0]?.text ?? "", sections };
}

function fencesOf(markdown: string): { info: string; text: string }[] {
  return [...markdown.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, info = "", text = ""]) => ({
    info,
    text,
  }));
}

/** Builds what an example describes in `folder` and returns what `bastide check` prints about it. */
export function runExample(
  section: ErrorSection,
  base: string,
  folder: string,
): { codes: string[]; printed: string } {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "tenants"), { recursive: true });
  cpSync("catalogue", join(folder, "catalogue"), { recursive: true });
  writeFileSync(join(folder, "tenants/nerac.yaml"), base);
  let slugs: string[] = [];
  for (const { info, text } of section.fences) {
    const [language = "", ...words] = info.split(" ");
    const asked = /^npx bastide check (.+)$/m.exec(text)?.[1];
    if (asked !== undefined) slugs = asked.split(" ");
    else if (language === "sh") execFileSync("sh", ["-ec", text], { cwd: folder });
    else if (language === "yaml") writeExample(folder, words, text, base);
  }
  const { diagnostics } = check(slugs, {
    tenants: join(folder, "tenants"),
    catalogue: join(folder, "catalogue"),
    today: "2026-11-27",
  });
  const printed = diagnostics.map(formatDiagnostic).join("\n").replaceAll(`${folder}/`, "");
  return { codes: [...new Set(diagnostics.map(({ code }) => code))], printed };
}

function writeExample(folder: string, words: readonly string[], text: string, base: string): void {
  const name = words.find((word) => word.includes(".")) ?? "tenants/nerac.yaml";
  const ground = name.startsWith("catalogue/") ? readFileSync(name, "utf8") : base;
  const escaped = words.includes("bytes");
  const whole = escaped || words.includes("whole");
  writeFileSync(join(folder, name), bytesOf(whole ? text : merge(ground, text), escaped));
}

/** Replaces the second-level keys of `base` by those of `fragment`, which may bring new ones. */
function merge(base: string, fragment: string): string {
  const merged = blocks(base, /^(?=\S)/m).map((block) => ({
    key: keyOf(block),
    entries: blocks(block, /^(?= {2}\S)/m),
  }));
  for (const block of blocks(fragment, /^(?=\S)/m)) {
    const target = merged.find(({ key }) => key === keyOf(block));
    if (target === undefined || blocks(block, /^(?= {2}\S)/m).length === 1) {
      if (target === undefined) merged.push({ key: keyOf(block), entries: [block] });
      else target.entries = [block];
      continue;
    }
    for (const entry of blocks(block, /^(?= {2}\S)/m).slice(1)) {
      const at = target.entries.findIndex((other, index) => index > 0 && keyOf(other) === keyOf(entry));
      if (at === -1) target.entries.push(entry);
      else target.entries[at] = entry;
    }
  }
  return merged.flatMap(({ entries }) => entries).join("");
}

function blocks(text: string, start: RegExp): string[] {
  return text.split(start).filter((block) => block !== "");
}

function keyOf(block: string): string {
  return block.trimStart().split(":", 1)[0] ?? "";
}

/** `\xE9` is one byte: the page itself is readable UTF-8. */
function bytesOf(text: string, escaped: boolean): Buffer {
  if (!escaped) return Buffer.from(text);
  const parts = text.split(/(\\x[0-9A-F]{2})/);
  return Buffer.concat(
    parts.map((part) => (part.startsWith("\\x") ? Buffer.from(part.slice(2), "hex") : Buffer.from(part))),
  );
}
