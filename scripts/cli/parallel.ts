import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError } from "commander";

/** Each keeps a processor busy, and takes half a gigabyte with its engine. */
const mostByDefault = 8;
const most = 64;

/** Adds `--parallel N` to a command: how many collectivités it works on at once. @default one a processor */
export function withParallel(command: Command): Command {
  const normal = Math.min(availableParallelism(), mostByDefault);
  return command.option("--parallel <n>", "collectivités at once", parseCount, normal);
}

function parseCount(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > most) throw new InvalidArgumentError(`Expected a number from 1 to ${most}.`);
  return count;
}
