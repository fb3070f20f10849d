/** The door for `bastide doctor`: whether the antivirus vendor answers to the key, and what was bought of it. */
import { z } from "zod";
import type { ProviderConfig } from "./config.ts";
import { gravityzoneConnectionTo } from "./connections.ts";

export interface BoughtLicences {
  /** APIs of those that are needed which the key may not use. */
  readonly missingApis: readonly string[];
  readonly boughtSeats: number;
  readonly heldSeats: number;
}

const NEEDED = ["accounts", "companies", "licensing", "network", "packages"];

/** @throws ProviderError or Error that says why there is no answer; nothing is written */
export async function readLicences(
  config: NonNullable<ProviderConfig["gravityzone"]>,
  signal: AbortSignal,
): Promise<BoughtLicences> {
  const connection = await gravityzoneConnectionTo(config, () => {});
  try {
    const target = new URL(config.url).host;
    const key = { operation: "general.getApiKeyDetails", target, lost: "again", params: {} } as const;
    const { enabledApis } = await connection.ask(
      key,
      z.looseObject({ enabledApis: z.array(z.string()) }),
      signal,
    );
    const params = config.companyId === undefined ? {} : { companyId: config.companyId };
    const licence = { operation: "licensing.getLicenseInfo", target, lost: "again", params } as const;
    const shape = z.looseObject({ totalSlots: z.number(), usedSlots: z.number() });
    const { totalSlots, usedSlots } = await connection.ask(licence, shape, signal);
    return {
      missingApis: NEEDED.filter((api) => !enabledApis.includes(api)),
      boughtSeats: totalSlots,
      heldSeats: usedSlots,
    };
  } finally {
    await connection.close();
  }
}
