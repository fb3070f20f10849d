export interface LockOptions {
  /** Called once, before a wait, with the holder's process id (0 when unknown). */
  readonly onWait?: (holder: number) => void;
  /** Ends a wait; the rejection is the signal's reason. */
  readonly signal?: AbortSignal;
}

export declare function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T>;
