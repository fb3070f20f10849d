import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkoutRoot } from "../../scripts/engine/checkout.mjs";
import { logsInToMail } from "../campaigns/passwords.ts";
import { wholeTown } from "../campaigns/systems.ts";
import { type CommandResult, Sandbox } from "./harness.ts";
import { secretsInState, Traces } from "./traces.ts";

/** One for each credential that is given; what is generated is in the state, encrypted. */
const given = {
  passphrase: "canary-passphrase-7Rk&<'\"é",
  zimbra: "canary-admin-password-9Wq&<'\"é",
  gravityzone: "canary-api-key-4Hn&<'\"",
  sftpgo: "canary-files-password-2Tz&<'\"é",
};
const traces = new Traces();

let sandbox: Sandbox;
/** First password of a mailbox. */
let shown: string;

beforeAll(async () => {
  sandbox = await Sandbox.start({
    name: "secrets",
    passphrase: given.passphrase,
    adminPassword: given.zimbra,
    seats: 60,
    apiKey: given.gravityzone,
    files: given.sftpgo,
    tenants: { secret: wholeTown("secret") },
  });
  await watched("up", "secret", "--yes");
  await watched("preview", "secret", "--diff");
  const changed = wholeTown("secret")
    .replace("quota: 5 Go", "quota: 4 Go")
    .replace(", urbanisme] }\ntr", "] }\ntr");
  await sandbox.writeTenant("secret", changed);
  sandbox.simulator.setFaults([{ operation: "*", call: 3, kind: "500" }]);
  sandbox.gravityzone.setFaults([{ operation: "*", call: 1, kind: "rpc-error" }]);
  sandbox.files.proxy.setFaults([{ operation: "sftpgo:put-users", call: 1, kind: "html" }]);
  await watched("up", "secret", "--yes", "--diff");
  sandbox.simulator.setFaults([]);
  sandbox.gravityzone.setFaults([]);
  sandbox.files.proxy.setFaults([]);
  await watched("up", "secret", "--yes", "--refresh", "--json");
  await watched("outputs", "secret");
  await watched("outputs", "secret", "--json");
  const asked = await sandbox.bastide(["password", "secret", "accueil@secret.example", "--json"]);
  shown = passwordOf(asked);
});
afterAll(async () => await sandbox[Symbol.asyncDispose]());

async function watched(...args: readonly string[]): Promise<void> {
  await traces.watch(`bastide ${args.join(" ")}`, sandbox.mark, sandbox.start(args));
}

function passwordOf({ stdout, stderr }: CommandResult): string {
  const { password } = JSON.parse(stdout);
  if (typeof password !== "string" || password.length < 8) throw new Error(`no password: ${stdout}${stderr}`);
  return password;
}

describe("secrets", () => {
  it("stand in clear nowhere: state, history, backups, logs, outputs, arguments, the systems' traces", async () => {
    const { lab, simulator, gravityzone, files } = sandbox;
    const own = ["zimbra-admin", "gravityzone-key"].map((name) => join(lab.secretsDir, name));
    await traces.addFiles(lab.dir, [lab.passphraseFile, ...own]);
    await traces.addFiles(join(checkoutRoot, ".bastide/pulumi/logs"));
    traces.add("call logs", JSON.stringify([simulator.calls, gravityzone.calls, files.proxy.calls]));
    for (const place of [".pulumi/stacks/", ".pulumi/history/", ".pulumi/backups/"])
      expect([place, traces.has(place)]).toEqual([place, true]);
    const generated = await secretsInState(lab, "secret");
    expect(Object.values(generated)).toContain(shown);
    // Four mailboxes, two people with files, an account at the vendor's.
    expect(Object.keys(generated)).toHaveLength(7);
    expect(traces.hits({ ...given, ...generated })).toEqual([]);
  });

  it("are there when asked for: the first password logs in", async () => {
    expect(await logsInToMail(sandbox.simulator, "accueil@secret.example", shown)).toBe(true);
  });
});
