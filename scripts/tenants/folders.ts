import { join, relative } from "node:path";
import { Option } from "commander";
import { checkoutRoot } from "../engine/checkout.mjs";

/** `--tenants`: `BASTIDE_TENANTS`, else the checkout's, whatever the working directory. */
export function tenantsOption(): Option {
  const folder = process.env.BASTIDE_TENANTS || ofCheckout("tenants");
  return new Option("--tenants <folder>", "folder of the tenant files").default(folder, "tenants/");
}

/** `--catalogue`: the checkout's, whatever the working directory. */
export function catalogueOption(): Option {
  return new Option("--catalogue <folder>", "folder of the catalogue").default(
    ofCheckout("catalogue"),
    "catalogue/",
  );
}

/** The file that replaces the catalogue's `cdg.yaml`, if any: `BASTIDE_CDG`. */
export function cdgPath(): string | undefined {
  return process.env.BASTIDE_CDG || undefined;
}

/** Shown relative to the working directory, so that editors and terminals open what a message names. */
function ofCheckout(name: string): string {
  return relative(process.cwd(), join(checkoutRoot, name)) || ".";
}
