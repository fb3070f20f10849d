import { describe, expect, it } from "vitest";
import type { Change, PropertyChange } from "../../../scripts/stack/changes.ts";
import { handsOver } from "../../../scripts/stack/hand-over.ts";

function change(
  kind: Change["kind"],
  type: string,
  subject: string,
  properties: readonly PropertyChange[] = [],
): Change {
  return { kind, type, name: "x", urn: `urn:${subject}`, subject, properties };
}

const list = "cdg:zimbra:DistributionList";
const mailbox = "cdg:zimbra:Mailbox";
const closed = change("close", list, "elus@a.example");

describe("handsOver", () => {
  it.each<[string, boolean, readonly Change[]]>([
    ["nothing changes", false, []],
    ["a list is closed, nobody asks for its address", false, [closed]],
    [
      "a closed list's address becomes an alias",
      true,
      [
        closed,
        change("update", mailbox, "maire@a.example", [
          { property: "aliases", before: [], after: ["m.le.maire@a.example", "elus@a.example"] },
        ]),
      ],
    ],
    [
      "a closed mailbox' address becomes a list",
      true,
      [
        change("close", mailbox, "accueil@a.example"),
        change("create", list, "accueil@a.example", [
          { property: "address", before: undefined, after: "accueil@a.example" },
        ]),
      ],
    ],
    [
      "a relay loses the address of a closed list",
      false,
      [
        closed,
        change("update", "command:remote:Command", "mx1", [
          { property: "stdin", before: "[secret]", after: "[secret]" },
        ]),
      ],
    ],
    [
      "what leaves closes nothing",
      false,
      [
        change("delete", "cdg:zimbra:OldMailbox", "a@b.example"),
        change("update", mailbox, "x@a.example", [
          { property: "aliases", before: [], after: ["a@b.example"] },
        ]),
      ],
    ],
  ])("%s: %s", (_what, expected, changes) => {
    expect(handsOver(changes)).toBe(expected);
  });
});
