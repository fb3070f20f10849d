import { z } from "zod";
import { hostProblem } from "../fields/addresses.ts";
import { hostKeyProblem, loginProblem, RELAY_NAME_PATTERN, relayNameProblem } from "../fields/hosts.ts";
import { credentialProblem } from "../fields/quantities.ts";
import { listOf, text, whole } from "./field.ts";

const relay = z.strictObject({
  name: text(relayNameProblem, {
    description: "mx1 to mx9; its MX record is that name below the CDG's domain.",
    examples: ["mx1"],
    pattern: RELAY_NAME_PATTERN,
  }),
  host: text(hostProblem, { description: "Where it is reached over SSH: name or IPv4 address." }),
  port: whole(1, 65_535, "SSH port. Default 22.").optional(),
  smtpPort: whole(1, 65_535, "Where it takes mail, for doctor alone. Default 25.").optional(),
  user: text(loginProblem, { description: "Who logs in. Default bastide." }).optional(),
  hostKey: text(hostKeyProblem, {
    description: "Public key that the host must show; nothing is sent to another one.",
    examples: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA…"],
  }),
});

/** The MX hosts, in the order of their preference. */
export const relays = listOf(
  relay,
  "Relay hosts that filter inbound mail, the preferred one first (docs/anti-spam.md).",
  1,
);

/** How Bastide logs in to hosts. */
export const ssh = z
  .strictObject({
    credential: text(credentialProblem, {
      description: "Private key without a passphrase: env:NAME or file:PATH; stored in no state.",
    }),
  })
  .meta({ description: "Key for the relay hosts. Without it SSH_AUTH_SOCK says which agent is asked." });
