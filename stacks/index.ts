import * as pulumi from "@pulumi/pulumi";
import { platformProgram } from "./platform.ts";
import { tenantProgram } from "./tenant.ts";

/** Name of the stack that all collectivités share; no slug. */
const platformStack = "platform";

/** The one program of the project: `platform`, or the stack of the collectivité that is called so. */
export default async function program(): Promise<Record<string, unknown>> {
  const stack = pulumi.getStack();
  return stack === platformStack ? platformProgram() : tenantProgram(stack);
}
