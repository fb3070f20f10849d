/** Domains of providers, and of everybody: a collectivité cannot own them, nor the CDG provide them. */
const PROVIDERS: ReadonlySet<string> = new Set(
  `orange.fr wanadoo.fr free.fr sfr.fr neuf.fr laposte.net bbox.fr numericable.fr gmail.com
   googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr live.fr yahoo.com yahoo.fr icloud.com
   gmx.fr proton.me protonmail.com gouv.fr asso.fr com.fr`.split(/\s+/),
);

export function isProviderDomain(domain: string): boolean {
  return PROVIDERS.has(domain);
}
