/** `cdg:sftpgo:Retention`: an event rule of SFTPGo and the action that it runs each night. */
import { z } from "zod";
import type { ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { markLine } from "../mark.ts";
import { ACTION, change, type Found, find, findOurs, make, RULE, remove } from "./entity.ts";
import { type RetentionInputs, type RetentionOutputs, retentionInputs, retentionOutputs } from "./schema.ts";

/** Numbers of SFTPGo's API (openapi.yaml, EventActionTypes and EventTriggerTypes). */
const RETENTION_CHECK = 8;
const SCHEDULE = 3;
/** SFTPGo counts a retention in hours. */
const HOURS_A_DAY = 24;

const actionReply = z.looseObject({
  name: z.string(),
  options: z.looseObject({
    retention_config: z.looseObject({
      folders: z.array(z.looseObject({ path: z.string(), retention: z.number() })).default([]),
    }),
  }),
});

export const retention: ResourceHandler<CdgClient, RetentionInputs, RetentionOutputs> = {
  token: "cdg:sftpgo:Retention",
  description:
    "Deletes files of a folder that are older than so many days, each night. Removing it deletes no file.",
  inputs: retentionInputs,
  outputs: retentionOutputs,
  replaceOn: ["group"],
  idOf: ({ group }) => group,

  async create(inputs, { client, signal }) {
    const sftpgo = client.sftpgo();
    const description = markLine({ tenant: sftpgo.tenant, closed: null });
    const name = inputs.group;
    const action = await make(sftpgo, ACTION, { name, description, ...actionOf(inputs) }, signal);
    if (action !== null) {
      await change(sftpgo, ACTION, name, { there: action, wanted: actionOf(inputs) }, signal);
    }
    const rule = await make(sftpgo, RULE, { name, description, ...ruleOf(name) }, signal);
    if (rule !== null) await change(sftpgo, RULE, name, { there: rule, wanted: { status: 1 } }, signal);
    return inputs;
  },

  /** Without the rule nothing is deleted, so a rule that is gone is a resource that is gone. */
  async read(id, state, { client, signal }) {
    const name = state?.group ?? id;
    const [rule, action] = [
      await find(client.sftpgo(), RULE, name, signal),
      await find(client.sftpgo(), ACTION, name, signal),
    ];
    if (rule === null || action === null) return null;
    const [kept] = actionReply.parse(action).options.retention_config.folders;
    if (kept === undefined) return null;
    const inputs = { group: name, path: kept.path, days: Math.ceil(kept.retention / HOURS_A_DAY) };
    return { id, inputs, outputs: inputs };
  },

  async update(_id, _olds, news, { client, signal }) {
    const sftpgo = client.sftpgo();
    const there = await findOurs(sftpgo, ACTION, news.group, signal);
    await change(sftpgo, ACTION, news.group, { there, wanted: actionOf(news) }, signal);
    return news;
  },

  async delete(_id, { group: name }, { client, signal }) {
    const sftpgo = client.sftpgo();
    for (const kind of [RULE, ACTION]) {
      if ((await find(sftpgo, kind, name, signal)) === null) continue;
      await findOurs(sftpgo, kind, name, signal);
      await remove(sftpgo, kind, name, signal);
    }
  },
};

function actionOf({ path, days }: RetentionInputs): Found {
  const kept = { path, retention: days * HOURS_A_DAY, delete_empty_dirs: true };
  return { type: RETENTION_CHECK, options: { retention_config: { folders: [kept] } } };
}

/** At two in the morning, for every member: they see the same files, so the later ones find nothing to do. */
function ruleOf(name: string): Found {
  const nightly = { hour: "2", day_of_week: "*", day_of_month: "*", month: "*" };
  return {
    status: 1,
    trigger: SCHEDULE,
    conditions: { schedules: [nightly], options: { group_names: [{ pattern: name }] } },
    actions: [{ name, order: 1 }],
  };
}
