import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { firstPassword, loginOf, refuseResetOutsideMail } from "../../../scripts/stack/passwords.ts";
import { sampleSession } from "./sample-session.ts";

const services = {
  mail: { url: null, addresses: ["accueil@nerac.example", "nerac.maire@nerac.example"] },
  antivirus: { url: null, addresses: ["mairie@orange.example"] },
  share: { url: null, addresses: ["nerac.accueil", "nerac.maire"] },
  transfer: { url: null, addresses: ["nerac.accueil"] },
};

/** A session whose stack `nerac` has these services. */
async function deployed() {
  const sample = await sampleSession();
  const stacks = join(sample.folder, ".pulumi", "stacks", "bastide");
  await mkdir(stacks, { recursive: true });
  const stack = { urn: "urn:pulumi:nerac::bastide::pulumi:pulumi:Stack::x", type: "pulumi:pulumi:Stack" };
  const latest = {
    manifest: { time: "2026-11-25T10:00:00Z" },
    resources: [{ ...stack, outputs: { services } }],
  };
  await writeFile(join(stacks, "nerac.json"), JSON.stringify({ version: 3, checkpoint: { latest } }));
  return sample;
}

describe("the login that a first password is asked for", () => {
  it.each([
    ["a mailbox by its local part", "accueil", "accueil@nerac.example", true],
    ["a mailbox by its address, in whatever case", "Accueil@Nerac.example", "accueil@nerac.example", true],
    ["a person of share and transfer", "nerac.accueil", "nerac.accueil", false],
    ["a login before a mailbox whose local part is the same", "nerac.maire", "nerac.maire", false],
    ["the account in the antivirus console", "mairie@orange.example", "mairie@orange.example", false],
  ])("is %s", async (_what, asked, login, isMailbox) => {
    await using sample = await deployed();
    expect(await loginOf(sample.session, "nerac", asked)).toEqual({ login, isMailbox });
  });

  it("is refused with those that there are, when there is none", async () => {
    await using sample = await deployed();
    await expect(loginOf(sample.session, "nerac", "nobody")).rejects.toMatchObject({
      message: 'nerac has no mailbox or login "nobody".',
      hint: "There are: accueil@nerac.example, nerac.maire@nerac.example, mairie@orange.example, nerac.accueil, nerac.maire",
    });
    await expect(loginOf(sample.session, "agen", "accueil")).rejects.toThrow(
      "agen is not deployed: there is no such stack.",
    );
  });

  it("gets no new password here when it is no mailbox's", () => {
    const of = (login: string, isMailbox: boolean) => () => refuseResetOutsideMail({ login, isMailbox });
    expect(of("accueil@nerac.example", true)).not.toThrow();
    expect(of("nerac.accueil", false)).toThrow("--reset is for mailboxes: nerac.accueil is none.");
  });
});

describe("a first password", () => {
  it("is read from the stack's secret output, and is missing where somebody else chose it", async () => {
    await using sample = await sampleSession();
    const pulumi = join(sample.folder, "pulumi");
    const output = JSON.stringify({ "nerac.accueil": "hT4k-9mPq", "nerac.maire": null });
    await writeFile(pulumi, `#!/bin/sh\n[ "$1 $2 $3" = "stack output passwords" ] && echo '${output}'\n`);
    await chmod(pulumi, 0o755);
    const session = { ...sample.session, engine: { ...sample.session.engine, pulumi } };
    expect(await firstPassword(session, "nerac", "nerac.accueil")).toBe("hT4k-9mPq");
    await expect(firstPassword(session, "nerac", "nerac.maire")).rejects.toThrow(
      "nerac.maire has no first password of ours: it existed before, or was reopened.",
    );
  });
});
