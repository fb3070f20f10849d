import { randomUUID } from "node:crypto";
import { onTestLab } from "./lab-command.ts";
import { processesLeft, signalGroup } from "./processes.ts";

type Ended = Awaited<ReturnType<typeof onTestLab>>;

/** A run of `bastide` on the tests' lab that is killed in its middle, as a closed terminal's or a lost machine's is. */
export class KillableRun {
  /** How it ended, by itself or killed. */
  readonly ended: Promise<Ended>;
  readonly #pid: number;
  readonly #mark: string;

  private constructor(pid: number, ended: Promise<Ended>, mark: string) {
    this.#pid = pid;
    this.ended = ended;
    this.#mark = mark;
  }

  static start(tenantsDir: string, args: readonly string[]): KillableRun {
    const mark = randomUUID();
    const child = onTestLab(tenantsDir, args, { detached: true, env: { BASTIDE_TEST_MARK: mark } });
    if (child.pid === undefined) throw new Error(`bastide ${args.join(" ")} did not start`);
    return new KillableRun(child.pid, Promise.resolve(child), mark);
  }

  /**
   * Kills `bastide`, and returns when the engine too, which it leaves alone without a host or a plugin, has ended.
   *
   * @throws Error when it has ended by itself, or a process of it is there for another minute.
   */
  async kill(): Promise<void> {
    if (!signalGroup(this.#pid, "SIGKILL")) throw new Error("the run ended before it was killed");
    await this.ended;
    const left = await processesLeft(`BASTIDE_TEST_MARK=${this.#mark}`, 60_000);
    if (left.length > 0)
      throw new Error(`left of the killed run: ${left.map((one) => one.command).join(", ")}`);
  }
}
