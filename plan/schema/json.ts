import { z } from "zod";
import { tenantSchema } from "./tenant.ts";

/** JSON Schema of a tenant file for editors, as the text of `tenants/tenant.schema.json`. */
export function tenantJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(tenantSchema, { io: "input" }), null, 2)}\n`;
}
