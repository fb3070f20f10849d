import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { loadCatalogue, planPlatform } from "../../plan/index.ts";
import { catalogue } from "./tenant-yaml.ts";

const folder = mkdtempSync(join(tmpdir(), "bastide-relay-hosts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2LCuYe1nGyfGGbnmxjYb1iWmVQ0sRzHgQn0RyHc0pO";
const image = (digit: string) => `sha256:${digit.repeat(64)}`;
const mx1 = { name: "mx1", stockage: "fr-1", settings: "/etc/bastide/mx1" };
const mx2 = { name: "mx2", stockage: "fr-2", settings: "/etc/bastide/mx2" };

/** A cdg.yaml whose platform runs these hosts, for relays that are reached at these ports. */
function loaded(hosts: readonly object[], ports: Readonly<Record<string, object>> = { mx1: {}, mx2: {} }) {
  const file = join(folder, "cdg.yaml");
  const { cdg } = catalogue;
  const relays = Object.entries(ports).map(([name, port]) => ({
    name,
    host: `${name}.cdg.example`,
    hostKey,
    ...port,
  }));
  const files = { image: image("a"), database: image("b"), stockage: { name: "fr-1" } };
  writeFileSync(
    file,
    stringify({
      ...cdg,
      connections: { ...cdg.connections, docker: { host: "unix:///run/docker.sock" }, relays },
      mail: { inbound: { host: "imap.cdg.example", port: 25 } },
      platform: {
        edge: { image: image("e"), certificates: "/etc/bastide/edge" },
        files: { ...files, administrators: ["192.0.2.1"] },
        relays: { image: image("c"), hosts },
      },
    }),
  );
  return loadCatalogue("catalogue", { cdgPath: file });
}

function judged(...settings: Parameters<typeof loaded>): string[] {
  const result = loaded(...settings);
  if (result.ok) return [];
  return result.diagnostics.map(({ code, path, message }) => `${code} ${path}: ${message}`);
}

describe("platform.relays of cdg.yaml", () => {
  it.each([
    ["two hosts on two nodes", [mx1, mx2], undefined, []],
    ["one relay in the Swarm, the other outside", [mx1], undefined, []],
    [
      "two hosts on one node with ports of their own",
      [mx1, { ...mx2, stockage: "fr-1" }],
      { mx1: { port: 2201 }, mx2: { port: 2202, smtpPort: 2526 } },
      [],
    ],
    [
      "two hosts on one node with the same ports",
      [mx1, { ...mx2, stockage: "fr-1" }],
      undefined,
      [
        "PORT_TAKEN platform.relays.hosts[1].name: expected ports that are free on the node fr-1, got 22 of mx2, which mx1 has",
        "PORT_TAKEN platform.relays.hosts[1].name: expected ports that are free on the node fr-1, got 25 of mx2, which mx1 has",
      ],
    ],
    [
      "SFTP's port on the node of the files",
      [mx1],
      { mx1: { port: 2022 } },
      [
        "PORT_TAKEN platform.relays.hosts[0].name: expected ports that are free on the node fr-1, got 2022 of mx1, which SFTP has",
      ],
    ],
    [
      "one relay twice",
      [mx1, { ...mx1, stockage: "fr-2" }],
      undefined,
      [
        "RELAY_DUPLICATE platform.relays.hosts[1].name: expected a host of its own for each relay, got mx1, which hosts[0] is too",
      ],
    ],
    [
      "a relay that bastide does not reach",
      [mx1, mx2],
      { mx1: {} },
      ["RELAY_UNKNOWN platform.relays.hosts[1].name: expected a relay of connections.relays (mx1), got mx2"],
    ],
    ["no host", [], undefined, ["LIST_EMPTY platform.relays.hosts: expected at least one entry, got none"]],
  ])("with %s", (_what, hosts, ports, findings) => {
    expect(judged(hosts, ports)).toEqual(findings);
  });

  it("plans each host with the ports that bastide and the world know it by", () => {
    const result = loaded([mx1, mx2], { mx1: {}, mx2: { port: 2202, smtpPort: 2526 } });
    if (!result.ok) throw new Error("the catalogue was refused");
    const { domain } = result.catalogue.cdg;
    expect(planPlatform(result.catalogue.cdg)?.relays).toEqual([
      {
        name: "mx1",
        image: image("c"),
        hostName: `mx1.${domain}`,
        ports: { smtp: 25, ssh: 22 },
        node: "fr-1",
        settingsPath: "/etc/bastide/mx1",
        nameserver: null,
        hyperscan: true,
      },
      expect.objectContaining({ hostName: `mx2.${domain}`, ports: { smtp: 2526, ssh: 2202 }, node: "fr-2" }),
    ]);
  });
});
