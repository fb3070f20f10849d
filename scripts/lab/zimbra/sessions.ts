/** Admin sessions: clients that ask for one get paged searches counted whole (see SearchDirectory). In memory only. */
export class Sessions {
  readonly #owners = new Map<string, string>();
  #next = 1;

  /** The session of this id if it is this account's, else a new one. The oldest of a thousand is forgotten. */
  open(accountId: string, wanted: string | null): string {
    if (wanted !== null && this.#owners.get(wanted) === accountId) return wanted;
    const id = String(this.#next++);
    this.#owners.set(id, accountId);
    const oldest = this.#owners.keys().next().value;
    if (this.#owners.size > 1000 && oldest !== undefined) this.#owners.delete(oldest);
    return id;
  }
}
