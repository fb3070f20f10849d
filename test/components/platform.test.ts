import { beforeAll, describe, expect, it } from "vitest";
import { Platform } from "../../components/platform.ts";
import type { PlatformPlan } from "../../plan/index.ts";
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
