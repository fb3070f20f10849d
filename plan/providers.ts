import type { z } from "zod";
import { parseDomain } from "./fields/addresses.ts";
import type { providers } from "./schema/providers.ts";

/** A provider of mailboxes, as `catalogue/fournisseurs.yaml` says, and how its IMAP server is reached. */
export interface MailProvider {
  readonly key: string;
  readonly label: string;
  readonly host: string;
  readonly port: number;
  readonly security: "tls" | "starttls";
  /** What it lets a server collect with. */
  readonly login: "password" | "application-password" | "refused";
  /** Whether people log in with their whole address or what stands before its @. */
  readonly username: "address" | "local-part";
  /** What a person must do or know, in French; `null` = nothing. */
  readonly advice: string | null;
  /** PEM file of the authority that signed its certificate; `null` = a public one. */
  readonly caFile: string | null;
}

/** Providers by key, and by the domains of their addresses. */
export interface MailProviders {
  readonly byKey: ReadonlyMap<string, MailProvider>;
  readonly byDomain: ReadonlyMap<string, MailProvider>;
}

type ProviderData = z.infer<typeof providers>;

/** What the catalogue says, with the CDG's own entries laid over it: its keys and its domains win. */
export function mailProviders(shipped: ProviderData, own: ProviderData): MailProviders {
  const byKey = new Map<string, MailProvider>();
  const byDomain = new Map<string, MailProvider>();
  const entries = [
    ...Object.entries(shipped).filter(([key]) => !Object.hasOwn(own, key)),
    ...Object.entries(own),
  ];
  for (const [key, data] of entries) {
    const provider = providerOf(key, data);
    byKey.set(key, provider);
    for (const domain of data.domaines ?? []) byDomain.set(parseDomain(domain)?.ascii ?? domain, provider);
  }
  return { byKey, byDomain };
}

function providerOf(key: string, data: ProviderData[string]): MailProvider {
  const security = data.chiffrement ?? "tls";
  return {
    key,
    label: data.nom,
    host: data.serveur,
    port: data.port ?? usualPort(security),
    security,
    login: LOGINS[data.connexion],
    username: data.identifiant === "partie-locale" ? "local-part" : "address",
    advice: data.conseil ?? null,
    caFile: data.caFile ?? null,
  };
}

const LOGINS = {
  "mot-de-passe": "password",
  "mot-de-passe-application": "application-password",
  refusee: "refused",
} as const;

/** Ports of IMAP (RFC 8314, RFC 9051). */
export function usualPort(security: MailProvider["security"]): number {
  return security === "tls" ? 993 : 143;
}
