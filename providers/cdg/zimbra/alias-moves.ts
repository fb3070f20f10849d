/**
 * Aliases of something that gets another address. Zimbra's renaming into another domain takes the aliases of
 * the old domain along (recordings: RenameAccount, RenameDistributionList), wanted there or not. Pure.
 */
import { domainOf, localPartOf } from "./address.ts";

export interface AliasMoves {
  /** To remove before the renaming. */
  readonly before: readonly string[];
  /** To add after it. */
  readonly after: readonly string[];
}

export interface AliasQuestion {
  readonly name: string;
  readonly newName: string;
  /** Aliases that it has. */
  readonly had: readonly string[];
  /** Those among them that are ours to remove. */
  readonly removable: readonly string[];
  readonly wanted: readonly string[];
  /** False where an alias that the renaming would take along is somebody else's in the new domain by now. */
  readonly carry: boolean;
}

export function aliasMoves(question: AliasQuestion): AliasMoves {
  const { name, newName, had, removable, wanted, carry } = question;
  const leaves = (alias: string): boolean =>
    domainOf(name) !== domainOf(newName) && domainOf(alias) === domainOf(name);
  const carried = (alias: string): string =>
    leaves(alias) ? `${localPartOf(alias)}@${domainOf(newName)}` : alias;
  const before = removable.filter(
    (alias) => !wanted.includes(carried(alias)) || carried(alias) === newName || (leaves(alias) && !carry),
  );
  const kept = new Set(had.filter((alias) => !before.includes(alias)).map(carried));
  return { before, after: wanted.filter((alias) => !kept.has(alias)) };
}
