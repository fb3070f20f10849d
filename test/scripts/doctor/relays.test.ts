import { describe, expect, it } from "vitest";
import { documentsFinding, smtpFinding, sshFinding } from "../../../scripts/doctor/relays.ts";

const relay = { name: "mx1", host: "192.0.2.1", port: 2222, user: "bastide", hostKey: "ssh-ed25519 AAAA" };

describe("the doctor on a relay host", () => {
  it("counts the documents of one that answers with its pinned key", () => {
    const text = "agen d2f3072e131ac484\nnerac 0123456789abcdef";
    expect(sshFinding({ relay, ok: true, text })).toEqual({
      name: "relay mx1: SSH",
      state: "ok",
      found: "192.0.2.1:2222 shows its pinned key and holds 2 documents",
    });
  });

  it.each([
    [
      "ssh: the host key of 192.0.2.1:2222 is not the one in connection.hostKey; nothing was sent",
      "compare with /etc/ssh/ssh_host_ed25519_key.pub on 192.0.2.1 itself, then correct hostKey of mx1 in cdg.yaml",
    ],
    [
      "ssh: handshake failed: unable to authenticate as bastide on 192.0.2.1:2222.",
      "look at connections.ssh.credential of cdg.yaml (or ssh-add -l) and at the host's authorized_keys",
    ],
    [
      "after 1 failed attempts: dial tcp 192.0.2.1:2222: connect: connection refused",
      "start the host, or open port 2222 of 192.0.2.1 towards this machine",
    ],
  ])("says what to do about: %s", (reason, mend) => {
    expect(sshFinding({ relay, ok: false, reason })).toEqual({
      name: "relay mx1: SSH",
      state: "wrong",
      found: reason,
      mend,
    });
  });

  it.each([
    ["220 mx1.collectivites.example ESMTP Postfix", "ok"],
    ["421 too busy", "wrong"],
    [null, "wrong"],
  ])("takes the greeting %s for %s", (line, state) => {
    expect(smtpFinding("relay mx1: SMTP", "192.0.2.1:25", line).state).toBe(state);
  });

  const holding = (name: string, text: string) => ({ relay: { ...relay, name }, ok: true, text }) as const;
  const title = "relays: documents";

  it.each([
    ["one alone", [holding("mx1", "agen d2f3")], []],
    [
      "one that did not answer",
      [holding("mx1", "agen d2f3"), { relay, ok: false, reason: "refused" } as const],
      [],
    ],
    [
      "two with the same",
      [holding("mx1", "agen d2f3\nnerac 0123"), holding("mx2", "agen d2f3\nnerac 0123")],
      [{ name: title, state: "ok", found: "mx1, mx2 hold the same" }],
    ],
    [
      "one whose volumes were lost, and one that was not there in the last run",
      [holding("mx1", ""), holding("mx2", "agen d2f3\nnerac 0123"), holding("mx3", "agen d2f3\nnerac 9876")],
      [
        {
          name: title,
          state: "wrong",
          found:
            "mx1 lacks what another has of agen, nerac; mx2 lacks what another has of nerac; mx3 lacks what another has of nerac",
          mend: "npx bastide up those collectivités; a relay that lost its volumes: docs/relay.md",
        },
      ],
    ],
  ])("compares the documents of all: %s", (_what, answers, findings) => {
    expect(documentsFinding(answers)).toEqual(findings);
  });
});
