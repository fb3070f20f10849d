import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkPassphrase } from "../../../scripts/stack/passphrase.ts";
import { sampleSession } from "./sample-session.ts";

/** Written by the engine for the passphrase `bastide-fixture`. */
const salt = "v1:pLhWfZDXWkU=:v1:RilUGZI4S3/pGTXQ:OnHen5ROIy7Sp1+82O5A+JEmAqCKEA==";

describe("checkPassphrase", () => {
  it("takes the one that the engine made the salt with", async () => {
    await using sample = await sampleSession({ PULUMI_CONFIG_PASSPHRASE: "bastide-fixture" });
    await expect(checkPassphrase(sample.session, "nerac", salt)).resolves.toBeUndefined();
  });

  it("takes it from a file, as the engine does", async () => {
    await using sample = await sampleSession();
    const file = join(sample.folder, "passphrase");
    await writeFile(file, "bastide-fixture\n");
    const session = { ...sample.session, env: { PULUMI_CONFIG_PASSPHRASE_FILE: file } };
    await expect(checkPassphrase(session, "nerac", salt)).resolves.toBeUndefined();
  });

  it("fails for another one, without showing it", async () => {
    await using sample = await sampleSession({ PULUMI_CONFIG_PASSPHRASE: "something else" });
    await expect(checkPassphrase(sample.session, "nerac", salt)).rejects.toMatchObject({
      message: "The passphrase is not the one that nerac was made with.",
      hint: "It comes from PULUMI_CONFIG_PASSPHRASE. Nothing was changed.",
    });
  });

  it("fails when there is none", async () => {
    await using sample = await sampleSession();
    await expect(checkPassphrase(sample.session, "nerac", salt)).rejects.toThrow("No passphrase is set.");
  });

  it("asks for none where the stack has another secrets provider, or does not exist", async () => {
    await using sample = await sampleSession();
    await expect(checkPassphrase(sample.session, "nerac", null)).resolves.toBeUndefined();
  });
});
