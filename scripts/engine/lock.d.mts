export interface LockOptions {
  /** Called once, before a wait, with the holder's process id (0 when unknown). */
  readonly onWait?: (holder: number) => void;
  /** Ends a wait; the rejection is the signal's reason. */
  readonly signal?: AbortSignal;
}

export declare function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T>;

export interface TakeOptions {
  /** False: give up at once when somebody else holds it. */
  readonly wait: boolean;
  readonly signal?: AbortSignal;
}

/** Lets go of a lock; resolves when the next one can have it. */
export type Release = () => Promise<void>;

export declare function takeLock(file: string, options: TakeOptions): Promise<Release | undefined>;
