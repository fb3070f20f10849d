/** `docker.Volume`: made where it is missing, taken as it is where one of that name exists. */
import { z } from "zod";
import { type Found, handlerOf } from "./bridge/kind.ts";
import { labels, requiredBlock, text, texts } from "./bridge/shape.ts";
import { DaemonError, isGone } from "./engine.ts";
import { fromLabels, toLabels } from "./labels.ts";
import { sleep } from "./sleep.ts";

const replaces = { replaces: true } as const;

const shape = requiredBlock({
  driver: text({ ...replaces, computed: true }),
  driverOpts: texts(replaces),
  labels: labels(replaces),
  name: text(replaces),
});

/** `GET /volumes/NAME`. */
const answer = z.object({
  Name: z.string(),
  Driver: z.string(),
  Mountpoint: z.string(),
  Labels: z.record(z.string(), z.string()).nullish(),
  Options: z.record(z.string(), z.string()).nullish(),
});

function found(volume: z.infer<typeof answer>): Found {
  return {
    id: volume.Name,
    outputs: {
      cluster: null,
      driver: volume.Driver,
      driverOpts: volume.Options ?? {},
      labels: fromLabels(volume.Labels),
      mountpoint: volume.Mountpoint,
      name: volume.Name,
    },
  };
}

/** Stopped tasks hold a volume for a while. */
const REMOVAL_SECONDS = 30;

export const volume = handlerOf({
  token: "docker:index/volume:Volume",
  description: "A volume of the engine.",
  inputs: shape,
  computed: ["cluster", "mountpoint"],
  meta: '{"schema_version":"1"}',

  async create({ name, driver, driverOpts, labels: given }, { client, signal }) {
    const body = { Name: name, Driver: driver, DriverOpts: driverOpts, Labels: toLabels(given) };
    const made = found(await client.post("/volumes/create", body, answer, signal));
    return driverOpts ? made : { ...made, outputs: { ...made.outputs, driverOpts: null } };
  },

  async read(id, _state, { client, signal }) {
    try {
      return found(await client.get(`/volumes/${encodeURIComponent(id)}`, answer, signal));
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  },

  /** @throws Error after 30 seconds in use, with what the daemon says uses it. */
  async delete(id, _state, { client, signal }) {
    for (const end = Date.now() + REMOVAL_SECONDS * 1_000; ; await sleep(1_000, signal)) {
      try {
        await client.remove(`/volumes/${encodeURIComponent(id)}`, signal);
        return;
      } catch (error) {
        if (!(error instanceof DaemonError) || error.status !== 409) throw error;
        if (Date.now() < end) continue;
        throw new Error(
          `timeout while waiting for state to become 'removed' (last state: 'in_use', timeout: ${REMOVAL_SECONDS}s): ${error.message}`,
        );
      }
    }
  },
});
