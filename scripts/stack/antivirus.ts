import { z } from "zod";
import { fail } from "../cli/index.ts";
import { outputsOfStack } from "./outputs-reader.ts";
import type { Session } from "./session.ts";

/** The part of the outputs' contract (`stacks/outputs.ts`) that is read here. */
const outputs = z.object({
  services: z.object({ antivirus: z.object({ installers: z.object({ windows: z.string() }) }).optional() }),
});

/**
 * Link of a collectivité's installation package.
 *
 * @throws UserError when it is not deployed or has no antivirus licences.
 */
export async function installerOf(session: Session, slug: string): Promise<string> {
  const found = outputs.safeParse(await outputsOfStack(session, slug));
  return (
    found.data?.services.antivirus?.installers.windows ??
    fail(`${slug} has no antivirus licences.`, {
      code: "ANTIVIRUS_NONE",
      hint: "Add antivirus: {postes: 1} to its file, then deploy it.",
    })
  );
}
