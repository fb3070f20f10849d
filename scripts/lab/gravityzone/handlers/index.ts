import { z } from "zod";
import { type Method, method } from "../method.ts";
import { anyObject } from "../params.ts";
import { newId } from "../store.ts";
import { accounts } from "./accounts.ts";
import { companies } from "./companies.ts";
import { licensing } from "./licensing.ts";
import { network } from "./network.ts";
import { packages } from "./packages.ts";

const general: Readonly<Record<string, Method>> = {
  getApiKeyDetails: method(anyObject, (_params, { enabledApis, keyCreatedAt }) => ({
    enabledApis,
    createdAt: keyCreatedAt,
  })),
};

/** Events are remembered as asked for and never sent: the lab has nobody who listens. */
const push: Readonly<Record<string, Method>> = {
  setPushEventSettings: method(
    z.looseObject({ status: z.union([z.literal(0), z.literal(1)]), serviceType: z.string().optional() }),
    (settings, { store }) => {
      const [known] = store.all("push");
      store.put({ kind: "push", id: known?.id ?? newId(), settings });
      return true;
    },
  ),
  getPushEventSettings: method(
    anyObject,
    (_params, { store }) => store.all("push")[0]?.settings ?? { status: 0 },
  ),
};

/** Every method by API, the last part of the URL. */
export const apis: Readonly<Record<string, Readonly<Record<string, Method>>>> = {
  accounts,
  companies,
  general,
  licensing,
  network,
  packages,
  push,
};
