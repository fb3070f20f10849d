import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBytes, parseBytes, parseDays } from "../../plan/index.ts";

describe("parseBytes", () => {
  it.each([
    ["1 Go", 1_000_000_000],
    ["1 GB", 1_000_000_000],
    ["1Go", 1_000_000_000],
    ["10\u00a0Go", 10_000_000_000],
    ["10\u202fGo", 10_000_000_000],
    ["1,5 Go", 1_500_000_000],
    ["1.5 Go", 1_500_000_000],
    ["500 Mo", 500_000_000],
    ["2 To", 2_000_000_000_000],
    ["1 Gio", 1_073_741_824],
    ["1 GiB", 1_073_741_824],
    ["512 Mio", 536_870_912],
    ["1 Tio", 1_099_511_627_776],
  ])("reads %s as %i bytes", (text, bytes) => {
    expect(parseBytes(text)).toEqual({ ok: true, value: bytes });
  });

  it.each([
    [
      "0 Go",
      'expected a size above 0, got "0 Go"',
      "0 does not mean unlimited: leave the key out for the default.",
    ],
    ["5", 'expected a size such as 5 Go, got "5"', "Add the unit: Mo, Go or To."],
    ["-5 Go", 'expected a size such as 5 Go, got "-5 Go"', "A size is not negative."],
    ["2000 To", 'expected at most 1000 To, got "2000 To"', "Check the unit."],
  ])("fails on %s and says why", (text, message, hint) => {
    expect(parseBytes(text)).toEqual({ ok: false, problem: { code: "SIZE_INVALID", message, hint } });
  });

  it.each([
    "",
    "Go",
    "5 go",
    "5 G",
    "5  Go",
    "1 000 Go",
    "1.000,5 Go",
    "1e3 Go",
    "0x10 Go",
    "5 Go ",
    "illimité",
    "1,2345 Go",
  ])("refuses %j rather than misreading it", (text) => {
    expect(parseBytes(text).ok).toBe(false);
  });
});

describe("formatBytes", () => {
  it.each([
    [10_000_000_000, "10 Go"],
    [1_500_000_000, "1,5 Go"],
    [500_000_000, "500 Mo"],
    [1_073_741_824, "1 Gio"],
    [2_000_000_000_000, "2 To"],
    [60_500_000_000, "60,5 Go"],
    [1_234_567_891, "1,235 Go"],
    [1_234_567, "1,235 Mo"],
    [12_477, "12,477 ko"],
    [52, "52 o"],
    [0, "0 o"],
  ])("writes %i bytes as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it("is the inverse of parseBytes for every size that people write", () => {
    const decimal = fc
      .tuple(fc.integer({ min: 1, max: 999_999 }), fc.constantFrom("Go", "To"))
      .map(([thousandths, unit]) => `${String(thousandths / 1000).replace(".", ",")} ${unit}`);
    const whole = fc
      .tuple(fc.integer({ min: 1, max: 900 }), fc.constantFrom("Mo", "Go", "To", "Mio", "Gio", "Tio"))
      .map(([amount, unit]) => `${amount} ${unit}`);
    fc.assert(
      fc.property(fc.oneof(decimal, whole), (text) => {
        const parsed = parseBytes(text);
        expect(parsed.ok && parseBytes(formatBytes(parsed.value))).toEqual(parsed);
      }),
    );
  });
});

describe("parseDays", () => {
  it.each([
    ["30 jours", 30],
    ["1 jour", 1],
    ["6 semaines", 42],
    ["12 mois", 360],
    ["1 an", 365],
    ["10 ans", 3650],
  ])("reads %s as %i days", (text, days) => {
    expect(parseDays(text)).toEqual({ ok: true, value: days });
  });

  it.each(["30", "30j", "0 jours", "-1 jours", "11 ans", "trente jours", ""])("refuses %j", (text) => {
    expect(parseDays(text)).toMatchObject({ ok: false, problem: { code: "DURATION_INVALID" } });
  });
});
