import { z } from "zod";
import { type ControlHandler, controlDoor } from "../control-door.ts";
import type { ExchangeParts } from "./exchange.ts";
import { faultRule } from "./faults-plan.ts";
import { recordLogin } from "./handlers/login.ts";
import type { Services } from "./services.ts";

/**
 * The lab's own door beside SOAP, for callers on the same machine:
 *
 * - `GET /__lab/calls`: `{requests, calls}`; `DELETE` empties the log
 * - `GET /__lab/faults`: the plan with its counters; `PUT` replaces it by a list of rules; `DELETE` ends it
 * - `PUT /__lab/token-lifetime` `{ms}`: how long new tokens live; null goes back to what Zimbra says
 * - `POST /__lab/logins` `{address}`: somebody logged in at the mail servers; Zimbra's servers note it themselves
 * - `POST /__lab/reset`: no faults, empty log, usual lifetimes, nobody barred; the directory stays
 */
export function controlHandler({ services, calls, plan, limits }: ControlParts): ControlHandler {
  const routes: Readonly<Record<string, (body: unknown) => unknown>> = {
    "GET /__lab/calls": () => ({
      requests: new Set(calls.calls.map((c) => c.request)).size,
      calls: calls.calls,
    }),
    "DELETE /__lab/calls": () => calls.clear(),
    "GET /__lab/faults": () => plan.state,
    "PUT /__lab/faults": (body) => plan.set(z.array(faultRule).parse(body)),
    "DELETE /__lab/faults": () => plan.set([]),
    "PUT /__lab/token-lifetime": (body) => setLifetime(services, body),
    "POST /__lab/token-lifetime": (body) => setLifetime(services, body),
    "POST /__lab/logins": (body) => noteLogin(services, body),
    "POST /__lab/reset": () => {
      calls.clear();
      plan.set([]);
      limits.reset();
      services.tokenLifetime = null;
    },
  };
  return controlDoor(routes);
}

/** What the control can look at and change. */
export type ControlParts = Omit<ExchangeParts, "engine">;

function setLifetime(services: Services, body: unknown): void {
  services.tokenLifetime = z.object({ ms: z.number().int().min(1).nullable() }).parse(body).ms;
}

function noteLogin(services: Services, body: unknown): { known: boolean } {
  const { address } = z.object({ address: z.string() }).parse(body);
  const account = services.directory.byAddress(address);
  if (account?.kind !== "account") return { known: false };
  recordLogin(account, services);
  services.directory.commit();
  return { known: true };
}
