import type { ZimbraAdmin } from "./zimbra-admin.ts";

export const domain = "mairie-saint-elie.example";
export const aliasDomain = "saint-elie.example";
/** Another domain of the server, in which one mailbox has an alias. */
export const otherDomain = "jumelage.example";

const gigabyte = 1_000_000_000;

interface HandMadeAccount {
  readonly local: string;
  /** Absent: without a display name, as many that were made on the command line. */
  readonly displayName?: string;
  /** Absent: what the class of service gives. 0: unlimited, in Zimbra's words. */
  readonly quota?: number;
  readonly status?: string;
  readonly aliases?: readonly string[];
  readonly catchAll?: boolean;
}

/** Ten years of an administrator's console: 40 accounts. */
export const accounts: readonly HandMadeAccount[] = [
  {
    local: "accueil",
    displayName: "Accueil",
    quota: 5 * gigabyte,
    aliases: [`contact@${domain}`],
    catchAll: true,
  },
  { local: "maire", displayName: 'Élie « Zoé » "d\'Haÿ", maire', quota: 5_368_709_120 },
  { local: "s.martin", displayName: "Sophie Martin # état civil", quota: 5_234_567_891 },
  { local: "l.obrien", displayName: "Liam O'Brien", quota: 0 },
  { local: "ancien", displayName: "Ancien agent", status: "locked", quota: gigabyte },
  { local: "parti", displayName: "Parti: depuis 2019", status: "closed" },
  {
    local: "ccas",
    displayName: "CCAS, “Maison des Aînés”",
    aliases: [`ccas@${otherDomain}`, `social@${domain}`],
  },
  { local: "sans-nom" },
  { local: "o'neill", displayName: "Adresse à apostrophe" },
  { local: "blancs", displayName: "Nom suivi de blancs  " },
  ...Array.from({ length: 30 }, (_, index) => ({
    local: `agent${index + 1}`,
    displayName: `Agent n° ${index + 1}`,
    ...(index % 3 === 0 ? {} : { quota: (index + 1) * 100_000_000 }),
  })),
];

/** Ten lists. */
export const lists: readonly {
  readonly local: string;
  readonly displayName?: string;
  readonly members: readonly string[];
}[] = [
  {
    local: "elus",
    displayName: "Élus de l’assemblée",
    members: [`maire@${domain}`, "opposition@orange.example"],
  },
  {
    local: "services",
    displayName: "Services",
    members: [`accueil@${domain}`, `contact@${domain}`, `ccas@${domain}`],
  },
  { local: "sans-nom-liste", members: [`sans-nom@${domain}`] },
  {
    local: "tous",
    displayName: 'Tous "agents"',
    members: accounts.slice(10).map(({ local }) => `${local}@${domain}`),
  },
  { local: "perdus", displayName: "Membre disparu", members: [`disparu@${domain}`, `accueil@${domain}`] },
  { local: "oneill", displayName: "Avec l’apostrophe", members: [`o'neill@${domain}`] },
  { local: "boucle-a", displayName: "Boucle A", members: [`boucle-b@${domain}`, `maire@${domain}`] },
  { local: "boucle-b", displayName: "Boucle B", members: [`boucle-a@${domain}`] },
  { local: "vide", displayName: "Sans membre", members: [] },
  { local: "postmaster", displayName: "Postmaster", members: [`accueil@${domain}`] },
];

/** Makes the domain by hand: no mark of ours, limits of its own, an alias domain, a class of service. */
export async function makeByHand(zimbra: ZimbraAdmin): Promise<void> {
  const { id } = await idOf(zimbra, "CreateDomain", "domain", {
    name: domain,
    a: attributes({
      description: "Mairie de Saint-Élie (contrat 2014)",
      zimbraDomainMaxAccounts: "77",
      zimbraDomainAggregateQuota: String(300 * gigabyte),
    }),
  });
  await zimbra.call("CreateDomainRequest", {
    name: aliasDomain,
    a: attributes({
      zimbraDomainType: "alias",
      zimbraDomainAliasTargetId: id,
      zimbraMailCatchAllForwardingAddress: `@${domain}`,
    }),
  });
  await zimbra.call("CreateDomainRequest", { name: otherDomain });
  const cos = await idOf(zimbra, "CreateCos", "cos", {
    name: [{ _content: "mairies" }],
    a: attributes({ zimbraMailQuota: String(2 * gigabyte) }),
  });
  for (const account of accounts) await makeAccount(zimbra, account, cos.id);
  for (const { local, displayName, members } of lists) {
    const list = await idOf(zimbra, "CreateDistributionList", "dl", {
      name: `${local}@${domain}`,
      a: attributes({ displayName }),
    });
    if (members.length > 0)
      await zimbra.call("AddDistributionListMemberRequest", {
        id: list.id,
        dlm: members.map((_content) => ({ _content })),
      });
  }
}

async function makeAccount(
  zimbra: ZimbraAdmin,
  account: HandMadeAccount,
  zimbraCOSId: string,
): Promise<void> {
  const { local, displayName, quota, status, aliases = [], catchAll } = account;
  const { id } = await idOf(zimbra, "CreateAccount", "account", {
    name: `${local}@${domain}`,
    password: "chosen-long-ago-1",
    a: attributes({
      zimbraCOSId,
      displayName,
      zimbraMailQuota: quota === undefined ? undefined : String(quota),
      zimbraAccountStatus: status,
      zimbraMailCatchAllAddress: catchAll ? `@${domain}` : undefined,
      zimbraPrefMailForwardingAddress: local === "maire" ? "elie@orange.example" : undefined,
    }),
  });
  for (const alias of aliases) await zimbra.call("AddAccountAliasRequest", { id, alias });
}

async function idOf(
  zimbra: ZimbraAdmin,
  operation: string,
  key: string,
  body: Readonly<Record<string, unknown>>,
): Promise<{ readonly id: string }> {
  const answer = await zimbra.call(`${operation}Request`, body);
  const found = Object(Object(answer)[key])[0];
  return { id: String(Object(found).id) };
}

function attributes(values: Readonly<Record<string, string | undefined>>): readonly object[] {
  return Object.entries(values).flatMap(([n, _content]) => (_content === undefined ? [] : [{ n, _content }]));
}
