import type { Operation } from "../engine.ts";
import { accountOperations } from "./account.ts";
import { aliasOperations } from "./alias.ts";
import { authOperations } from "./auth.ts";
import { cosOperations } from "./cos.ts";
import { dataSourceOperations } from "./data-source.ts";
import { domainOperations } from "./domain.ts";
import { grantOperations } from "./grant.ts";
import { listOperations } from "./list.ts";
import { memberOperations } from "./member.ts";
import { quotaOperations } from "./quota.ts";
import { resourceOperations } from "./resource.ts";
import { searchOperations } from "./search.ts";
import { serverOperations } from "./server.ts";
import { userOperations } from "./user.ts";

/** Every operation that the simulator knows; any other document is `service.UNKNOWN_DOCUMENT`. */
export const operations: readonly Operation[] = [
  ...authOperations,
  ...userOperations,
  ...serverOperations,
  ...domainOperations,
  ...accountOperations,
  ...aliasOperations,
  ...listOperations,
  ...memberOperations,
  ...cosOperations,
  ...resourceOperations,
  ...searchOperations,
  ...quotaOperations,
  ...dataSourceOperations,
  ...grantOperations,
];
