import { createPublicKey, type KeyObject } from "node:crypto";
import { parseTags } from "./tags.ts";
import { judged, missing, type Verdict } from "./verdict.ts";

/** Shorter keys are refused by receivers (RFC 8301 section 3.2), in bits. */
const shortestKey = 1024;
const recommendedKey = 2048;

/**
 * A usable public key (RFC 6376 section 3.6.1), and the expected one where the tenant's file holds it. Otherwise
 * only the server knows whether it is its own.
 */
export function judgeDkim(values: readonly string[], expected = ""): Verdict {
  const found = values.filter((value) => parseTags(value).values.has("p") || /^v\s*=\s*DKIM1/.test(value));
  const [text] = found;
  if (text === undefined) return missing(...values.map((value) => `« ${value} » n’est pas une clé DKIM`));
  if (found.length > 1)
    return judged([`${found.length} clés sous un même sélecteur : laquelle vaut n’est pas dit`]);
  const { values: tags, broken } = parseTags(text);
  const problems = broken.map((part) => `« ${part} » est illisible ou en double`);
  const version = tags.get("v");
  if (version !== undefined && version !== "DKIM1") problems.push(`v=${version} : attendu v=DKIM1`);
  const notes = (tags.get("t") ?? "").split(":").includes("y")
    ? ["t=y : la clé est à l’essai, les destinataires n’en tiennent pas compte"]
    : [];
  const published = (tags.get("p") ?? "").replaceAll(/\s/g, "");
  const wanted = parseTags(expected).values.get("p") ?? published;
  if (wanted !== published && published !== "")
    problems.push("ce n’est pas la clé de la fiche (messagerie.dkim)");
  const key = judgeKey(tags.get("k") ?? "rsa", published);
  return judged([...problems, ...key.problems], [...notes, ...key.notes]);
}

function judgeKey(kind: string, base64: string): Pick<Verdict, "problems" | "notes"> {
  if (base64 === "") return { problems: ["la clé est vide, donc révoquée"], notes: [] };
  if (kind === "ed25519") {
    const whole = Buffer.from(base64, "base64").length === 32;
    return { problems: whole ? [] : ["la clé ed25519 n’a pas 32 octets"], notes: [] };
  }
  if (kind !== "rsa") return { problems: [`k=${kind} : attendu rsa ou ed25519`], notes: [] };
  const bits = rsaKey(base64)?.asymmetricKeyDetails?.modulusLength;
  if (bits === undefined) return { problems: ["la clé est coupée ou altérée"], notes: [] };
  if (bits < shortestKey) return { problems: [`clé de ${bits} bits : trop courte`], notes: [] };
  const notes = bits < recommendedKey ? [`clé de ${bits} bits : ${recommendedKey} conseillés`] : [];
  return { problems: [], notes };
}

/** Both forms that are in use: SubjectPublicKeyInfo, and RSAPublicKey as the RFC's grammar has it. */
function rsaKey(base64: string): KeyObject | null {
  if (!/^[A-Za-z0-9+/]+=*$/.test(base64)) return null;
  const key = Buffer.from(base64, "base64");
  for (const type of ["spki", "pkcs1"] as const) {
    try {
      return createPublicKey({ key, format: "der", type });
    } catch {
      // Not of this form.
    }
  }
  return null;
}
