import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Tokens } from "../../../../scripts/lab/zimbra/tokens.ts";

describe("auth tokens", () => {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), "zimbra-tokens-")));
  const [mine = "", other = ""] = folders;
  const tokens = new Tokens(mine);
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });
  const content = {
    accountId: "a-1",
    expires: 1_790_000_000_000,
    admin: true,
    delegatedBy: "b-2",
    csrf: true,
    validity: 3,
  };

  it("say again what they were made of, also after a restart", () => {
    const text = tokens.encode(content);
    expect(text).toMatch(/^0_[0-9a-f]{64}_[0-9a-f]+$/);
    expect(new Tokens(mine).decode(text)).toEqual({ ...content, serial: expect.any(Number) });
  });

  it("are different each time", () => {
    expect(tokens.encode(content)).not.toBe(tokens.encode(content));
  });

  it("are nobody's when changed anywhere, cut, or made with another key", () => {
    const text = tokens.encode(content);
    const changed = [...text].map((c, i) => text.slice(0, i) + (c === "0" ? "1" : "0") + text.slice(i + 1));
    const forged = [
      ...changed,
      text.slice(0, -2),
      `${text}00`,
      "",
      "garbage",
      "0_deadbeef_cafe",
      new Tokens(other).encode(content),
    ];
    expect(forged.filter((token) => tokens.decode(token) !== null)).toEqual([]);
  });

  it("are signed with a key that only its owner can read, which also seals secrets", () => {
    expect(statSync(join(mine, "token-key.json")).mode & 0o077).toBe(0);
    const sealed = tokens.seal("p&w é");
    expect(sealed).not.toContain("p&w");
    expect(new Tokens(mine).unseal(sealed)).toBe("p&w é");
    expect(() => new Tokens(other).unseal(sealed)).toThrow();
  });
});
