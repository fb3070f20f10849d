import { isAbsolute, join } from "node:path";
import type { Session } from "./session.ts";

/** Relative paths mean the same as in a deployment, whose plugin runs in the program's folder. */
export function inProgramFolder<
  T extends { readonly credential: string; readonly caFile?: string | undefined },
>({ root }: Pick<Session, "root">, connection: T): T {
  const absolute = (path: string) => (isAbsolute(path) ? path : join(root, "stacks", path));
  const { credential, caFile } = connection;
  return {
    ...connection,
    ...(credential.startsWith("file:") ? { credential: `file:${absolute(credential.slice(5))}` } : {}),
    ...(caFile === undefined ? {} : { caFile: absolute(caFile) }),
  };
}
