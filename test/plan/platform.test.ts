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

  const files = {
    image: `sha256:${"b".repeat(64)}`,
    database: `sha256:${"c".repeat(64)}`,
    stockage: { name: "fr-1" },
    administrators: ["192.0.2.0/24", "198.51.100.7"],
  };

  it("runs SFTPGo only where the section says so; without it the edge's configuration is what it was", () => {
    const without = planPlatform(cdg);
    expect(without).not.toHaveProperty("files");
    expect(without?.edge.configName).toBe("edge-9d6919772806");
    const { edge } = cdg.platform ?? {};
    if (edge === undefined) throw new Error("no edge");
    expect(planPlatform({ ...cdg, platform: { edge, files } })?.files).toEqual({
      image: files.image,
      databaseImage: files.database,
      node: "fr-1",
      nodeHost: null,
      sftpPort: 2022,
      accessNumber: 1,
      proxies: "100.96.0.0/18",
    });
  });

  it("lets everybody reach files and links, and SFTPGo's administration from the named addresses alone", () => {
    const { edge } = cdg.platform ?? {};
    if (edge === undefined) throw new Error("no edge");
    const { config = "" } = planPlatform({ ...cdg, platform: { edge, files } })?.edge ?? {};
    const [open = "", administration = ""] = config.split("location /api/v2/ {");
    expect(open).toContain('location ~ "^/(?:web/client|static|api/v2/user|api/v2/shares)(?:/|$)" {');
    expect(open).toContain("location /dav/ {");
    expect(open).not.toContain("web/admin");
    expect(administration.trimStart()).toMatch(
      /^allow 192\.0\.2\.0\/24;\n +allow 198\.51\.100\.7;\n +deny all;/,
    );
    expect(config).toContain("proxy_set_header X-Forwarded-For $remote_addr;");
  });
});
