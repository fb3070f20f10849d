import { compareText, type Finding, type Path } from "../diagnostics.ts";
import type { MailDraft } from "../mail.ts";
import type { Claims } from "../tenant.ts";
import type { Claimant, FleetFinding } from "./fleet.ts";

/**
 * Both files of a merger say the same: the giver where it goes, the taker each domain, mailbox, alias and
 * list that it takes over. Nothing of the giver is left without an owner.
 */
export function mergersAgree(claimants: readonly Claimant[]): FleetFinding[] {
  const bySlug = new Map(claimants.map(({ claims }) => [claims.slug, claims]));
  return claimants.flatMap(({ file, claims }) =>
    [...giverFindings(claims, bySlug), ...takerFindings(claims, bySlug)].map((finding) => ({
      file,
      finding,
    })),
  );
}

type Fleet = ReadonlyMap<string, Claims>;

/** The file that a giver names is there, goes on, and takes over each of its domains. */
function giverFindings({ slug, domains, merger }: Claims, fleet: Fleet): Finding[] {
  const into = merger?.into ?? null;
  if (into === null) return [];
  const path = ["convention", "fusion", "dans"];
  const taker = fleet.get(into);
  if (taker === undefined) {
    return [
      disagreement(path, `expected a file that exists, got ${into}`, "Write the commune nouvelle's file."),
    ];
  }
  if (taker.merger !== null && taker.merger.into !== null) {
    const message = `expected a file that goes on, got ${into}, which merges into ${taker.merger.into}`;
    return [disagreement(path, message, `Name ${taker.merger.into}.`)];
  }
  const taken = new Set(taker.domains.filter(({ giver }) => giver === slug).map(({ name }) => name));
  const left = domains.map(({ name }) => name).filter((name) => !taken.has(name));
  if (left.length === 0) return [];
  const message = `expected ${into} to keep ${left.join(", ")}, got no such line in its anciens_domaines`;
  return [disagreement(path, message, `Add { domaine: ${left[0]}, de: ${slug} } there.`)];
}

/** Each giver that a taker names agrees, and all that it has is taken over, by the same kind of thing. */
function takerFindings({ slug, domains, merger }: Claims, fleet: Fleet): Finding[] {
  const mail = merger?.mail ?? null;
  if (mail === null) return [];
  return domains.flatMap(({ name, path, giver }): Finding[] => {
    if (giver === null) return [];
    const claims = fleet.get(giver);
    const at = [...path.slice(0, -1), "de"];
    if (claims === undefined) {
      return [disagreement(at, `expected a file that exists, got ${giver}`, "Correct de, or delete it.")];
    }
    if (claims.merger?.into !== slug) {
      const message = `expected ${giver} to say that it merges, got no fusion: { dans: ${slug} } in its file`;
      return [disagreement(at, message, "Add it there, with etat: fusionnee.")];
    }
    if (!claims.domains.some((claim) => claim.name === name)) {
      const message = `expected a domain of ${giver}, got ${name}`;
      return [disagreement(path, message, "Correct domaine or de.")];
    }
    return contentFindings(name, path, mail, claims.merger.mail, giver);
  });
}

function contentFindings(
  domain: string,
  path: Path,
  mail: MailDraft,
  given: MailDraft | null,
  giver: string,
): Finding[] {
  const has = addressesOf(given, domain);
  const takes = takenOf(mail, domain);
  const findings: Finding[] = [];
  for (const { address, path: at, kind } of takes) {
    if (has.get(address) === kind) continue;
    const message = `expected a ${kind} of ${giver}, got ${address}`;
    findings.push(disagreement(at, message, `Look it up in ${giver}'s file.`));
  }
  const taken = new Set(takes.map(({ address }) => address));
  const left = [...has.keys()].filter((address) => !taken.has(address)).toSorted(compareText);
  if (left.length === 0) return findings;
  const message = `expected everything of ${domain} to be taken over, got nothing for ${left.join(", ")}`;
  const hint = `Add avant or alias here, or delete it from ${giver}'s file before the merger, which closes it.`;
  return [...findings, { code: "MERGER_INCOMPLETE", severity: "error", path, message, hint }];
}

type Kind = "mailbox" | "alias" | "list";

function addressesOf(mail: MailDraft | null, domain: string): ReadonlyMap<string, Kind> {
  const found = new Map<string, Kind>();
  const add = (address: string, kind: Kind): void => {
    if (address.endsWith(`@${domain}`)) found.set(address, kind);
  };
  for (const list of mail?.lists ?? []) add(list.address, "list");
  for (const { address, aliases, former } of mail?.mailboxes ?? []) {
    for (const alias of [...aliases, ...(former === null ? [] : [former])]) add(alias.address, "alias");
    add(address, "mailbox");
  }
  return found;
}

function takenOf(mail: MailDraft, domain: string) {
  const within = ({ address }: { readonly address: string }): boolean => address.endsWith(`@${domain}`);
  const boxes = mail.mailboxes.flatMap(({ former, aliases }) => [
    ...(former === null ? [] : [{ ...former, kind: "mailbox" as const }]),
    ...aliases.map((alias) => ({ ...alias, kind: "alias" as const })),
  ]);
  const lists = mail.lists.flatMap(({ former }) =>
    former === null ? [] : [{ ...former, kind: "list" as const }],
  );
  return [...boxes, ...lists].filter(within);
}

function disagreement(path: Path, message: string, hint: string): Finding {
  return { code: "MERGER_DISAGREES", severity: "error", path, message, hint };
}
