import { z } from "zod";
import { formatBytes } from "../../plan/index.ts";
import type { Change, PropertyChange } from "./changes.ts";

/** The part of a service that is told. */
const taskSpec = z.object({
  containerSpec: z.object({ image: z.string(), args: z.array(z.string()).nullish() }),
});
type Container = z.infer<typeof taskSpec>["containerSpec"];

/**
 * A change of a backup's login or of a service, in French; `null` for anything else. `will` is `sera ` before it
 * happens, and empty afterwards.
 */
export function backupWords({ kind, type, subject, properties }: Change, will: string): string | null {
  if (type === "cdg:restic:Access" && kind === "update")
    return `mot de passe de la sauvegarde ${subject} ${will}remplacé : l’ancien sera refusé, la clé du contenu reste`;
  // Those in use keep the old one until they have the new one: nothing is lost between them.
  if (type === "docker:index/secret:Secret" && kind === "replace")
    return `liste d’accès ${subject} ${will}remplacée`;
  if (type === "docker:index/service:Service" && kind === "update")
    return `instance ${subject} ${will}redémarrée : ${serviceWords(properties)}`;
  if (type === "cdg:restic:Repository" && kind === "update")
    return `sauvegarde ${subject} ${will}vérifiée avec ses accès, contenu conservé`;
  return null;
}

function serviceWords(properties: readonly PropertyChange[]): string {
  const change = properties.find(({ property }) => property === "taskSpec");
  const [before, after] = [containerOf(change?.before), containerOf(change?.after)];
  if (before === null || after === null) return "réglages";
  const space = [spaceOf(before), spaceOf(after)];
  const parts = [
    ...(before.image === after.image ? [] : ["image"]),
    ...(space[0] === space[1] ? [] : [`espace ${space.join(" → ")}`]),
  ];
  return parts.join(" ; ") || "réglages";
}

function containerOf(value: unknown): Container | null {
  return taskSpec.safeParse(value).data?.containerSpec ?? null;
}

function spaceOf({ args }: Container): string {
  const bytes = /^--max-size=(\d+)$/.exec(
    (args ?? []).find((arg) => arg.startsWith("--max-size=")) ?? "",
  )?.[1];
  return bytes === undefined ? "illimité" : formatBytes(Number(bytes));
}
