import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatDiagnostic, loadFleet, loadTenant } from "../../plan/index.ts";
import { catalogue } from "./tenant-yaml.ts";

const folder = mkdtempSync(join(tmpdir(), "bastide-hostile-"));
const tenants = join(folder, "tenants");

function file(name: string, content: string | Uint8Array): string {
  const path = join(tenants, name);
  writeFileSync(path, content);
  return path;
}

beforeAll(() => {
  mkdirSync(tenants);
  // Loads and compiles what every check needs: only the hostile file is measured.
  loadTenant("tenants/nerac.yaml", catalogue);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]", ..."bcdefghi"].map((letter, index) => {
  if (index === 0) return letter;
  const before = String.fromCharCode("a".charCodeAt(0) + index - 1);
  return `${letter}: &${letter} [${Array(9).fill(`*${before}`).join(", ")}]`;
});

describe("hostile files", () => {
  it.each<[what: string, content: () => string | Uint8Array, code: string, line: number, column: number]>([
    ["an alias bomb", () => bomb.join("\n"), "YAML_TOO_MANY_ALIASES", 3, 12],
    ["10 MB", () => "x".repeat(10_000_000), "FILE_TOO_LARGE", 1, 1],
    ["10 MB of lists", () => "- a\n".repeat(2_500_000), "FILE_TOO_LARGE", 1, 1],
    ["20,000 levels of brackets", () => `a: ${"[".repeat(20_000)}`, "YAML_TOO_DEEP", 1, 36],
    ["20,000 levels of braces", () => `${"{a: ".repeat(20_000)}`, "YAML_TOO_DEEP", 1, 129],
    ["20,000 levels of dashes", () => `${"- ".repeat(20_000)}x`, "YAML_TOO_DEEP", 1, 65],
    ["20,000 levels of question marks", () => `${"? ".repeat(20_000)}x`, "YAML_TOO_DEEP", 1, 65],
    [
      "700 levels of indentation",
      () => Array.from({ length: 700 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
      "YAML_TOO_DEEP",
      33,
      34,
    ],
    ["30,000 duplicate keys", () => "a: 1\n".repeat(30_000), "YAML_TOO_LONG", 10_001, 2],
    ["60,000 documents", () => "---\n".repeat(60_000), "YAML_TOO_LONG", 20_001, 4],
    ["80,000 empty lists", () => `a: [${"[],".repeat(80_000)}]`, "YAML_TOO_LONG", 1, 20_003],
    ["130,000 comments", () => "#\n".repeat(130_000), "YAML_TOO_LONG", 20_001, 2],
    ["250,000 empty lines", () => "\n".repeat(250_000), "YAML_TOO_LONG", 20_001, 1],
    ["a tag of 250 kB", () => `a: ${"!".repeat(250_000)}`, "YAML_TAG", 1, 4],
    ["a key of 250 kB", () => `${"a".repeat(250_000)}: x`, "YAML_SYNTAX", 1, 1],
    ["a constructor's tag", () => 'a: !!js/function "function(){}"', "YAML_TAG", 1, 4],
    ["a NUL", () => "collectivite:\n  nom: a\0b\n", "CHARACTER_FORBIDDEN", 2, 9],
    ["bad UTF-8", () => Uint8Array.of(0x61, 0x3a, 0x20, 0xe9, 0x0a), "UTF8_INVALID", 1, 4],
    ["an overlong encoding", () => Uint8Array.of(0x61, 0x3a, 0x20, 0xc0, 0xaf, 0x0a), "UTF8_INVALID", 1, 4],
    ["UTF-16", () => new Uint8Array(Buffer.from("\ufeffa: b\n", "utf16le")), "UTF8_INVALID", 1, 1],
  ])("refuses %s with a position, below 50 ms and 50 MB", (what, content, code, line, column) => {
    const path = file(`${what.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.yaml`, content());
    // Of the processor, and the best of three: other processes of the machine may take it in between.
    const runs = Array.from({ length: 3 }, () => {
      const memory = process.memoryUsage().rss;
      const start = process.threadCpuUsage();
      const { diagnostics } = loadTenant(path, catalogue);
      const { user, system } = process.threadCpuUsage(start);
      return { ms: (user + system) / 1000, bytes: process.memoryUsage().rss - memory, diagnostics };
    });
    expect(runs[0]?.diagnostics[0]).toMatchObject({ code, line, column, severity: "error" });
    expect(Math.min(...runs.map(({ ms }) => ms))).toBeLessThan(50);
    expect(Math.max(...runs.map(({ bytes }) => bytes))).toBeLessThan(50e6);
  });

  it("shows a position without printing what could act on a terminal", () => {
    const path = file("terminal.yaml", "collectivite:\n  nom: \u001b]0;owned\u0007\n");
    const [found] = loadTenant(path, catalogue).diagnostics;
    expect(found && formatDiagnostic({ ...found, file: "tenants/terminal.yaml" })).toBe(
      "tenants/terminal.yaml:2:8 expected readable text, got the invisible character \\u{1b}. Delete it; it may " +
        "have come with copy and paste. [CHARACTER_FORBIDDEN]\n" +
        "      nom: \\u{1b}]0;owned\\u{7}\n           ^",
    );
  });

  it("drops a byte order mark at the start", () => {
    expect(
      loadTenant(file("marked.yaml", "\ufeffcollectivite: { nom: 1 }\n"), catalogue).diagnostics,
    ).toContainEqual(expect.objectContaining({ code: "TEXT_NOT_QUOTED", line: 1, column: 22 }));
  });

  it("stops at a hundred problems", () => {
    const keys = Array.from({ length: 5_000 }, (_, index) => `k${index}: v`).join("\n");
    const { diagnostics } = loadTenant(file("many.yaml", keys), catalogue);
    expect(diagnostics).toHaveLength(101);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ code: "TOO_MANY_PROBLEMS", line: 1, column: 1 }),
    );
  });
});

describe("files that are none", () => {
  it("refuses a link out of the folder, without reading it", () => {
    writeFileSync(join(folder, "outside.yaml"), "collectivite: { nom: secret }\n");
    symlinkSync("../outside.yaml", join(tenants, "link.yaml"));
    expect(loadTenant(join(tenants, "link.yaml"), catalogue).diagnostics).toMatchObject([
      { code: "FILE_NOT_REGULAR", line: 1, column: 1, sourceLine: "" },
    ]);
  });

  it("refuses a device and a pipe without waiting for them", () => {
    symlinkSync("/dev/zero", join(tenants, "zero.yaml"));
    execFileSync("mkfifo", [join(tenants, "pipe.yaml")]);
    mkdirSync(join(tenants, "sub.yaml"));
    for (const name of ["zero.yaml", "pipe.yaml", "sub.yaml"]) {
      expect(loadTenant(join(tenants, name), catalogue).diagnostics).toMatchObject([
        { code: "FILE_NOT_REGULAR" },
      ]);
    }
  });

  it("says that a file is not there", () => {
    expect(loadTenant(join(tenants, "absent.yaml"), catalogue).diagnostics).toMatchObject([
      { code: "FILE_UNREADABLE", message: "expected a file that can be read, got ENOENT" },
    ]);
  });
});

describe("file names", () => {
  const named = join(folder, "named");

  it.each([
    ["-flag.yaml", "SLUG_INVALID"],
    ["Nerac.yaml", "SLUG_INVALID"],
    ["né.yaml", "SLUG_INVALID"],
    ["a b.yaml", "SLUG_INVALID"],
    ["$(id).yaml", "SLUG_INVALID"],
    ["a;b.yaml", "SLUG_INVALID"],
    ["a..b.yaml", "SLUG_INVALID"],
    ["nerac-.yaml", "SLUG_INVALID"],
    [`${"a".repeat(41)}.yaml`, "SLUG_INVALID"],
    ["a\nb.yaml", "SLUG_INVALID"],
    ["platform.yaml", "SLUG_RESERVED"],
    ["www.yaml", "SLUG_RESERVED"],
    ["mail.yaml", "SLUG_RESERVED"],
    ["mx1.yaml", "SLUG_RESERVED"],
    ["mx2.yaml", "SLUG_RESERVED"],
    ["smtp.yaml", "SLUG_RESERVED"],
    ["nerac.yml", "FILE_EXTENSION"],
    ["nerac.YAML", "SLUG_INVALID"],
  ])("refuses %j", (name, code) => {
    rmSync(named, { recursive: true, force: true });
    mkdirSync(named);
    writeFileSync(join(named, name), "");
    expect(loadFleet(named, catalogue).diagnostics).toContainEqual(
      expect.objectContaining({ code, line: 1, column: 1 }),
    );
  });

  it("leaves out what starts with _ or . and what is no YAML", () => {
    rmSync(named, { recursive: true, force: true });
    mkdirSync(named);
    for (const name of ["_template.yaml", ".hidden.yaml", "tenant.schema.json", "README.md"])
      writeFileSync(join(named, name), "x");
    expect(loadFleet(named, catalogue)).toEqual({ plans: new Map(), diagnostics: [] });
  });
});
