import { describe, expect, it } from "vitest";
import { type Cdg, planPlatform, SLUG_PATTERN } from "../../plan/index.ts";

const image = `sha256:${"a".repeat(64)}`;
const cdg: Cdg = {
  name: "CDG",
  domain: "cdg.example",
  contact: "numerique@cdg.example",
  connections: {
    zimbra: { url: "https://zimbra.cdg.example/", account: "a@cdg.example", credential: "env:Z" },
    docker: { host: "ssh://bastide@swarm.cdg.example" },
  },
  platform: { edge: { image, certificates: "/etc/bastide/edge" } },
};

describe("planPlatform", () => {
  it("is nothing without a Swarm, and nothing without an edge", () => {
    const { docker: _, ...connections } = cdg.connections;
    expect(planPlatform({ ...cdg, connections })).toBeNull();
    const { platform: __, ...rest } = cdg;
    expect(planPlatform(rest)).toBeNull();
  });

  it.each([
    [undefined, "100.96.0.0/18", "100.96.0.1"],
    ["10.64.0.0/16", "10.64.0.0/16", "10.64.0.1"],
  ])("gives the network %s a size and its gateway", (subnet, wanted, gateway) => {
    const { edge } = cdg.platform ?? {};
    if (edge === undefined) throw new Error("no edge");
    const plan = planPlatform({ ...cdg, platform: { edge, ...(subnet === undefined ? {} : { subnet }) } });
    expect(plan?.network).toEqual({ name: "bastide", subnet: wanted, gateway });
  });

  it("routes /backup/<slug>/ by the service's name, so that a new collectivité changes nothing", () => {
    const { config = "", configName } = planPlatform(cdg)?.edge ?? {};
    expect(config).toContain(`location ~ "^/backup/(?<slug>${SLUG_PATTERN.slice(1, -1)})(?<rest>/.*)$" {`);
    expect(config).toContain("proxy_pass http://backup-$slug:8000/$slug$rest$is_args$args;");
    expect(config).toContain("resolver 127.0.0.11 valid=2s");
    expect(config).toContain(
      `location ~ "^/backup/_retention/(?<slug>${SLUG_PATTERN.slice(1, -1)})(?<rest>/.*)$" {`,
    );
    expect(config).toContain("proxy_pass http://retention-$slug:8000/$slug$rest$is_args$args;");
    expect(configName).toMatch(/^edge-[0-9a-f]{12}$/);
  });
});
