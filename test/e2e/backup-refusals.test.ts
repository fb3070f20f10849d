import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { docker } from "../../scripts/lab/docker.ts";
import { BackupRig, missingImage } from "./backup/rig.ts";
import { testLab } from "./lab.setup.ts";

const properties = z.record(z.string(), z.unknown());
const checkpoint = z.looseObject({
  checkpoint: z.looseObject({
    latest: z.looseObject({
      resources: z.array(
        z.looseObject({ type: z.string(), inputs: properties.optional(), outputs: properties.optional() }),
      ),
    }),
  }),
});
let rig: BackupRig;

beforeAll(async () => {
  rig = await BackupRig.start();
  await rig.write("valence", "{ sources: [bureautique] }");
});

afterAll(() => rig[Symbol.asyncDispose]());

describe("a backup target is refused before anything is made", { timeout: 600_000 }, () => {
  const nodeLabel = async (...change: readonly string[]) => {
    const node = await docker(testLab, ["info", "--format", "{{.Swarm.NodeID}}"]);
    await docker(testLab, ["node", "update", ...change, node]);
  };

  it("while the platform is not deployed", async () => {
    const { exitCode, stdout } = await rig.bastideElsewhere("up", "valence", "--yes");
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "valence: A backup needs the platform's network, and the platform is not deployed. [PLATFORM_MISSING]",
    );
    expect(stdout).toContain("npx bastide up platform");
  });

  it("where no storage node has pays=fr", async () => {
    await rig.run("up", "platform", "--yes");
    expect(await rig.run("preview", "platform")).toContain("rien à changer");
    await nodeLabel("--label-rm", "pays");
    const { exitCode, stdout } = await rig.bastide("up", "valence", "--yes");
    await nodeLabel("--label-add", "pays=fr");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("valence: No node of the Swarm can hold its backup. Nothing was made.");
    expect(await rig.listed("volume")).not.toContain("backup-valence");
  });
});

describe("a backup target whose image is not on its node", { timeout: 600_000 }, () => {
  it("fails within its 45 s in the Swarm's own words, leaves no service, and is made by the next run", async () => {
    const cdg = await readFile(testLab.cdgFile, "utf8");
    const { backup } = z.object({ backup: z.object({ image: z.string() }) }).parse(parse(cdg));
    await writeFile(testLab.cdgFile, cdg.replaceAll(backup.image, missingImage));
    const { exitCode, stdout } = await rig.bastide("up", "valence", "--yes");
    await writeFile(testLab.cdgFile, cdg);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/did not converge after 45s[\s\S]*No such image/);
    expect(await rig.listed("service")).not.toContain("backup-valence");
    await rig.run("up", "valence", "--yes");
    expect(await rig.run("preview", "valence")).toContain("rien à changer");
    expect(await rig.listed("service")).toContain("backup-valence");
  });
});

describe("a volume that holds backups (pains A2)", { timeout: 300_000 }, () => {
  it("is replaced for no label: the preview names it and ends with 1, and so does the deployment", async () => {
    // The other way round than in the pain: state and code differ by a label all the same.
    const file = join(testLab.stateDir, ".pulumi/stacks/bastide/valence.json");
    const text = await readFile(file, "utf8");
    const state = checkpoint.parse(JSON.parse(text));
    const volume = state.checkpoint.latest.resources.find(
      ({ type }) => type === "docker:index/volume:Volume",
    );
    for (const side of [volume?.inputs, volume?.outputs]) {
      if (side !== undefined) side.labels = [{ label: "nom", value: "Commune de Valence" }];
    }
    await writeFile(file, JSON.stringify(state));
    for (const command of ["preview", "up"]) {
      const { exitCode, stdout } = await rig.bastide(
        command,
        "valence",
        ...(command === "up" ? ["--yes"] : []),
      );
      expect(exitCode).toBe(1);
      expect(stdout).toContain(
        "valence: backup-valence would be replaced (labels): its backups would be left behind",
      );
    }
    await writeFile(file, text);
    expect(await rig.run("preview", "valence")).toContain("rien à changer");
    expect(await rig.listed("volume")).toContain("backup-valence");
  });
});
