import { setTimeout as sleep } from "node:timers/promises";
import { SystemError, UserError } from "../cli/errors.ts";
import { commentMarker } from "./comment.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";

/** A comment of the pull request that the pipeline runs for. */
export interface ForgeComment {
  readonly id: number;
  readonly body: string;
  /** Written by the account that the pipeline's token belongs to. */
  readonly mine: boolean;
}

/** The pull request's comments on GitHub or GitLab. */
export interface Forge {
  readonly name: "GitHub" | "GitLab";
  /** Page of the running pipeline. */
  readonly link: string | null;
  /** The token: never shown, never handed to a child process. */
  readonly token: string;
  comments(): Promise<readonly ForgeComment[]>;
  create(body: string): Promise<void>;
  update(id: number, body: string): Promise<void>;
  remove(id: number): Promise<void>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The forge whose pipeline this process runs in, from the variables that it sets.
 *
 * @throws UserError outside a pipeline of a pull request, naming what is missing
 */
export function forgeOf(environment: Environment): Forge {
  if (environment.GITHUB_ACTIONS === "true") return github(environment);
  if (environment.GITLAB_CI === "true") return gitlab(environment);
  throw new UserError("there is no pull request to comment on here", {
    code: "NO_PULL_REQUEST",
    hint: "--publish works in a GitHub or GitLab pipeline. To read the comment instead: --out FILE",
  });
}

/** Variables that hold a forge's token. */
export const tokenVariables: readonly string[] = [
  "GITHUB_TOKEN",
  "GH_TOKEN",
  "BASTIDE_COMMENT_TOKEN",
  "CI_JOB_TOKEN",
];

/**
 * Puts the comment in its place: the one from an earlier run is replaced, wherever it stands by now, and
 * copies that two runs at once left are removed. Comments of other accounts are never touched, whatever
 * they begin with. Tried three times; looking first makes that safe.
 *
 * @throws SystemError after the third failure
 */
export async function publish(forge: Forge, body: string, pauseMs = 2000): Promise<"created" | "updated"> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await publishOnce(forge, body);
    } catch (error) {
      if (attempt === 3 || !(error instanceof SystemError)) throw error;
      await sleep(pauseMs * attempt);
    }
  }
}

async function publishOnce(forge: Forge, body: string): Promise<"created" | "updated"> {
  const comments = await forge.comments();
  const ours = comments.filter((comment) => comment.mine && comment.body.startsWith(commentMarker));
  const [first, ...copies] = ours.toSorted((a, b) => a.id - b.id);
  if (first === undefined) {
    await forge.create(body);
    return "created";
  }
  await forge.update(first.id, body);
  for (const copy of copies) await forge.remove(copy.id);
  return "updated";
}
