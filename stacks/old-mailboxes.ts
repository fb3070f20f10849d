import * as pulumi from "@pulumi/pulumi";
import type { Mail } from "../components/mail.ts";
import { oldPasswordKey, oldPasswordObligation, type TenantPlan } from "../plan/index.ts";
import type { TenantOutputs } from "./outputs.ts";

/**
 * Passwords of old mailboxes that the stack's configuration holds (`bastide secret set SLUG ancienne:ADDRESS`),
 * by address. The plan knows of none.
 */
export function oldPasswordsOf({ mail }: TenantPlan): ReadonlyMap<string, pulumi.Output<string>> {
  const entries = (mail?.mailboxes ?? []).flatMap(({ oldMailbox }) => {
    if (oldMailbox === undefined) return [];
    const [namespace = "", name = ""] = oldPasswordKey(oldMailbox.address).split(":");
    const password = new pulumi.Config(namespace).getSecret(name);
    return password === undefined ? [] : [[oldMailbox.address, password] as const];
  });
  return new Map(entries);
}

/** What is left to do: the plan asks for every password, and those that were given are no obligation any more. */
export function openObligations(
  { obligations, mail: plan }: TenantPlan,
  mail: Mail | null,
): TenantOutputs["obligations"] {
  const done = (plan?.mailboxes ?? []).flatMap(({ address, oldMailbox }) =>
    oldMailbox !== undefined && mail?.oldMailboxes.has(oldMailbox.address)
      ? [oldPasswordObligation(address)]
      : [],
  );
  return obligations.filter(({ key }) => !done.includes(key));
}
