import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { AntiSpamPlan } from "../plan/types.ts";
import { componentTokens } from "./tokens.ts";

export interface AntiSpamArgs {
  /** Plain values of the plan. */
  readonly plan: AntiSpamPlan;
  /**
   * What a relay may send mail to once it knows the addresses: made before they are accepted.
   * @default nothing is waited for
   */
  readonly recipients?: readonly pulumi.Resource[];
}

/** Eleven dials: a relay that swallows packets is told of within a minute. */
const DIAL_SECONDS = 5;

/**
 * The inbound filtering of one collectivité (article 6c): its document on every relay host of the CDG, put there by
 * the host's own `bastide-relay`, which checks it, applies it without a restart and touches nobody else's.
 *
 * One command a relay, over SSH with a pinned host key. The private key comes from the agent of `SSH_AUTH_SOCK`
 * and is in no state, so that its rotation changes nothing; a relay that moved is an update, which applies the
 * document at its new place. A removal names the document it means: a newer one stays.
 *
 * ```ts
 * new AntiSpam("antispam", { plan: plan.antiSpam }, { parent: tenant });
 * ```
 */
export class AntiSpam extends pulumi.ComponentResource {
  /** By the relay's name. */
  readonly documents: ReadonlyMap<string, remote.Command>;

  constructor(name: string, args: AntiSpamArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentTokens.antiSpam, name, {}, opts);
    const { plan, recipients = [] } = args;
    const { document, text, digest, relays } = plan;

    // A slug is checked to be of a-z, 0-9 and hyphens: the host's shell finds nothing to read in it.
    const apply = `bastide-relay apply ${document.tenant}`;
    const entries = relays.map(({ name: relay, host, port, user, hostKey }) => {
      const command = new remote.Command(
        relay,
        {
          connection: { host, port, user, hostKey, perDialTimeout: DIAL_SECONDS },
          create: apply,
          update: apply,
          delete: `bastide-relay remove ${document.tenant} ${digest}`,
          stdin: text,
          logging: remote.Logging.None,
          addPreviousOutputInEnv: false,
        },
        { parent: this, dependsOn: [...recipients] },
      );
      return [relay, command] as const;
    });
    this.documents = new Map(entries);

    this.registerOutputs({ digest, relays: relays.map(({ name: relay }) => relay) });
  }
}
