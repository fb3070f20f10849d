/** `docker.ServiceConfig`: a file for services that is no secret; has no update. */
import { z } from "zod";
import type { ExtraRule } from "./bridge/check.ts";
import { type Found, handlerOf } from "./bridge/kind.ts";
import { base64 } from "./bridge/rules.ts";
import { labels, requiredBlock, text } from "./bridge/shape.ts";
import { isGone } from "./engine.ts";
import { fromLabels, toLabels } from "./labels.ts";

const replaces = { replaces: true } as const;

const shape = requiredBlock({
  data: text({ ...replaces, rule: base64 }),
  dataRaw: text(replaces),
  labels: labels(replaces),
  name: text(replaces),
});

const made = z.object({ ID: z.string() });
const answer = z.object({
  ID: z.string(),
  Spec: z.object({
    Name: z.string(),
    Data: z.string().default(""),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
});

/** Exactly one of both, in the official plugin's words. */
const oneOfBoth: ExtraRule = (inputs) => {
  const given = ["data", "dataRaw"].filter((name) => inputs[name] !== undefined && inputs[name] !== null);
  if (given.length === 1) return [];
  const problem = (name: string) =>
    given.length === 2
      ? `Invalid combination of arguments. "${name}": only one of \`data,data_raw\` can be specified, but \`data,data_raw\` were specified.`
      : `Invalid combination of arguments. "${name}": one of \`data,data_raw\` must be specified`;
  return [
    { path: "data", problem: problem("data") },
    { path: "dataRaw", problem: problem("data_raw") },
  ];
};

export const serviceConfig = handlerOf({
  token: "docker:index/serviceConfig:ServiceConfig",
  description: "A configuration file of the Swarm, given to services.",
  inputs: shape,
  rules: oneOfBoth,

  async create({ name, data, dataRaw, labels: given }, { client, signal }): Promise<Found> {
    const content = data ?? Buffer.from(dataRaw ?? "").toString("base64");
    const body = { Name: name, Data: content, Labels: toLabels(given) };
    const { ID } = await client.post("/configs/create", body, made, signal);
    return {
      id: ID,
      outputs: { data: data ?? null, dataRaw: dataRaw ?? null, labels: given ?? [], name: name ?? null },
    };
  },

  async read(id, state, { client, signal }) {
    try {
      const { Spec } = await client.get(`/configs/${encodeURIComponent(id)}`, answer, signal);
      const raw = typeof state?.dataRaw === "string";
      const content = raw
        ? { data: null, dataRaw: Buffer.from(Spec.Data, "base64").toString() }
        : { data: Spec.Data, dataRaw: null };
      return { id, outputs: { ...content, labels: fromLabels(Spec.Labels), name: Spec.Name } };
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  },

  async delete(id, _state, { client, signal }) {
    await client.remove(`/configs/${encodeURIComponent(id)}`, signal);
  },
});
