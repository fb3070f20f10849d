import { describe, expect, it } from "vitest";
import type { RelayAnswer } from "../../../scripts/relay/remote.ts";
import { tracesOf, traceText } from "../../../scripts/relay/trace.ts";

const relay = (name: string) => ({
  name,
  host: "192.0.2.1",
  port: 22,
  user: "bastide",
  hostKey: "ssh-ed25519 AAAA",
});
const address = "accueil@mairie-nerac.fr";
const answered = (name: string, ...messages: readonly object[]): RelayAnswer => ({
  relay: relay(name),
  ok: true,
  text: messages.map((message) => JSON.stringify(message)).join("\n"),
});
const message = {
  time: "Nov 26 01:02:03",
  from: "lettre@editeur.example",
  to: [address],
  client: "smtp.editeur.example[192.0.2.9]",
  verdict: { action: "reject", score: 15.2, limit: 15, symbols: ["GTUBE", "MISSING_MID"] },
  fates: [{ recipient: address, status: "refused", relay: null, answer: "5.7.1 Gtube pattern" }],
};

const text = (...answers: readonly RelayAnswer[]) => traceText(address, tracesOf(answers));

describe("a trace over all relays", () => {
  it("says of each message who offered it, what became of it and why", () => {
    const sent = {
      ...message,
      verdict: null,
      fates: [
        { recipient: address, status: "sent", relay: "192.0.2.7[192.0.2.7]:25", answer: "250 2.0.0 Ok" },
      ],
    };
    expect(
      text(answered("mx1", message), answered("mx2", sent)),
    ).toBe(`mx1: Nov 26 01:02:03  lettre@editeur.example → accueil@mairie-nerac.fr, by smtp.editeur.example[192.0.2.9]
     ✗ accueil@mairie-nerac.fr: refused: 5.7.1 Gtube pattern
     rspamd: reject, score 15.2 (refused from 15): GTUBE, MISSING_MID
mx2: Nov 26 01:02:03  lettre@editeur.example → accueil@mairie-nerac.fr, by smtp.editeur.example[192.0.2.9]
     ✓ accueil@mairie-nerac.fr: handed on to 192.0.2.7[192.0.2.7]:25: 250 2.0.0 Ok`);
  });

  it("says what to look at where no relay knows the address", () => {
    expect(text(answered("mx1"), answered("mx2"))).toBe(`mx1: nothing from or to accueil@mairie-nerac.fr
mx2: nothing from or to accueil@mairie-nerac.fr
As far as the logs go back, no server offered such a message: npx bastide dns SLUG`);
  });

  it("tells a relay that could not be asked beside the answers of the others", () => {
    const silent: RelayAnswer = { relay: relay("mx2"), ok: false, reason: "dial tcp 192.0.2.1:22: refused" };
    expect(tracesOf([answered("mx1", message), silent])).toEqual([
      { relay: "mx1", messages: [message] },
      { relay: "mx2", error: "dial tcp 192.0.2.1:22: refused" },
    ]);
    expect(text(answered("mx1", message), silent)).toContain(
      "mx2: not asked: dial tcp 192.0.2.1:22: refused",
    );
  });

  it.each([["no JSON"], [JSON.stringify({ time: 1 })]])("takes %s for another version's answer", (line) => {
    const other: RelayAnswer = { relay: relay("mx1"), ok: true, text: line };
    expect(tracesOf([other])).toEqual([
      { relay: "mx1", error: "bastide-relay answers in another form: is another version installed there?" },
    ]);
  });
});
