/** Admin sessions: clients that ask for one get paged searches counted whole (see SearchDirectory). In memory only. */
export class Sessions {
  readonly #ids = new Map<string, string>();
  #next = 1;

  /** The session of this id if it is this account's, else a new one. */
  open(accountId: string, wanted: string | null): string {
    if (wanted !== null && this.#ids.get(wanted) === accountId) return wanted;
    const id = String(this.#next++);
    this.#ids.set(id, accountId);
    return id;
  }
}
