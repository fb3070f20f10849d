import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { checkoutRoot } from "../../scripts/engine/checkout.mjs";
import { type CommandResult, Sandbox } from "./harness.ts";

const domains = ["albret-communaute.fr", "mairie-nerac.fr", "saint-vincent.collectivites.example"];
const printed = z.object({
  stacks: z.array(
    z.looseObject({
      slug: z.string(),
      status: z.string(),
      changes: z.array(z.looseObject({ kind: z.string(), type: z.string() })),
      errors: z.array(z.string()),
    }),
  ),
});

/** The lab of an earlier version: its states, passphrase, directory and files, under today's code. */
describe("a lab of the first version", () => {
  let sandbox: Sandbox;
  let before: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const from = join(checkoutRoot, "test/fixtures/states/v0");
    sandbox = await Sandbox.start({ name: "v0", from });
    before = await identifiers();
  });
  afterAll(async () => await sandbox[Symbol.asyncDispose]());

  /** Zimbra's identifier of each mailbox by address. */
  async function identifiers(): Promise<ReadonlyMap<string, string>> {
    const found = await Promise.all(domains.map((domain) => sandbox.zimbra.mailboxes(domain)));
    return new Map(found.flatMap((map) => [...map].map(([address, { id }]) => [address, id] as const)));
  }

  function changesIn({ stdout }: CommandResult) {
    return printed.parse(JSON.parse(stdout)).stacks;
  }

  it("previews without a replacement or a removal: only its connection has moved", async () => {
    const all = changesIn(await sandbox.bastide(["preview", "--json"]));
    expect(all.map(({ slug, errors }) => [slug, errors])).toEqual([
      ["cc-albret", []],
      ["nerac", []],
      ["saint-vincent", []],
    ]);
    const kinds = all.flatMap(({ changes }) => changes.map(({ kind, type }) => `${kind} ${type}`));
    expect([...new Set(kinds)]).toEqual(["update pulumi:providers:cdg"]);
  });

  it("is deployed, and its mailboxes are the same ones", async () => {
    const { exitCode } = await sandbox.bastide(["up", "--yes"]);
    expect(exitCode).toBe(0);
    expect(before.size).toBe(13);
    expect(await identifiers()).toEqual(before);
    const after = changesIn(await sandbox.bastide(["preview", "--json"]));
    expect(after.map(({ status }) => status)).toEqual(["unchanged", "unchanged", "unchanged"]);
  });
});
