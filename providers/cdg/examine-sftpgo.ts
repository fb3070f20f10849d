/** A look at SFTPGo for `bastide doctor`; changes nothing. */
import type { z } from "zod";
import { type ProviderConfig, sftpgoConnection } from "./config.ts";
import { sftpgoAt } from "./connections.ts";
import { hasCode } from "./http/errors.ts";

export interface SftpgoFacts {
  /** Something speaks SFTPGo's API there. */
  readonly answers: boolean;
  /** `null` where the administrator's login is refused. */
  readonly version: string | null;
}

/** @throws Error when the credential's reference leads nowhere, ProviderError for what is no refused login. */
export async function examineSftpgo(
  config: z.input<typeof sftpgoConnection>,
  signal: AbortSignal,
): Promise<SftpgoFacts> {
  const connection: NonNullable<ProviderConfig["sftpgo"]> = sftpgoConnection.parse(config);
  const rest = await sftpgoAt(connection, () => {});
  try {
    if (!(await rest.answers(signal))) return { answers: false, version: null };
    return { answers: true, version: await rest.version(signal) };
  } catch (error) {
    if (hasCode(error, "sftpgo.401")) return { answers: true, version: null };
    throw error;
  } finally {
    await rest.close();
  }
}
