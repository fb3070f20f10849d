/** A service as the program describes it → as Docker's API takes it. Pure. */
import { toNanoseconds } from "./duration.ts";
import { toLabels } from "./labels.ts";
import type { ContainerInputs, RolloutInputs, ServiceInputs } from "./service-shape.ts";

/** The whole specification: an update sends it anew, so what is left out goes back to the daemon's default. */
export function specOf(inputs: ServiceInputs) {
  const { taskSpec, endpointSpec } = inputs;
  return {
    Name: inputs.name,
    Labels: toLabels(inputs.labels),
    TaskTemplate: taskTemplateOf(taskSpec),
    Mode: modeOf(inputs.mode),
    UpdateConfig: inputs.updateConfig && rolloutOf(inputs.updateConfig),
    RollbackConfig: inputs.rollbackConfig && rolloutOf(inputs.rollbackConfig),
    EndpointSpec: endpointSpec && {
      Mode: endpointSpec.mode ?? "vip",
      Ports: endpointSpec.ports?.map((port) => ({
        Name: port.name,
        Protocol: port.protocol,
        PublishMode: port.publishMode,
        PublishedPort: port.publishedPort,
        TargetPort: port.targetPort,
      })),
    },
  };
}

export type ServiceSpec = ReturnType<typeof specOf>;

function modeOf(mode: ServiceInputs["mode"]) {
  if (mode?.global === true) return { Global: {} };
  return { Replicated: { Replicas: mode?.replicated?.replicas ?? 1 } };
}

function rolloutOf(config: RolloutInputs) {
  return {
    Parallelism: config.parallelism,
    Delay: toNanoseconds(config.delay),
    FailureAction: config.failureAction,
    Monitor: toNanoseconds(config.monitor),
    MaxFailureRatio: Number(config.maxFailureRatio ?? 0),
    Order: config.order,
  };
}

function taskTemplateOf(task: ServiceInputs["taskSpec"]) {
  const { restartPolicy, placement, resources, logDriver } = task;
  return {
    ContainerSpec: containerOf(task.containerSpec),
    Resources: resources && {
      Limits: resources.limits && quantitiesOf(resources.limits),
      Reservations: resources.reservation && quantitiesOf(resources.reservation),
    },
    RestartPolicy: restartPolicy && {
      Condition: restartPolicy.condition ?? "any",
      Delay: optionalNanoseconds(restartPolicy.delay),
      MaxAttempts: restartPolicy.maxAttempts,
      Window: optionalNanoseconds(restartPolicy.window),
    },
    Placement: placement && {
      Constraints: placement.constraints,
      MaxReplicas: placement.maxReplicas,
      Preferences: placement.prefs?.map((pref) => ({
        Spread: { SpreadDescriptor: pref.replace(/^spread=/, "") },
      })),
      Platforms: placement.platforms?.map(({ architecture, os }) => ({ Architecture: architecture, OS: os })),
    },
    ForceUpdate: task.forceUpdate ?? 0,
    Runtime: task.runtime ?? "container",
    Networks: task.networksAdvanceds?.map((network) => ({
      Target: network.id || network.name,
      Aliases: network.aliases,
      DriverOpts: network.driverOpts && pairsOf(network.driverOpts),
    })),
    LogDriver: logDriver && { Name: logDriver.name, Options: logDriver.options },
  };
}

function containerOf(container: ContainerInputs) {
  const { dnsConfig, healthcheck, privileges } = container;
  return {
    Image: container.image,
    Command: container.commands,
    Args: container.args,
    Env: container.env && Object.entries(container.env).map(([name, value]) => `${name}=${value}`),
    Hostname: container.hostname,
    Dir: container.dir,
    User: container.user,
    Groups: container.groups,
    Init: container.init,
    ReadOnly: container.readOnly,
    StopSignal: container.stopSignal,
    StopGracePeriod: optionalNanoseconds(container.stopGracePeriod),
    Isolation: container.isolation,
    Labels: container.labels && toLabels(container.labels),
    CapabilityAdd: container.capAdds,
    CapabilityDrop: container.capDrops,
    Sysctls: container.sysctl,
    Hosts: container.hosts?.map(({ host, ip }) => `${ip} ${host}`),
    DNSConfig: dnsConfig && {
      Nameservers: dnsConfig.nameservers,
      Search: dnsConfig.searches,
      Options: dnsConfig.options,
    },
    Privileges: privileges?.seLinuxContext && {
      SELinuxContext: {
        Disable: privileges.seLinuxContext.disable,
        User: privileges.seLinuxContext.user,
        Role: privileges.seLinuxContext.role,
        Type: privileges.seLinuxContext.type,
        Level: privileges.seLinuxContext.level,
      },
    },
    Healthcheck: healthcheck && {
      Test: healthcheck.tests,
      Interval: toNanoseconds(healthcheck.interval),
      Timeout: toNanoseconds(healthcheck.timeout),
      StartPeriod: toNanoseconds(healthcheck.startPeriod),
      Retries: healthcheck.retries,
    },
    Mounts: container.mounts?.map(mountOf),
    Secrets: container.secrets?.map((secret) => ({
      SecretID: secret.secretId,
      SecretName: secret.secretName,
      File: fileOf(secret),
    })),
    Configs: container.configs?.map((config) => ({
      ConfigID: config.configId,
      ConfigName: config.configName,
      File: fileOf(config),
    })),
  };
}

interface FileInputs {
  readonly fileName: string;
  readonly fileUid?: string | undefined;
  readonly fileGid?: string | undefined;
  readonly fileMode?: number | undefined;
}

function fileOf({ fileName, fileUid, fileGid, fileMode }: FileInputs) {
  return { Name: fileName, UID: fileUid, GID: fileGid, Mode: fileMode };
}

function mountOf(mount: NonNullable<ContainerInputs["mounts"]>[number]) {
  const { bindOptions, volumeOptions, tmpfsOptions } = mount;
  return {
    Type: mount.type,
    Source: mount.source,
    Target: mount.target,
    ReadOnly: mount.readOnly,
    BindOptions: bindOptions && { Propagation: bindOptions.propagation },
    VolumeOptions: volumeOptions && {
      NoCopy: volumeOptions.noCopy,
      Labels: volumeOptions.labels && toLabels(volumeOptions.labels),
      DriverConfig: (volumeOptions.driverName || volumeOptions.driverOptions) && {
        Name: volumeOptions.driverName,
        Options: volumeOptions.driverOptions,
      },
    },
    TmpfsOptions: tmpfsOptions && { SizeBytes: tmpfsOptions.sizeBytes, Mode: tmpfsOptions.mode },
  };
}

function quantitiesOf({
  memoryBytes,
  nanoCpus,
}: {
  memoryBytes?: number | undefined;
  nanoCpus?: number | undefined;
}) {
  return { MemoryBytes: memoryBytes, NanoCPUs: nanoCpus };
}

function optionalNanoseconds(duration: string | undefined): number | undefined {
  return duration === undefined || duration === "" ? undefined : toNanoseconds(duration);
}

/** `["key=value"]` → `{key: "value"}`. */
function pairsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key = "", ...value] = pair.split("=");
      return [key, value.join("=")];
    }),
  );
}
