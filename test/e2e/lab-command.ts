import { join } from "node:path";
import { execa } from "execa";
import { checkoutRoot, node24 } from "../../scripts/engine/checkout.mjs";
import { testLab } from "./lab.setup.ts";

/** Starts `bastide` on the tests' lab, with the tenant files of one test, without a terminal and without input. */
export function onTestLab(
  tenantsDir: string,
  args: readonly string[],
  {
    timeoutMs = 300_000,
    detached = false,
    env = {},
  }: { timeoutMs?: number; detached?: boolean; env?: Readonly<Record<string, string>> } = {},
) {
  return execa(node24(), [join(checkoutRoot, "scripts/bastide.ts"), ...args], {
    cwd: checkoutRoot,
    env: { PULUMI_BACKEND_URL: testLab.backendUrl, BASTIDE_TENANTS: tenantsDir, ...env },
    stdin: "ignore",
    reject: false,
    timeout: timeoutMs,
    detached,
  });
}

/** Deploys the platform of the tests' lab, whose relays every domain with mail has a document on. */
export async function deployPlatform(tenantsDir: string): Promise<void> {
  const { exitCode, stdout, stderr } = await onTestLab(tenantsDir, ["up", "platform", "--yes"]);
  if (exitCode !== 0) throw new Error(`up platform ended with ${exitCode}: ${stdout}${stderr}`);
}
