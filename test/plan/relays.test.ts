import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { isSlug, loadCatalogue, mxHosts } from "../../plan/index.ts";
import { catalogue } from "./tenant-yaml.ts";

const folder = mkdtempSync(join(tmpdir(), "bastide-relays-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2LCuYe1nGyfGGbnmxjYb1iWmVQ0sRzHgQn0RyHc0pO";
const mx1 = { name: "mx1", host: "mx1.cdg.example", hostKey };
const inbound = { host: "imap.cdg.example", port: 25 };

/** `CODE path: message` of a cdg.yaml with these relays. */
function judged(relays: readonly object[], mail: object = { inbound }): string[] {
  const file = join(folder, "cdg.yaml");
  const { cdg } = catalogue;
  writeFileSync(file, stringify({ ...cdg, connections: { ...cdg.connections, relays }, mail }));
  const loaded = loadCatalogue("catalogue", { cdgPath: file });
  return loaded.ok
    ? []
    : loaded.diagnostics.map(({ code, path, message }) =>
        `${code} ${path}: ${message}`.replace("connections.", ""),
      );
}

describe("connections.relays of cdg.yaml", () => {
  it.each([
    ["two hosts", [mx1, { ...mx1, name: "mx2", host: "192.0.2.7" }], []],
    ["one host with two ports", [mx1, { ...mx1, name: "mx2", port: 2222 }], []],
    ["no relay", [], ["LIST_EMPTY relays: expected at least one entry, got none"]],
    [
      "a name that no MX can have",
      [{ ...mx1, name: "relais" }],
      ['NAME_INVALID relays[0].name: expected the name of a relay, mx1 to mx9, got "relais"'],
    ],
    [
      "one place twice",
      [mx1, { ...mx1, name: "mx2", port: 22 }],
      [
        "RELAY_DUPLICATE relays[1].host: expected a relay of its own, got mx1.cdg.example:22, which relays[0] has too",
      ],
    ],
    [
      "a user that a shell would read",
      [{ ...mx1, user: "root; id" }],
      ['NAME_INVALID relays[0].user: expected the name of a user on the host, got "root; id"'],
    ],
    [
      "a key of another type than it says",
      [{ ...mx1, hostKey: hostKey.replace("ssh-ed25519", "ssh-rsa") }],
      [
        `HOST_KEY_INVALID relays[0].hostKey: expected the public key of a host such as ssh-ed25519 AAAA…, got "${hostKey.replace("ssh-ed25519", "ssh-rsa").slice(0, 57)}…"`,
      ],
    ],
    [
      "no host key",
      [{ name: "mx1", host: "mx1.cdg.example" }],
      ["KEY_MISSING relays[0].hostKey: expected this key, got nothing"],
    ],
  ])("with %s", (_what, relays, expected) => {
    expect(judged(relays)).toEqual(expected);
  });

  it("need a server to hand mail on to", () => {
    expect(judged([mx1], {})).toEqual([
      "CATALOGUE_INCOMPLETE relays: expected mail.inbound, the server that relays hand mail on to, got none",
    ]);
  });

  it("are the MX hosts below the CDG's domain, in their order; without them mx1 and mx2 are", () => {
    const { cdg } = catalogue;
    const connections = { ...cdg.connections, relays: [{ ...mx1, name: "mx3" }, mx1] };
    expect(mxHosts({ ...cdg, connections })).toEqual([
      "mx3.collectivites.example",
      "mx1.collectivites.example",
    ]);
    expect(mxHosts(cdg)).toEqual(["mx1.collectivites.example", "mx2.collectivites.example"]);
    expect(isSlug("mx3")).toBe(false);
  });
});
