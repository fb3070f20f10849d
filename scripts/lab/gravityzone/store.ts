import { randomBytes } from "node:crypto";
import type { Change, Journal } from "../journal.ts";
import type { AnyRecord, Company, Kind, RecordOf } from "./records.ts";

/** The records in memory, with a journal behind: what a call changed is on disk before it is answered. */
export class Store {
  readonly #journal: Journal<AnyRecord>;
  readonly #records: Map<string, AnyRecord>;
  #changes: Change<AnyRecord>[] = [];

  constructor(journal: Journal<AnyRecord>, records: Map<string, AnyRecord>) {
    this.#journal = journal;
    this.#records = records;
  }

  byId<K extends Kind>(kind: K, id: string): RecordOf<K> | null {
    return this.all(kind, (record) => record.id === id)[0] ?? null;
  }

  /** In the order in which they were made. */
  all<K extends Kind>(kind: K, where: (record: RecordOf<K>) => boolean = () => true): RecordOf<K>[] {
    const isKind = (record: AnyRecord): record is RecordOf<K> => record.kind === kind;
    return [...this.#records.values()].filter(isKind).filter(where);
  }

  /** The company that owns the API key. */
  get root(): Company {
    const [root] = this.all("company", ({ parentId }) => parentId === null);
    if (root === undefined) throw new Error("the simulator has no company of its own");
    return root;
  }

  put<R extends AnyRecord>(record: R): R {
    this.#records.set(record.id, record);
    this.#changes.push({ put: record });
    return record;
  }

  remove(id: string): void {
    this.#records.delete(id);
    this.#changes.push({ remove: id });
  }

  /** Writes what changed since the last time, as one transaction. */
  commit(): void {
    if (this.#changes.length === 0) return;
    this.#journal.append(this.#changes);
    this.#changes = [];
    if (this.#journal.isLarge) this.#journal.compact(this.#records.values());
  }

  close(): void {
    this.#journal.close();
  }
}

/** 24 hex digits. */
export function newId(): string {
  return randomBytes(12).toString("hex");
}
