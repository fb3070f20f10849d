import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkoutRoot } from "../../scripts/engine/checkout.mjs";
import { shortened } from "../campaigns/campaign.ts";
import { campaigns } from "../campaigns/campaigns.ts";
import { ProgressFile } from "../campaigns/progress-file.ts";
import { runCampaign } from "../campaigns/runner.ts";

const seed = 42;

/** The campaigns of `npm run soak`, at points spread evenly over each. */
describe("in short:", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "campaigns-"));
  });
  afterAll(async () => await rm(folder, { recursive: true, force: true }));

  it.each(campaigns.filter(({ short }) => short > 0))(
    "$name, $short points: $seen",
    { timeout: 1_800_000 },
    async (campaign) => {
      const progress = new ProgressFile(folder, campaign.name);
      const only = shortened(await campaign.points({ seed }), campaign.short);
      await runCampaign({ campaign, only, seed, progress, stopped: () => false, say: () => {} });
      const { tries } = progress.read();
      expect(tries.size).toBe(campaign.short);
      expect([...tries].filter(([, { failure }]) => failure !== null)).toEqual([]);
    },
  );

  it("nothing of it is left in the checkout", async () => {
    const names = await readdir(join(checkoutRoot, "stacks/config")).catch(() => []);
    expect(names.filter((name) => /^Pulumi\.[a-z]\d+\.yaml$/.test(name))).toEqual([]);
  });
});
