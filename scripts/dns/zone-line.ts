/** One record, as every report of ours gives it. */
export interface ZoneRecord {
  /** Without a final dot. */
  readonly name: string;
  readonly type: string;
  /** As in a zone file, but texts are whole and without quotes. */
  readonly value: string;
}

/** The line of a zone file (RFC 1035 section 5): absolute names, texts cut into strings of 255 bytes. */
export function zoneLine({ name, type, value }: ZoneRecord): string {
  return `${name}. IN ${type} ${type === "TXT" ? quotedStrings(value) : value}`;
}

const stringBytes = 255;

function quotedStrings(text: string): string {
  const bytes = Buffer.from(text);
  const strings: string[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += stringBytes) {
    strings.push(`"${escaped(bytes.subarray(at, at + stringBytes))}"`);
  }
  return strings.join(" ");
}

/** Bytes that are not printable ASCII are written as `\DDD`. */
function escaped(bytes: Buffer): string {
  return Array.from(bytes, (byte) => {
    if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
    if (byte < 0x20 || byte > 0x7e) return `\\${String(byte).padStart(3, "0")}`;
    return String.fromCharCode(byte);
  }).join("");
}
