/** `docker.Secret`: has no update; the daemon never tells its data. */
import { z } from "zod";
import { type Found, handlerOf } from "./bridge/kind.ts";
import { base64 } from "./bridge/rules.ts";
import { labels, requiredBlock, requiredText, text } from "./bridge/shape.ts";
import { isGone } from "./engine.ts";
import { toLabels } from "./labels.ts";

const replaces = { replaces: true } as const;

const shape = requiredBlock({
  data: requiredText({ ...replaces, rule: base64 }),
  labels: labels(replaces),
  name: text(replaces),
});

const made = z.object({ ID: z.string() });
const answer = z.object({ ID: z.string(), Spec: z.object({ Name: z.string() }) });

export const secret = handlerOf({
  token: "docker:index/secret:Secret",
  description: "A secret of the Swarm, given to services as a file.",
  inputs: shape,
  meta: '{"schema_version":"1"}',
  secrets: ["data"],
  importable: false,

  async create({ name, data, labels: given }, { client, signal }): Promise<Found> {
    const body = { Name: name, Data: data, Labels: toLabels(given) };
    const { ID } = await client.post("/secrets/create", body, made, signal);
    return { id: ID, outputs: { data, labels: given ?? [], name: name ?? null } };
  },

  /** Only the name is read: labels and data are what the state says. */
  async read(id, state, { client, signal }) {
    try {
      const { Spec } = await client.get(`/secrets/${encodeURIComponent(id)}`, answer, signal);
      return { id, outputs: { ...state, name: Spec.Name } };
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  },

  async delete(id, _state, { client, signal }) {
    await client.remove(`/secrets/${encodeURIComponent(id)}`, signal);
  },
});
