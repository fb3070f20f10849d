import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { checkoutRoot, node24 } from "../../../scripts/engine/checkout.mjs";

/** In a process of its own, since hooks and modules stay loaded. */
async function inNode(script: string): Promise<string> {
  const { stdout } = await execa(node24(), ["--input-type=module", "--eval", script], { cwd: checkoutRoot });
  return stdout;
}

describe("the SDK as programs are run with it", () => {
  it("loads without what serialises functions, and says so to a program that tries", async () => {
    const printed = await inNode(`
      import module from "node:module";
      import { leaveOutSerialisation } from "./scripts/stack/lean-sdk.ts";
      leaveOutSerialisation();
      leaveOutSerialisation();
      const { default: pulumi } = await import("@pulumi/pulumi");
      const loaded = Object.keys(module._cache).filter((file) => /\\/(?:arborist|typescript)\\//.test(file));
      console.log(loaded.length);
      await pulumi.runtime.serializeFunction(() => 1).catch((error) => console.log(error.message));
    `);
    expect(printed).toMatch(
      /^0\nThe SDK asked for \w+ of a package that bastide leaves out: no program here may serialise functions\./,
    );
  });

  it("leaves these packages to everybody else", async () => {
    const printed = await inNode(`
      import { leaveOutSerialisation } from "./scripts/stack/lean-sdk.ts";
      leaveOutSerialisation();
      const { default: typescript } = await import("typescript");
      console.log(typeof typescript.createProgram);
    `);
    expect(printed).toBe("function");
  });
});
