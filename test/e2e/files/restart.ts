import { docker } from "../../../scripts/lab/docker.ts";
import { testLab } from "../lab.setup.ts";

/** Kills what runs of a service with SIGKILL; the Swarm starts another. */
export async function killTask(service: string): Promise<void> {
  const task = await docker(testLab, ["ps", "--quiet", "--filter", `name=^${service}\\.`]);
  await docker(testLab, ["kill", "--signal", "KILL", task]);
}

/** A kill at the moment when so many uploads have sent half of what they have. */
export class Restart {
  /** Fulfilled when all of them have. */
  readonly reached: Promise<void>;
  readonly #service: string;
  readonly #killed = Promise.withResolvers<void>();
  #arrive: () => void;

  constructor(service: string, uploads: number) {
    this.#service = service;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.reached = promise;
    let missing = uploads;
    this.#arrive = () => {
      missing -= 1;
      if (missing === 0) resolve();
    };
  }

  /** What an upload waits for in the middle. */
  readonly midway = async (): Promise<void> => {
    this.#arrive();
    await this.#killed.promise;
  };

  async kill(): Promise<void> {
    await killTask(this.#service);
    this.#killed.resolve();
  }
}
