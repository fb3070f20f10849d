import { z } from "zod";
import type { CallLog } from "../call-log.ts";
import { type ControlHandler, controlDoor } from "../control-door.ts";
import { enrol, enrolment } from "./enrol.ts";
import type { FaultPlan } from "./faults.ts";
import { faultRule } from "./faults.ts";
import { isPassword } from "./handlers/accounts.ts";
import type { MethodContext } from "./method.ts";

export interface ControlParts {
  readonly context: MethodContext;
  readonly calls: CallLog;
  readonly plan: FaultPlan;
}

/**
 * The lab's own door beside the API, for callers on the same machine:
 *
 * - `GET /__lab/calls`: `{requests, calls}`; `DELETE` empties the log
 * - `GET /__lab/faults`: the plan with its counters; `PUT` replaces it by a list of rules; `DELETE` ends it
 * - `POST /__lab/enrol` `{link, workstations, servers}`: machines on which the installer behind the link is run
 * - `POST /__lab/logins` `{email, password}`: `{allowed}`, what the console would say to this login
 * - `POST /__lab/reset`: no faults, empty log; what was made stays
 */
export function controlHandler({ context, calls, plan }: ControlParts): ControlHandler {
  return controlDoor({
    "GET /__lab/calls": () => ({ requests: calls.calls.length, calls: calls.calls }),
    "DELETE /__lab/calls": () => calls.clear(),
    "GET /__lab/faults": () => plan.state,
    "PUT /__lab/faults": (body) => plan.set(z.array(faultRule).parse(body)),
    "DELETE /__lab/faults": () => plan.set([]),
    "POST /__lab/enrol": (body) => {
      const result = enrol(enrolment.parse(body), context);
      context.store.commit();
      return result ?? { error: "no package has this link" };
    },
    "POST /__lab/logins": (body) => login(context, body),
    "POST /__lab/reset": () => {
      calls.clear();
      plan.set([]);
    },
  });
}

/** Users of a suspended company can no longer log in. */
function login({ store }: MethodContext, body: unknown): { allowed: boolean } {
  const { email, password } = z.strictObject({ email: z.string(), password: z.string() }).parse(body);
  const [account] = store.all("account", (one) => one.email.toLowerCase() === email.toLowerCase());
  if (account === undefined || !isPassword(account, password)) return { allowed: false };
  return { allowed: store.byId("company", account.companyId)?.isSuspended === false };
}
