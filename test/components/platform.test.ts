import * as docker from "@pulumi/docker";
import { beforeAll, describe, expect, it } from "vitest";
import { Platform } from "../../components/platform.ts";
import type { PlatformPlan, RelayHostPlan } from "../../plan/index.ts";
import { type Registration, registrationsOf } from "./mock-engine.ts";

const plan: PlatformPlan = {
  network: { name: "bastide", subnet: "100.96.0.0/18", gateway: "100.96.0.1" },
  edge: {
    image: `sha256:${"a".repeat(64)}`,
    port: 443,
    certificatesPath: "/etc/bastide/edge",
    configName: "edge-0123456789ab",
    config: "events {}\n",
  },
  relays: [],
};

let registrations: readonly Registration[];

beforeAll(async () => {
  registrations = await registrationsOf(() => {
    new Platform("platform", { plan });
  });
});

function find(type: string): Registration {
  const found = registrations.find((one) => one.type === type);
  if (!found) throw new Error(`${type} was not registered`);
  return found;
}

describe("Platform", () => {
  it("keeps the names of everything it makes", async () => {
    await expect(`${registrations.map(({ urn }) => urn).join("\n")}\n`).toMatchFileSnapshot(
      "urns/platform.txt",
    );
  });

  it("gives the overlay network its own addresses, with the gateway beside them", () => {
    expect(find("docker:index/network:Network").inputs).toEqual({
      name: "bastide",
      driver: "overlay",
      ipamConfigs: [{ subnet: "100.96.0.0/18", gateway: "100.96.0.1" }],
    });
  });

  it("publishes the edge on its node, with the certificate as a file of the node", () => {
    const { inputs } = find("docker:index/service:Service");
    expect(inputs.endpointSpec).toEqual({
      mode: "dnsrr",
      ports: [{ targetPort: 443, publishedPort: 443, protocol: "tcp", publishMode: "host" }],
    });
    expect(inputs.taskSpec).toMatchObject({
      containerSpec: {
        image: plan.edge.image,
        mounts: [{ type: "bind", source: "/etc/bastide/edge", target: "/etc/edge/tls", readOnly: true }],
        stopGracePeriod: "30s",
      },
      networksAdvanceds: [{ id: "network-id" }],
    });
  });
});

describe("Platform on a Swarm of several nodes", () => {
  it("keeps the edge on the node that its name leads to", async () => {
    const made = await registrationsOf(() => {
      new Platform("platform", { plan: { ...plan, edge: { ...plan.edge, node: "swarm-1" } } });
    });
    const edge = made.find(({ type }) => type === "docker:index/service:Service");
    expect(edge?.inputs.taskSpec).toMatchObject({
      placement: { constraints: ["node.hostname == swarm-1"] },
    });
  });
});

describe("Platform with SFTPGo", () => {
  const files = {
    image: `sha256:${"b".repeat(64)}`,
    databaseImage: `sha256:${"c".repeat(64)}`,
    node: "fr-1",
    nodeHost: null,
    sftpPort: 2022,
    accessNumber: 1,
    proxies: "100.96.0.0/18",
  };
  let made: readonly Registration[];

  beforeAll(async () => {
    made = await registrationsOf(() => {
      const storage = new docker.Provider("docker", { host: "unix:///run/docker.sock" });
      new Platform("platform", { plan: { ...plan, files }, storage });
    });
  });

  const named = (type: string, name: string): Registration => {
    const found = made.find(({ urn }) => urn.endsWith(`${type}::${name}`));
    if (!found) throw new Error(`${type} ${name} was not registered`);
    return found;
  };

  it("keeps the names of everything it makes", async () => {
    await expect(`${made.map(({ urn }) => urn).join("\n")}\n`).toMatchFileSnapshot("urns/platform-files.txt");
  });

  it("gives both services the node of their volumes, a secret each needs, and no password in their settings", () => {
    for (const [name, secrets] of [
      ["postgres", ["database"]],
      ["sftpgo", ["database", "administrators"]],
    ] as const) {
      const { inputs } = named("docker:index/service:Service", name);
      expect(inputs.taskSpec).toMatchObject({
        containerSpec: {
          readOnly: true,
          mounts: [{ type: "volume", source: name }],
          secrets: secrets.map((fileName) => expect.objectContaining({ fileName })),
        },
        placement: { constraints: ["node.labels.stockage == fr-1", "node.labels.pays == fr"] },
      });
      expect(JSON.stringify(inputs)).not.toContain("sftpgo:first");
      expect(named("docker:index/volume:Volume", name).inputs).toEqual({ name });
    }
  });

  it("publishes SFTP on the node, and lets the edge alone say who asks", () => {
    const { inputs } = named("docker:index/service:Service", "sftpgo");
    expect(inputs.endpointSpec).toEqual({
      mode: "dnsrr",
      ports: [{ targetPort: 2022, publishedPort: 2022, protocol: "tcp", publishMode: "host" }],
    });
    expect(inputs.taskSpec).toMatchObject({
      containerSpec: {
        env: {
          SFTPGO_DATA_PROVIDER__NAMING_RULES: "4",
          SFTPGO_HTTPD__BINDINGS__0__ENABLE_WEB_ADMIN: "false",
          SFTPGO_HTTPD__BINDINGS__0__PROXY_ALLOWED: "100.96.0.0/18",
          SFTPGO_WEBDAVD__BINDINGS__0__PREFIX: "/dav",
        },
      },
    });
  });
});

describe("Platform with relay hosts", () => {
  const relay: RelayHostPlan = {
    name: "mx1",
    image: `sha256:${"d".repeat(64)}`,
    hostName: "mx1.cdg.example",
    ports: { smtp: 25, ssh: 2201 },
    node: "fr-1",
    settingsPath: "/etc/bastide/mx1",
    nameserver: null,
    hyperscan: true,
  };
  const second = { ...relay, name: "mx2", node: "fr-2", nameserver: "192.0.2.53", hyperscan: false };
  let made: readonly Registration[];

  beforeAll(async () => {
    made = await registrationsOf(() => {
      new Platform("platform", { plan: { ...plan, relays: [relay, second] } });
    });
  });

  const service = (name: string) => made.find(({ urn }) => urn.endsWith(`Service::${name}`))?.inputs;

  it("keeps the names of everything it makes", async () => {
    await expect(`${made.map(({ urn }) => urn).join("\n")}\n`).toMatchFileSnapshot(
      "urns/platform-relays.txt",
    );
  });

  it("publishes SMTP and SSH of each on its own node, beside its documents and its queue", () => {
    expect(service("mx1")?.endpointSpec).toEqual({
      mode: "dnsrr",
      ports: [
        { targetPort: 25, publishedPort: 25, protocol: "tcp", publishMode: "host" },
        { targetPort: 22, publishedPort: 2201, protocol: "tcp", publishMode: "host" },
      ],
    });
    expect(service("mx1")?.taskSpec).toEqual({
      containerSpec: {
        image: relay.image,
        hostname: "mx1.cdg.example",
        env: { RELAY_NAME: "mx1.cdg.example" },
        mounts: [
          { type: "bind", source: "/etc/bastide/mx1", target: "/etc/bastide-relay", readOnly: true },
          { type: "volume", source: "mx1-documents", target: "/var/lib/bastide-relay" },
          { type: "volume", source: "mx1-spool", target: "/var/spool/postfix" },
          { type: "volume", source: "mx1-filter", target: "/var/lib/rspamd" },
        ],
        stopGracePeriod: "10s",
      },
      placement: { constraints: ["node.labels.stockage == fr-1", "node.labels.pays == fr"] },
      restartPolicy: { condition: "any", delay: "2s" },
    });
    expect(service("mx2")?.taskSpec).toMatchObject({
      containerSpec: { env: { RELAY_NAMESERVER: "192.0.2.53", RELAY_HYPERSCAN: "off" } },
      placement: { constraints: ["node.labels.stockage == fr-2", "node.labels.pays == fr"] },
    });
  });

  it("has no volume in the stack, so that no run can remove mail on its way", () => {
    expect(made.map(({ type }) => type)).not.toContain("docker:index/volume:Volume");
  });
});
