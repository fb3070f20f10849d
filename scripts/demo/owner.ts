import type { MailPlan, TenantPlan } from "../../plan/index.ts";

/** The person whose mail the demo reads, and the addresses that lead to her. */
export interface Owner {
  readonly slug: string;
  readonly name: string;
  readonly address: string;
  /** Her own address, an alias and a list where she has one. */
  readonly reachedBy: readonly { readonly what: "address" | "alias" | "list"; readonly address: string }[];
}

/** Takes of each collectivité the mailbox that is reached in most ways; none where it has no mailbox. */
export function ownersOf(plans: Iterable<TenantPlan>): readonly Owner[] {
  return [...plans].flatMap(({ slug, identity, mail }) => {
    if (mail === null) return [];
    const owners = mail.mailboxes.map(({ address }) => ownerOf(slug, identity.name, address, mail));
    return owners.toSorted((a, b) => b.reachedBy.length - a.reachedBy.length).slice(0, 1);
  });
}

function ownerOf(slug: string, name: string, address: string, mail: MailPlan): Owner {
  const [alias] = mail.mailboxes.find((mailbox) => mailbox.address === address)?.aliases ?? [];
  const list = mail.lists.find(({ members, technical }) => !technical && members.includes(address));
  return {
    slug,
    name,
    address,
    reachedBy: [
      { what: "address", address },
      ...(alias === undefined ? [] : [{ what: "alias" as const, address: alias }]),
      ...(list === undefined ? [] : [{ what: "list" as const, address: list.address }]),
    ],
  };
}
