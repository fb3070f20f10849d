import { slugOf, tenantFiles } from "../../plan/index.ts";
import { fail } from "../cli/index.ts";
import { tenantsDirectory } from "./selection.ts";
import type { Session } from "./session.ts";
import { isSecret, outputsOf, readState } from "./state.ts";

/** A stack's outputs by name; secrets are `[secret]`. */
export type Outputs = Readonly<Record<string, unknown>>;

/**
 * Outputs of one stack, from its state.
 *
 * @throws UserError when the stack does not exist.
 */
export async function outputsOfStack(session: Session, slug: string): Promise<Outputs> {
  const state = await readState(session, slug);
  if (state === null)
    fail(`${slug} is not deployed: there is no such stack.`, {
      code: "STACK_UNKNOWN",
      hint: `npx bastide up ${slug}`,
    });
  return masked(outputsOf(state));
}

/** Outputs of every deployed collectivité, by slug. */
export async function allOutputs(session: Session): Promise<Readonly<Record<string, Outputs>>> {
  const slugs = tenantFiles(tenantsDirectory(session.root)).map(slugOf);
  const states = await Promise.all(
    slugs.map(async (slug) => [slug, await readState(session, slug)] as const),
  );
  return Object.fromEntries(
    states.flatMap(([slug, state]) => (state === null ? [] : [[slug, masked(outputsOf(state))]])),
  );
}

/**
 * The output, or the part of it, that `key` names (`usage.mail.storage`); all of them without a key.
 *
 * @throws UserError that lists the names there are.
 */
export function outputAt(slug: string, outputs: Outputs, key: string | undefined): unknown {
  let value: unknown = outputs;
  for (const name of key === undefined ? [] : key.split(".")) {
    const names = typeof value === "object" && value !== null ? Object.keys(value) : [];
    if (!names.includes(name))
      fail(`${slug} has no output ${JSON.stringify(key)}.`, {
        code: "OUTPUT_UNKNOWN",
        hint: names.length === 0 ? `Nothing is below it.` : `There are: ${names.join(", ")}`,
      });
    value = Object.entries(Object(value)).find(([entry]) => entry === name)?.[1];
  }
  return value;
}

function masked(outputs: Outputs): Outputs {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name, isSecret(value) ? "[secret]" : value]),
  );
}
