import { backups } from "./backups.ts";
import type { Campaign } from "./campaign.ts";
import { edits } from "./edits.ts";
import { faults, silence } from "./faults.ts";
import { kills } from "./kills.ts";
import { locks } from "./locks.ts";
import { refresh } from "./refresh.ts";
import { recordings, upgrade } from "./tested.ts";
import { tokens } from "./tokens.ts";

/** Every part of `npm run soak`. Another system's campaigns are further rows. */
export const campaigns: readonly Campaign[] = [
  tokens,
  refresh,
  locks,
  edits,
  faults,
  silence,
  backups,
  kills,
  upgrade,
  recordings,
];
