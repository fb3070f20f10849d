import { z } from "zod";
import { type Engine, isGone } from "../../providers/stand-ins/docker/engine.ts";

/** `GET /services/NAME` of the Docker API. What is not named here is sent back as it came. */
const inspected = z.object({
  ID: z.string(),
  Version: z.object({ Index: z.number() }),
  Spec: z.looseObject({
    Name: z.string(),
    TaskTemplate: z.looseObject({
      ForceUpdate: z.number().default(0),
      ContainerSpec: z.looseObject({
        Args: z.array(z.string()).default([]),
        Secrets: z
          .array(z.looseObject({ SecretID: z.string(), SecretName: z.string() }))
          .nullish()
          .transform((secrets) => secrets ?? []),
      }),
    }),
  }),
});

export type SwarmService = z.output<typeof inspected>;

/** A service as the Swarm has it; `null` when there is none of that name. */
export async function serviceCalled(
  engine: Engine,
  name: string,
  signal: AbortSignal,
): Promise<SwarmService | null> {
  try {
    return await engine.get(`/services/${name}`, inspected, signal);
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** Lets the Swarm start a service's containers anew; nothing else of it changes, and no deployment sees it. */
export async function restartService(
  engine: Engine,
  { ID: id, Version: version, Spec: spec }: SwarmService,
  signal: AbortSignal,
): Promise<void> {
  const task = spec.TaskTemplate;
  const body = { ...spec, TaskTemplate: { ...task, ForceUpdate: task.ForceUpdate + 1 } };
  await engine.post(`/services/${id}/update?version=${version.Index}&`, body, z.unknown(), signal);
}
