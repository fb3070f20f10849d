import { fieldProblems } from "../../plan/index.ts";
import type { FoundList } from "../../providers/cdg/existing-mail.ts";
import { ownershipProblem, type Remarked, shown } from "./words.ts";

/** A list as the file says it. */
export interface ListEntry {
  readonly adresse: string;
  readonly nom?: string;
  readonly membres: readonly string[];
}

export interface ListSurroundings {
  readonly domain: string;
  readonly slug: string;
  /** Local parts that the file or Zimbra has: mailboxes, aliases, lists. */
  readonly known: ReadonlySet<string>;
}

/** The list as an entry, or, in French, why a file cannot hold it. */
export function fitList(list: FoundList, around: ListSurroundings): Remarked<ListEntry> | string {
  const { address, displayName, members, aliases } = list;
  const problem = ownershipProblem(list.mark, around.slug) ?? listProblem(list);
  if (problem !== null) return problem;
  const own = members.filter((member) => member.endsWith(`@${around.domain}`)).map(localOf);
  const missing = own.filter((local) => !around.known.has(local));
  return {
    entry: {
      adresse: localOf(address),
      ...(displayName === "" ? {} : { nom: displayName }),
      membres: members.map((member) => written(member, around.domain)),
    },
    remarks: [
      ...(missing.length === 0
        ? []
        : [`À DÉCIDER : membres qui ne sont pas dans cette fiche : ${missing.map(shown).join(", ")}`]),
      ...(aliases.length === 0
        ? []
        : [`autres adresses de la liste, laissées telles quelles : ${aliases.map(shown).join(", ")}`]),
    ],
  };
}

function listProblem({ address, displayName, members, dynamic }: FoundList): string | null {
  if (dynamic) return "groupe dynamique, sans équivalent";
  if (fieldProblems.ownAddress(address) !== null) return "adresse qu’une fiche ne peut pas porter";
  if (displayName !== "" && fieldProblems.name(displayName) !== null)
    return `nom qu’une fiche ne peut pas porter (${shown(displayName)})`;
  if (members.length === 0) return "sans membre";
  if (members.includes(address)) return "membre d’elle-même";
  const odd = members.find((member) => fieldProblems.email(member) !== null);
  return odd === undefined ? null : `membre qu’une fiche ne peut pas porter (${shown(odd)})`;
}

/** A member of the domain by its local part where that is one that a file can hold, else whole. */
function written(member: string, domain: string): string {
  const local = localOf(member);
  return member.endsWith(`@${domain}`) && fieldProblems.ownAddress(local) === null ? local : member;
}

function localOf(address: string): string {
  return address.slice(0, address.lastIndexOf("@"));
}
