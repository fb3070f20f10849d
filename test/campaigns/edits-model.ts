import fc from "fast-check";

/** One change that a person makes in a tenant's file; names are drawn from small pools, so that they meet. */
const edit = fc.oneof(
  fc.record({
    kind: fc.constant("add-mailbox" as const),
    name: fc.nat(9),
    quotaGo: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({
    kind: fc.constant("change-mailbox" as const),
    at: fc.nat(9),
    quotaGo: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ kind: fc.constant("rename-mailbox" as const), at: fc.nat(9), name: fc.nat(9) }),
  fc.record({ kind: fc.constant("remove-mailbox" as const), at: fc.nat(9) }),
  fc.record({ kind: fc.constant("add-alias" as const), at: fc.nat(9), alias: fc.nat(7) }),
  fc.record({ kind: fc.constant("move-alias" as const), from: fc.nat(9), at: fc.nat(9) }),
  fc.record({ kind: fc.constant("drop-alias" as const), at: fc.nat(9) }),
  fc.record({
    kind: fc.constant("add-list" as const),
    name: fc.nat(4),
    members: fc.array(fc.nat(9), { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant("change-list" as const),
    at: fc.nat(4),
    members: fc.array(fc.nat(9), { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant("remove-list" as const), at: fc.nat(4) }),
);
export type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

/** Commits of a file, each of one to four edits. */
const sequence = fc.array(fc.array(edit, { minLength: 1, maxLength: 4 }), { minLength: 3, maxLength: 6 });

export function sequenceOf(seed: number): readonly (readonly Edit[])[] {
  return fc.sample(sequence, { seed, numRuns: 1 })[0] ?? [];
}

export interface Mailbox {
  /** What the mailbox is to the model, whatever it is called. */
  readonly key: number;
  local: string;
  before: string | null;
  version: number;
  quotaGo: number;
  aliases: string[];
}

interface List {
  local: string;
  members: string[];
}

/** What the file says, and what must be there beside it. */
export class Town {
  mailboxes: Mailbox[] = [
    { key: 0, local: "b0", before: null, version: 0, quotaGo: 2, aliases: ["a0"] },
    { key: 1, local: "b1", before: null, version: 0, quotaGo: 2, aliases: [] },
  ];
  lists: List[] = [{ local: "l0", members: ["b0"] }];
  /** Mailboxes that left the file in an earlier commit: closed, with all their addresses. */
  closed: Mailbox[] = [];
  /** As deployed before the commit that is being made. */
  #deployed: readonly Mailbox[] = [];
  #keys = 2;

  /** Edits what the file says; an edit that makes no sense here does nothing. */
  commit(edits: readonly Edit[]): void {
    this.#deployed = this.mailboxes;
    this.mailboxes = this.mailboxes.map((box) => ({ ...box, aliases: [...box.aliases] }));
    this.lists = this.lists.map((list) => ({ ...list }));
    for (const one of edits) this.#apply(one);
    const kept = new Set(this.mailboxes.map(({ key }) => key));
    this.closed = [
      ...this.closed.filter(({ key }) => !kept.has(key)),
      ...this.#deployed.filter(({ key }) => !kept.has(key)).map((box) => this.#asClosed(box)),
    ];
  }

  /** An address that this very commit gave to somebody else is no longer the closed one's. */
  #asClosed(box: Mailbox): Mailbox {
    const free = (alias: string) => !this.mailboxes.some((one) => addressesOf(one).includes(alias));
    return { ...box, before: null, aliases: addressesOf(box).slice(1).filter(free) };
  }

  #apply(edit: Edit): void {
    const box = "at" in edit ? this.mailboxes[edit.at % this.mailboxes.length] : undefined;
    switch (edit.kind) {
      case "add-mailbox":
        this.#add(`b${edit.name}`, edit.quotaGo);
        return;
      case "change-mailbox":
        if (box) Object.assign(box, { quotaGo: edit.quotaGo, version: box.version + 1 });
        return;
      case "rename-mailbox":
        if (box && this.#isFree(`b${edit.name}`)) this.#rename(box, `b${edit.name}`);
        return;
      case "remove-mailbox":
        if (box && this.mailboxes.length > 1) this.#remove(box);
        return;
      case "add-alias":
        if (box && this.#isFree(`a${edit.alias}`)) box.aliases.push(`a${edit.alias}`);
        return;
      case "move-alias": {
        const alias = this.mailboxes[edit.from % this.mailboxes.length]?.aliases.pop();
        if (alias !== undefined) box?.aliases.push(alias);
        return;
      }
      case "drop-alias":
        box?.aliases.pop();
        return;
      case "add-list":
        if (!this.lists.some(({ local }) => local === `l${edit.name}`))
          this.lists.push({ local: `l${edit.name}`, members: this.#members(edit.members) });
        return;
      case "change-list": {
        const list = this.lists[edit.at % this.lists.length];
        if (list) list.members = this.#members(edit.members);
        return;
      }
      case "remove-list":
        this.lists.splice(edit.at, 1);
    }
  }

  /** A name that a mailbox left, in this commit or an earlier one, is that mailbox, put back. */
  #add(local: string, quotaGo: number): void {
    if (this.mailboxes.some((one) => addressesOf(one).includes(local))) return;
    const left = [...this.closed, ...this.#deployed].find(
      (one) => one.local === local && !this.#has(one.key),
    );
    if (left === undefined && !this.#isFree(local)) return;
    const key = left?.key ?? this.#keys++;
    this.mailboxes.push({ key, local, before: null, version: 0, quotaGo, aliases: [] });
  }

  #has(key: number): boolean {
    return this.mailboxes.some((one) => one.key === key);
  }

  /** `avant` is the name that is deployed, also after a second thought in the same commit. */
  #rename(box: Mailbox, local: string): void {
    const deployed = this.#deployed.find(({ key }) => key === box.key);
    if (this.#deployed.some((one) => one.local === local)) return;
    this.#rewriteMembers(box.local, local);
    // One that this commit put in has no other name yet: the file says a new mailbox, and what is closed stays so.
    const key = deployed === undefined ? this.#keys++ : box.key;
    const renamed = { ...box, key, before: deployed?.local ?? null, local };
    this.mailboxes = this.mailboxes.map((one) => (one === box ? renamed : one));
  }

  #remove(box: Mailbox): void {
    this.mailboxes = this.mailboxes.filter((one) => one !== box);
    this.#rewriteMembers(box.local, null);
  }

  #rewriteMembers(from: string, to: string | null): void {
    for (const list of this.lists)
      list.members = list.members.flatMap((one) => (one !== from ? [one] : to === null ? [] : [to]));
  }

  #members(indexes: readonly number[]): string[] {
    return [
      ...new Set(indexes.flatMap((index) => this.mailboxes[index % this.mailboxes.length]?.local ?? [])),
    ];
  }

  #isFree(local: string): boolean {
    return ![...this.mailboxes, ...this.closed].some((one) => addressesOf(one).includes(local));
  }

  /** The file, for a slug. */
  yaml(slug: string, head: (slug: string) => string): string {
    const boxes = this.mailboxes.map(({ local, before, version, quotaGo, aliases }) => {
      const former = before === null ? "" : `, avant: ${before}`;
      const others = aliases.length === 0 ? "" : `, alias: [${aliases.join(", ")}]`;
      return `    - { adresse: ${local}${former}, nom: Version ${version}, quota: ${quotaGo} Go${others} }\n`;
    });
    const lists = this.lists.map(
      ({ local, members }) =>
        `    - { adresse: ${local}, membres: [${[...members, "ailleurs@orange.example"].join(", ")}] }\n`,
    );
    return `${head(slug)}  boites:\n${boxes.join("")}${lists.length === 0 ? "" : `  listes:\n${lists.join("")}`}`;
  }
}

function addressesOf({ local, before, aliases }: Mailbox): readonly string[] {
  return [local, ...(before === null ? [] : [before]), ...aliases];
}
