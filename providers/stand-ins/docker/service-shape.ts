/**
 * The properties of `docker.Service` that this stand-in takes: what the official plugin takes, without
 * registry credentials (`auth`), credential specs of Windows and generic resources.
 */
import type { z } from "zod";
import { duration, oneOf } from "./bridge/rules.ts";
import {
  block,
  element,
  flag,
  labels,
  list,
  number,
  requiredBlock,
  requiredNumber,
  requiredText,
  set,
  text,
  texts,
} from "./bridge/shape.ts";

const computed = { computed: true } as const;

const port = element({
  name: text(),
  protocol: text({ fill: "tcp", rule: oneOf("tcp", "udp", "sctp") }),
  publishMode: text({ fill: "ingress", rule: oneOf("host", "ingress") }),
  publishedPort: number(computed),
  targetPort: requiredNumber(),
});

const endpointSpec = block(
  {
    mode: text({ ...computed, rule: oneOf("vip", "dnsrr") }),
    ports: list(port),
  },
  computed,
);

/** A secret or a config as a file of the container. */
const file = {
  fileGid: text({ fill: "0" }),
  fileMode: number({ fill: 292 }),
  fileName: requiredText(),
  fileUid: text({ fill: "0" }),
};
const secret = element({ ...file, secretId: requiredText(), secretName: text() });
const config = element({ ...file, configId: requiredText(), configName: text() });

const mount = element({
  bindOptions: block({ propagation: text({ fill: "rprivate" }) }),
  readOnly: flag(),
  source: text(),
  target: requiredText(),
  tmpfsOptions: block({ mode: number(), sizeBytes: number() }),
  type: requiredText({ rule: oneOf("bind", "volume", "tmpfs") }),
  volumeOptions: block({
    driverName: text(),
    driverOptions: texts(),
    labels: labels(),
    noCopy: flag(),
  }),
});

const healthcheck = block(
  {
    interval: text({ fill: "0s", rule: duration }),
    retries: number({ fill: 0 }),
    startPeriod: text({ fill: "0s", rule: duration }),
    tests: list(requiredText()),
    timeout: text({ fill: "0s", rule: duration }),
  },
  computed,
);

const privileges = block({
  seLinuxContext: block({ disable: flag(), level: text(), role: text(), type: text(), user: text() }),
});

const containerSpec = requiredBlock({
  args: list(requiredText()),
  capAdds: list(requiredText()),
  capDrops: list(requiredText()),
  commands: list(requiredText()),
  configs: set(config),
  dir: text(computed),
  dnsConfig: block(
    { nameservers: list(requiredText()), options: list(requiredText()), searches: list(requiredText()) },
    computed,
  ),
  env: texts(),
  groups: list(requiredText()),
  healthcheck,
  hostname: text(computed),
  hosts: set(element({ host: requiredText({ replaces: true }), ip: requiredText({ replaces: true }) }), {
    replaces: true,
  }),
  image: requiredText(),
  init: flag(computed),
  isolation: text({ fill: "default", rule: oneOf("default", "process", "hyperv") }),
  labels: labels(),
  mounts: set(mount),
  privileges,
  readOnly: flag(computed),
  secrets: set(secret),
  stopGracePeriod: text({ ...computed, rule: duration }),
  stopSignal: text(computed),
  sysctl: texts({ ...computed, replaces: true }),
  user: text(computed),
});

const network = element({
  aliases: set(requiredText()),
  driverOpts: set(requiredText()),
  id: text(),
  name: text(),
});

const restartPolicy = block(
  {
    condition: text({ ...computed, rule: oneOf("none", "on-failure", "any") }),
    delay: text({ ...computed, rule: duration }),
    maxAttempts: number(computed),
    window: text({ ...computed, rule: duration }),
  },
  computed,
);

const taskSpec = requiredBlock({
  containerSpec,
  forceUpdate: number(computed),
  logDriver: block({ name: requiredText(), options: texts() }),
  networksAdvanceds: set(network, { replacesByMeta: true }),
  placement: block(
    {
      constraints: set(requiredText()),
      maxReplicas: number(computed),
      platforms: set(element({ architecture: requiredText(), os: requiredText() })),
      prefs: set(requiredText()),
    },
    computed,
  ),
  resources: block(
    {
      limits: block({ memoryBytes: number(), nanoCpus: number() }),
      reservation: block({ memoryBytes: number(), nanoCpus: number() }),
    },
    computed,
  ),
  restartPolicy,
  runtime: text({ ...computed, rule: oneOf("container", "plugin") }),
});

const rollout = {
  delay: text({ fill: "0s", rule: duration }),
  failureAction: text({ fill: "pause", rule: oneOf("pause", "continue", "rollback") }),
  maxFailureRatio: text({ fill: "0.0" }),
  monitor: text({ fill: "5s", rule: duration }),
  order: text({ fill: "stop-first", rule: oneOf("stop-first", "start-first") }),
  parallelism: number({ fill: 1 }),
};
const rollback = {
  ...rollout,
  failureAction: text({ fill: "pause", rule: oneOf("pause", "continue") }),
};

export const serviceShape = requiredBlock({
  convergeConfig: block({
    delay: text({ fill: "7s", rule: duration }),
    timeout: text({ fill: "3m", rule: duration }),
  }),
  endpointSpec,
  labels: labels(computed),
  mode: block(
    {
      global: flag(computed),
      replicated: block({ replicas: number({ fill: 1 }) }, computed),
    },
    computed,
  ),
  name: text({ replaces: true }),
  rollbackConfig: block(rollback),
  taskSpec,
  updateConfig: block(rollout),
});

export type ServiceInputs = z.infer<typeof serviceShape>;
export type ContainerInputs = ServiceInputs["taskSpec"]["containerSpec"];
export type RolloutInputs = NonNullable<ServiceInputs["updateConfig"]>;
