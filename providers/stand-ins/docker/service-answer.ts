/** `GET /services/ID` and `GET /tasks` of the Docker API, as far as they are used. */
import { z } from "zod";

const text = z.string().default("");
const count = z.number().default(0);
const texts = z.array(z.string()).nullish();
const map = z.record(z.string(), z.string()).nullish();

const file = z.object({ Name: text, UID: text, GID: text, Mode: count }).nullish();

const mount = z.object({
  Type: text,
  Source: text,
  Target: text,
  ReadOnly: z.boolean().default(false),
  BindOptions: z.object({ Propagation: text }).nullish(),
  VolumeOptions: z
    .object({
      NoCopy: z.boolean().default(false),
      Labels: map,
      DriverConfig: z.object({ Name: text, Options: map }).nullish(),
    })
    .nullish(),
  TmpfsOptions: z.object({ SizeBytes: count, Mode: count }).nullish(),
});

const container = z.object({
  Image: text,
  Labels: map,
  Command: texts,
  Args: texts,
  Hostname: text,
  Env: texts,
  Dir: text,
  User: text,
  Groups: texts,
  Init: z.boolean().nullish(),
  ReadOnly: z.boolean().default(false),
  StopSignal: text,
  StopGracePeriod: z.number().optional(),
  Isolation: z.string().default("default"),
  CapabilityAdd: texts,
  CapabilityDrop: texts,
  Sysctls: map,
  Hosts: texts,
  DNSConfig: z.object({ Nameservers: texts, Search: texts, Options: texts }).nullish(),
  Privileges: z
    .object({
      SELinuxContext: z
        .object({ Disable: z.boolean().default(false), User: text, Role: text, Type: text, Level: text })
        .nullish(),
    })
    .nullish(),
  Healthcheck: z
    .object({ Test: texts, Interval: count, Timeout: count, StartPeriod: count, Retries: count })
    .nullish(),
  Mounts: z.array(mount).nullish(),
  Secrets: z.array(z.object({ SecretID: text, SecretName: text, File: file })).nullish(),
  Configs: z.array(z.object({ ConfigID: text, ConfigName: text, File: file })).nullish(),
});

const quantities = z.object({ MemoryBytes: count, NanoCPUs: count }).nullish();

const rollout = z
  .object({
    Parallelism: count,
    Delay: count,
    FailureAction: z.string().default("pause"),
    Monitor: count,
    MaxFailureRatio: count,
    Order: z.string().default("stop-first"),
  })
  .nullish();

const spec = z.object({
  Name: z.string(),
  Labels: map,
  Mode: z.object({
    Global: z.object({}).nullish(),
    Replicated: z.object({ Replicas: count }).nullish(),
  }),
  TaskTemplate: z.object({
    ContainerSpec: container,
    Resources: z.object({ Limits: quantities, Reservations: quantities }).nullish(),
    RestartPolicy: z
      .object({
        Condition: text,
        Delay: z.number().optional(),
        MaxAttempts: count,
        Window: z.number().optional(),
      })
      .nullish(),
    Placement: z
      .object({
        Constraints: texts,
        MaxReplicas: count,
        Preferences: z.array(z.object({ Spread: z.object({ SpreadDescriptor: text }).nullish() })).nullish(),
        Platforms: z.array(z.object({ Architecture: text, OS: text })).nullish(),
      })
      .nullish(),
    ForceUpdate: count,
    Runtime: text,
    Networks: z.array(z.object({ Target: text, Aliases: texts, DriverOpts: map })).nullish(),
    LogDriver: z.object({ Name: text, Options: map }).nullish(),
  }),
  UpdateConfig: rollout,
  RollbackConfig: rollout,
  EndpointSpec: z.object({ Mode: text, Ports: z.array(z.unknown()).nullish() }).nullish(),
});

const port = z.object({
  Name: text,
  Protocol: z.string().default("tcp"),
  PublishMode: z.string().default("ingress"),
  PublishedPort: count,
  TargetPort: count,
});

export const serviceAnswer = z.object({
  ID: z.string(),
  Version: z.object({ Index: z.number() }),
  Spec: spec,
  Endpoint: z
    .object({
      Spec: z.object({ Mode: text, Ports: z.array(port).nullish() }).nullish(),
      Ports: z.array(port).nullish(),
    })
    .nullish(),
  UpdateStatus: z.object({ State: text, Message: text }).nullish(),
});
export type ServiceAnswer = z.infer<typeof serviceAnswer>;

export const taskAnswer = z.object({
  ID: z.string(),
  NodeID: text,
  Slot: count,
  DesiredState: text,
  Version: z.object({ Index: z.number() }),
  SpecVersion: z.object({ Index: z.number() }).nullish(),
  Status: z.object({ State: text, Message: text, Err: text, Timestamp: text }),
  Spec: z.object({ ForceUpdate: count, ContainerSpec: container.nullish() }).nullish(),
});
export type Task = z.infer<typeof taskAnswer>;
