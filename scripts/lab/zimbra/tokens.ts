import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** What an auth token says. */
export interface Token {
  readonly accountId: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly admin: boolean;
  /** Id of the administrator who acts for the account (`DelegateAuth`), or null. */
  readonly delegatedBy: string | null;
  /** Whether a CSRF token goes with it. */
  readonly csrf: boolean;
  /** The account's counter when the token was made; a later password change raises it and ends the token. */
  readonly validity: number;
  readonly serial: number;
}

/**
 * Makes and checks tokens of Zimbra's shape, `0_<hmac>_<hex of fields>`. The key lies in the data folder, so tokens
 * survive a restart; nothing but the key can make one.
 */
export class Tokens {
  readonly #key: Buffer;
  #serial = Math.floor(Math.random() * 0x3fffffff);

  constructor(dataDir: string) {
    this.#key = loadKey(dataDir);
  }

  encode(token: Omit<Token, "serial">): string {
    this.#serial++;
    const fields: [string, string][] = [
      ["id", token.accountId],
      ["exp", String(token.expires)],
      ...(token.admin ? ([["admin", "1"]] as [string, string][]) : []),
      ...(token.delegatedBy ? ([["aid", token.delegatedBy]] as [string, string][]) : []),
      ["type", "zimbra"],
      ["tid", String(this.#serial)],
      ["vv", String(token.validity)],
      ...(token.csrf ? ([["csrf", "1"]] as [string, string][]) : []),
    ];
    const plain = fields.map(([name, value]) => `${name}=${value.length}:${value};`).join("");
    const data = Buffer.from(plain).toString("hex");
    return `0_${this.#mac(data)}_${data}`;
  }

  /** The token's content, expired or not; null for what this key did not make. */
  decode(text: string): Token | null {
    const [version, mac, data] = text.split("_");
    if (version !== "0" || !mac || !data || !/^([0-9a-f]{2})+$/.test(data)) return null;
    const expected = this.#mac(data);
    if (mac.length !== expected.length || !timingSafeEqual(Buffer.from(mac), Buffer.from(expected)))
      return null;
    const fields = new Map<string, string>();
    let rest = Buffer.from(data, "hex").toString();
    for (let field = nextField(rest); field !== null; field = nextField(rest)) {
      fields.set(field.name, field.value);
      rest = field.rest;
    }
    return {
      accountId: fields.get("id") ?? "",
      expires: Number(fields.get("exp")),
      admin: fields.get("admin") === "1",
      delegatedBy: fields.get("aid") ?? null,
      csrf: fields.get("csrf") === "1",
      validity: Number(fields.get("vv")),
      serial: Number(fields.get("tid")),
    };
  }

  /** The CSRF token that goes with an auth token. */
  csrfFor(token: string): string {
    return `0_${this.#mac(`csrf:${token}`).slice(0, 40)}`;
  }

  /** Encrypts a secret that must be readable again (a data source's password). */
  seal(secret: string): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv);
    const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
  }

  /** @throws Error when it was not sealed with this key. */
  unseal(text: string): string {
    const bytes = Buffer.from(text, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
  }

  #mac(data: string): string {
    return createHmac("sha256", this.#key).update(data).digest("hex");
  }
}

const keyFile = z.object({ key: z.string().regex(/^[0-9a-f]{64}$/) });

function loadKey(dataDir: string): Buffer {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, "token-key.json");
  if (existsSync(file)) return Buffer.from(keyFile.parse(JSON.parse(readFileSync(file, "utf8"))).key, "hex");
  const key = randomBytes(32);
  writeFileSync(file, JSON.stringify({ key: key.toString("hex") }), { mode: 0o600, flush: true });
  return key;
}

function nextField(text: string): { name: string; value: string; rest: string } | null {
  const head = /^([a-z]+)=(\d+):/.exec(text);
  if (!head?.[1]) return null;
  const start = head[0].length;
  const end = start + Number(head[2]);
  return { name: head[1], value: text.slice(start, end), rest: text.slice(end + 1) };
}
