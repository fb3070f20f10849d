import { isDeepStrictEqual } from "node:util";
import type { ListPlan, MailboxPlan, MailPlan } from "../../plan/types.ts";
import { arrow, type ChangeLine, count, danger, info, pairs, size, warning } from "./change-line.ts";
import { join, markdown } from "./markdown.ts";

/** What happens to a tenant's mail, from its plan before and after (`null` = has none). */
export function mailChanges(
  before: MailPlan | null,
  after: MailPlan | null,
  mergedInto?: string,
): readonly ChangeLine[] {
  if (before === null) return after === null ? [] : opened(after);
  if (after === null && mergedInto !== undefined)
    return [
      warning(
        markdown`La messagerie ${before.domain.name} est laissée à ${mergedInto} : rien n’est fermé, courrier conservé.`,
      ),
    ];
  if (after === null)
    return [
      danger(
        markdown`La messagerie sort du contrat : le domaine ${before.domain.name} et ${count(before.mailboxes.length, "boîte")} seront fermés, courrier conservé.`,
      ),
    ];
  return [...domainChanges(before, after), ...mailboxChanges(before, after), ...listChanges(before, after)];
}

function opened(mail: MailPlan): readonly ChangeLine[] {
  return [
    info(
      markdown`Messagerie ouverte sur ${mail.domain.name} : ${count(mail.mailboxes.length, "boîte")}, ${count(mail.lists.length, "liste")}.`,
    ),
    ...mail.mailboxes.flatMap(takenOver),
    ...mail.lists.flatMap(takenOver),
    ...formerDomainChanges([], mail.formerDomains ?? []),
  ];
}

/** A mailbox or list that a merger brings, with what it holds. */
function takenOver({ address, takeOver }: MailboxPlan | ListPlan): readonly ChangeLine[] {
  if (takeOver === undefined) return [];
  return [
    info(markdown`${address} : reprise de ${takeOver.address} (${takeOver.tenant}), courrier conservé.`),
  ];
}

type Former = NonNullable<MailPlan["formerDomains"]>;

function formerDomainChanges(before: Former, after: Former): readonly ChangeLine[] {
  const { added, removed } = pairs(before, after, ({ name }) => name);
  return [
    ...removed.map(({ name }) =>
      danger(markdown`Le courrier adressé à ${name} n’arrivera plus : l’ancien domaine n’est plus gardé.`),
    ),
    ...added.map(({ name }) => info(markdown`Le courrier adressé à ${name} arrive toujours.`)),
  ];
}

function domainChanges(before: MailPlan, after: MailPlan): readonly ChangeLine[] {
  const [old, domain] = [before.domain, after.domain];
  const lines: ChangeLine[] = [];
  if (old.name !== domain.name)
    lines.push(
      danger(
        markdown`Le domaine change, ${arrow(old.name, domain.name)} : toutes les adresses changent avec lui.`,
      ),
    );
  lines.push(...formerDomainChanges(before.formerDomains ?? [], after.formerDomains ?? []));
  if (old.status !== domain.status)
    lines.push(
      domain.status === "locked"
        ? danger(markdown`Le domaine ${domain.name} sera verrouillé.`)
        : warning(markdown`Le domaine ${domain.name} sera déverrouillé.`),
    );
  if (old.limitsManaged !== domain.limitsManaged)
    lines.push(
      warning(
        domain.limitsManaged
          ? markdown`Les limites de ${domain.name} seront désormais celles du contrat.`
          : markdown`Les limites de ${domain.name} ne seront plus gérées.`,
      ),
    );
  if (old.maxMailboxes !== domain.maxMailboxes)
    lines.push(info(markdown`Nombre de boîtes permis : ${old.maxMailboxes} → ${domain.maxMailboxes}.`));
  if (old.aggregateQuotaBytes !== domain.aggregateQuotaBytes)
    lines.push(
      info(
        markdown`Espace total : ${arrow(size(old.aggregateQuotaBytes), size(domain.aggregateQuotaBytes))}.`,
      ),
    );
  return lines;
}

function mailboxChanges(before: MailPlan, after: MailPlan): readonly ChangeLine[] {
  const former = new Set(after.mailboxes.flatMap((mailbox) => mailbox.formerLogicalNames));
  const names = new Map(
    after.mailboxes.flatMap((mailbox) =>
      mailbox.formerLogicalNames.map((name) => [name, mailbox.logicalName]),
    ),
  );
  const present = new Set(after.mailboxes.map((mailbox) => mailbox.logicalName));
  const nameAfter = ({ logicalName }: MailboxPlan): string =>
    former.has(logicalName) && !present.has(logicalName)
      ? (names.get(logicalName) ?? logicalName)
      : logicalName;
  const { added, removed, kept } = pairs(before.mailboxes, after.mailboxes, nameAfter);
  return [
    ...removed.map((mailbox) =>
      danger(markdown`La boîte ${mailbox.address} sera fermée, courrier conservé.`),
    ),
    ...added.map((mailbox) =>
      info(
        markdown`Nouvelle boîte ${mailbox.address} (${mailbox.displayName}), ${size(mailbox.quotaBytes)}.`,
      ),
    ),
    ...added.flatMap(takenOver),
    ...kept.flatMap(([old, mailbox]) => mailboxChange(old, mailbox)),
  ];
}

function mailboxChange(old: MailboxPlan, mailbox: MailboxPlan): readonly ChangeLine[] {
  const lines: ChangeLine[] = [];
  const { address } = mailbox;
  if (old.address !== address)
    lines.push(warning(markdown`La boîte ${old.address} devient ${address} : mêmes messages.`));
  if (old.status !== mailbox.status)
    lines.push(
      mailbox.status === "locked"
        ? danger(
            markdown`La boîte ${address} sera verrouillée : plus de connexion, le courrier arrive encore.`,
          )
        : warning(markdown`La boîte ${address} sera déverrouillée.`),
    );
  lines.push(...departureChange(old, mailbox));
  if (old.displayName !== mailbox.displayName)
    lines.push(
      info(markdown`Boîte ${address}, nom affiché : ${arrow(old.displayName, mailbox.displayName)}.`),
    );
  if (old.quotaBytes !== mailbox.quotaBytes) {
    const lower = (mailbox.quotaBytes ?? Infinity) < (old.quotaBytes ?? Infinity);
    const text = markdown`Boîte ${address}, quota ${lower ? markdown`**baissé**` : markdown`relevé`} : ${arrow(size(old.quotaBytes), size(mailbox.quotaBytes))}.`;
    lines.push(lower ? warning(text) : info(text));
  }
  return [...lines, ...addressChanges(markdown`Boîte ${address}, alias`, old.aliases, mailbox.aliases)];
}

function departureChange(old: MailboxPlan, mailbox: MailboxPlan): readonly ChangeLine[] {
  const { address, departure } = mailbox;
  if (isDeepStrictEqual(old.departure, departure)) return [];
  if (departure === undefined)
    return [
      warning(markdown`Boîte ${address}, départ annulé : plus de transfert ni de réponse automatique.`),
    ];
  const { lastDay, forwardTo, reply } = departure;
  const parts = [
    ...(forwardTo === null ? [] : [markdown`courrier transféré à ${forwardTo}`]),
    ...(reply === null ? [] : [markdown`réponse automatique ${reply.text}`]),
  ];
  const what = parts.length === 0 ? markdown`courrier gardé` : join(parts, ", ");
  return [warning(markdown`Boîte ${address}, départ jusqu’au ${lastDay} : ${what}.`)];
}

function listChanges(before: MailPlan, after: MailPlan): readonly ChangeLine[] {
  const { added, removed, kept } = pairs(before.lists, after.lists, (list) => list.logicalName);
  return [
    ...removed.map((list) => danger(markdown`La liste ${list.address} sera fermée.`)),
    ...added.map((list) =>
      info(markdown`Nouvelle liste ${list.address}, ${count(list.members.length, "membre")}.`),
    ),
    ...added.flatMap(takenOver),
    ...kept.flatMap(([old, list]) => listChange(old, list)),
  ];
}

function listChange(old: ListPlan, list: ListPlan): readonly ChangeLine[] {
  const lines: ChangeLine[] = [];
  if (old.address !== list.address)
    lines.push(warning(markdown`La liste ${old.address} devient ${list.address}.`));
  if (old.displayName !== list.displayName)
    lines.push(
      info(markdown`Liste ${list.address}, nom affiché : ${arrow(old.displayName, list.displayName)}.`),
    );
  return [...lines, ...addressChanges(markdown`Liste ${list.address}, membres`, old.members, list.members)];
}

function addressChanges(
  subject: ReturnType<typeof markdown>,
  before: readonly string[],
  after: readonly string[],
): readonly ChangeLine[] {
  const { added, removed } = pairs(before, after, (address) => address);
  const named = (addresses: readonly string[]) =>
    join(
      addresses.map((address) => markdown`${address}`),
      ", ",
    );
  return [
    ...(removed.length > 0 ? [warning(markdown`${subject} retirés : ${named(removed)}.`)] : []),
    ...(added.length > 0 ? [info(markdown`${subject} ajoutés : ${named(added)}.`)] : []),
  ];
}
