import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tenantJsonSchema } from "../plan/schema/json.ts";
import { checkoutRoot } from "./engine/checkout.mjs";

// Run after a change of plan/schema/: node_modules/.bin/node scripts/generate-schema.ts
writeFileSync(join(checkoutRoot, "tenants", "tenant.schema.json"), tenantJsonSchema());
