/** Tags of a DKIM key or a DMARC policy (RFC 6376 section 3.2), names in lower case. */
export interface Tags {
  readonly values: ReadonlyMap<string, string>;
  /** Parts that are no `name=value`, and names that come twice. */
  readonly broken: readonly string[];
}

/** Reads `name=value; name=value`; never throws. */
export function parseTags(text: string): Tags {
  const values = new Map<string, string>();
  const broken: string[] = [];
  for (const part of text.split(";").map((it) => it.trim())) {
    if (part === "") continue;
    const [, name = "", value = ""] = /^([A-Za-z][A-Za-z0-9_]*)\s*=\s*(.*)$/s.exec(part) ?? [];
    if (name === "" || values.has(name.toLowerCase())) broken.push(part);
    else values.set(name.toLowerCase(), value.trim());
  }
  return { values, broken };
}
