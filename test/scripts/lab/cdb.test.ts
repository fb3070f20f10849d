import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constantDatabase } from "../../../scripts/lab/cdb.ts";

/** Looks a key up as cdb's own reader does: one table of the header, then its slots until a free one. */
function lookUp(file: Buffer, key: string): string | null {
  const bytes = Buffer.from(key);
  let hash = 5381n;
  for (const byte of bytes) hash = (((hash << 5n) + hash) & 0xffff_ffffn) ^ BigInt(byte);
  const table = Number(hash & 255n) * 8;
  const [start, length] = [file.readUInt32LE(table), file.readUInt32LE(table + 4)];
  for (let step = 0; step < length; step++) {
    const slot = start + ((Number(hash >> 8n) + step) % length) * 8;
    const position = file.readUInt32LE(slot + 4);
    if (position === 0) return null;
    if (file.readUInt32LE(slot) !== Number(hash)) continue;
    const [keyLength, valueLength] = [file.readUInt32LE(position), file.readUInt32LE(position + 4)];
    const found = file.subarray(position + 8, position + 8 + keyLength);
    if (found.equals(bytes)) {
      const from = position + 8 + keyLength;
      return file.subarray(from, from + valueLength).toString();
    }
  }
  return null;
}

describe("constantDatabase", () => {
  it("holds every entry and nothing else", () => {
    const entries = fc.dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }));
    fc.assert(
      fc.property(entries, fc.string(), (dictionary, stranger) => {
        const file = constantDatabase(Object.entries(dictionary));
        for (const [key, value] of Object.entries(dictionary)) expect(lookUp(file, key)).toBe(value);
        if (!Object.hasOwn(dictionary, stranger)) expect(lookUp(file, stranger)).toBeNull();
      }),
    );
  });

  it("is 2048 bytes when empty, as the format says", () => {
    expect(constantDatabase([])).toHaveLength(2048);
  });
});
