import { type Change, dataTypes, volumeType } from "./changes.ts";

/** A change that a run may not make. */
export interface Refusal {
  readonly change: Change;
  readonly reason: string;
}

/**
 * Finds what would destroy data: a replace of a mailbox, list, domain or company, and a purge. A closing is no such
 * thing: the provider keeps what it closes.
 */
export function refusals(changes: readonly Change[]): readonly Refusal[] {
  return changes.flatMap((change) => {
    if (!dataTypes.has(change.type)) return [];
    if (change.kind === "replace")
      return [
        {
          change,
          reason: `would be replaced (${replacedBy(change)}): its ${contents(change)} would be left behind`,
        },
      ];
    return change.kind === "purge" ? [{ change, reason: "would be purged with its content" }] : [];
  });
}

function contents({ type }: Change): string {
  if (type === "cdg:gravityzone:Company") return "machines";
  if (type === volumeType || type === "cdg:restic:Repository") return "backups";
  return type.startsWith("cdg:sftpgo:") ? "files" : "mail";
}

function replacedBy({ properties }: Change): string {
  return properties.map(({ property }) => property).join(", ") || "unknown property";
}
