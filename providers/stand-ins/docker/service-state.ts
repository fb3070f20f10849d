/** A service as the daemon has it → the outputs of the official plugin. Pure. */
import type { JsonObject } from "../../kit/index.ts";
import { fromNanoseconds } from "./duration.ts";
import { fromLabels } from "./labels.ts";
import type { ServiceAnswer } from "./service-answer.ts";

type Spec = ServiceAnswer["Spec"];
type Task = Spec["TaskTemplate"];
type Container = Task["ContainerSpec"];

/** `convergeConfig` is the program's own: the daemon does not know it. */
export function outputsOf(service: ServiceAnswer, convergeConfig: JsonObject | null): JsonObject {
  const { Spec: spec, Endpoint: endpoint } = service;
  return {
    auth: null,
    convergeConfig,
    endpointSpec: {
      mode: endpoint?.Spec?.Mode || spec.EndpointSpec?.Mode || "vip",
      ports: (endpoint?.Ports ?? endpoint?.Spec?.Ports ?? []).map((port) => ({
        name: port.Name,
        protocol: port.Protocol,
        publishMode: port.PublishMode,
        publishedPort: port.PublishedPort,
        targetPort: port.TargetPort,
      })),
    },
    labels: fromLabels(spec.Labels),
    mode: {
      global: Boolean(spec.Mode.Global),
      replicated: spec.Mode.Replicated ? { replicas: spec.Mode.Replicated.Replicas } : null,
    },
    name: spec.Name,
    rollbackConfig: rolloutOf(spec.RollbackConfig),
    taskSpec: taskOf(spec.TaskTemplate),
    updateConfig: rolloutOf(spec.UpdateConfig),
  };
}

function rolloutOf(config: Spec["UpdateConfig"]): JsonObject | null {
  if (!config) return null;
  return {
    delay: fromNanoseconds(config.Delay),
    failureAction: config.FailureAction,
    maxFailureRatio: ratioText(config.MaxFailureRatio),
    monitor: fromNanoseconds(config.Monitor),
    order: config.Order,
    parallelism: config.Parallelism,
  };
}

function taskOf(task: Task): JsonObject {
  const { RestartPolicy: restart, Placement: placement, Resources: resources, LogDriver: log } = task;
  return {
    containerSpec: containerOf(task.ContainerSpec),
    forceUpdate: task.ForceUpdate,
    logDriver: log ? { name: log.Name, options: log.Options ?? {} } : null,
    networksAdvanceds: (task.Networks ?? []).map((network) => ({
      aliases: (network.Aliases ?? []).toSorted(),
      driverOpts: Object.entries(network.DriverOpts ?? {}).map(([key, value]) => `${key}=${value}`),
      id: network.Target,
      name: "",
    })),
    placement: {
      constraints: (placement?.Constraints ?? []).toSorted(),
      maxReplicas: placement?.MaxReplicas ?? 0,
      platforms: (placement?.Platforms ?? []).map(({ Architecture, OS }) => ({
        architecture: Architecture,
        os: OS,
      })),
      prefs: (placement?.Preferences ?? []).map(({ Spread }) => `spread=${Spread?.SpreadDescriptor ?? ""}`),
    },
    resources: {
      limits: quantitiesOf(resources?.Limits),
      reservation: reservationOf(resources?.Reservations),
    },
    restartPolicy: {
      condition: restart?.Condition || "any",
      delay: restart?.Delay === undefined ? "" : fromNanoseconds(restart.Delay),
      maxAttempts: restart?.MaxAttempts ?? 0,
      window: restart?.Window === undefined ? "" : fromNanoseconds(restart.Window),
    },
    runtime: task.Runtime || "container",
  };
}

type Quantities = NonNullable<Task["Resources"]>["Limits"];

function quantitiesOf(quantities: Quantities): JsonObject | null {
  if (!quantities) return null;
  const { MemoryBytes, NanoCPUs } = quantities;
  return MemoryBytes === 0 && NanoCPUs === 0 ? null : { memoryBytes: MemoryBytes, nanoCpus: NanoCPUs };
}

function reservationOf(quantities: Quantities): JsonObject | null {
  const reserved = quantitiesOf(quantities);
  return reserved && { genericResources: null, ...reserved };
}

function containerOf(container: Container): JsonObject {
  const { DNSConfig: dns, Healthcheck: health, Privileges: privileges } = container;
  const context = privileges?.SELinuxContext;
  return {
    args: container.Args ?? [],
    capAdds: container.CapabilityAdd ?? [],
    capDrops: container.CapabilityDrop ?? [],
    commands: container.Command ?? [],
    configs: (container.Configs ?? []).map((config) => ({
      configId: config.ConfigID,
      configName: config.ConfigName,
      ...fileOf(config.File),
    })),
    dir: container.Dir,
    dnsConfig: {
      nameservers: filled(dns?.Nameservers),
      options: filled(dns?.Options),
      searches: filled(dns?.Search),
    },
    env: environmentOf(container.Env),
    groups: container.Groups ?? [],
    healthcheck: {
      interval: fromNanoseconds(health?.Interval),
      retries: health?.Retries ?? 0,
      startPeriod: fromNanoseconds(health?.StartPeriod),
      tests: health?.Test ?? [],
      timeout: fromNanoseconds(health?.Timeout),
    },
    hostname: container.Hostname,
    hosts: (container.Hosts ?? []).map((line) => {
      const [ip = "", host = ""] = line.split(" ");
      return { host, ip };
    }),
    image: container.Image,
    init: container.Init ?? false,
    isolation: container.Isolation,
    labels: fromLabels(container.Labels),
    mounts: (container.Mounts ?? []).map(mountOf),
    privileges: context
      ? {
          credentialSpec: null,
          seLinuxContext: {
            disable: context.Disable,
            level: context.Level,
            role: context.Role,
            type: context.Type,
            user: context.User,
          },
        }
      : null,
    readOnly: container.ReadOnly,
    secrets: (container.Secrets ?? []).map((secret) => ({
      secretId: secret.SecretID,
      secretName: secret.SecretName,
      ...fileOf(secret.File),
    })),
    stopGracePeriod: fromNanoseconds(container.StopGracePeriod),
    stopSignal: container.StopSignal,
    sysctl: container.Sysctls ?? {},
    user: container.User,
  };
}

function mountOf(mount: NonNullable<Container["Mounts"]>[number]): JsonObject {
  const { BindOptions: bind, VolumeOptions: volume, TmpfsOptions: tmpfs } = mount;
  return {
    bindOptions: bind ? { propagation: bind.Propagation } : null,
    readOnly: mount.ReadOnly,
    source: mount.Source,
    target: mount.Target,
    tmpfsOptions: tmpfs ? { mode: tmpfs.Mode, sizeBytes: tmpfs.SizeBytes } : null,
    type: mount.Type,
    volumeOptions: volume
      ? {
          driverName: volume.DriverConfig?.Name ?? "",
          driverOptions: volume.DriverConfig?.Options ?? {},
          labels: fromLabels(volume.Labels),
          noCopy: volume.NoCopy,
        }
      : null,
  };
}

function fileOf(file: NonNullable<Container["Secrets"]>[number]["File"]): JsonObject {
  return {
    fileGid: file?.GID ?? "0",
    fileMode: file?.Mode ?? 0,
    fileName: file?.Name ?? "",
    fileUid: file?.UID ?? "0",
  };
}

function environmentOf(lines: Container["Env"]): JsonObject {
  return Object.fromEntries(
    (lines ?? []).map((line) => {
      const [name = "", ...value] = line.split("=");
      return [name, value.join("=")];
    }),
  );
}

function filled(list: readonly string[] | null | undefined): readonly string[] | null {
  return list && list.length > 0 ? list : null;
}

/** As Go writes it: of the ratios that lie exactly between two tenths it rounds 0.25 down. */
function ratioText(ratio: number): string {
  return ratio === 0.25 ? "0.2" : ratio.toFixed(1);
}
