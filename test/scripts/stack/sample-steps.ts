import type { StepMetadata } from "../../../scripts/stack/engine-events.ts";

interface Sides {
  readonly old?: Readonly<Record<string, unknown>>;
  readonly new?: Readonly<Record<string, unknown>>;
}

/** A step of the engine on a resource of a sample stack. */
export function stepOf(op: StepMetadata["op"], type: string, name: string, sides: Sides = {}): StepMetadata {
  const side = (properties: Sides["old"]) => ({ inputs: { ...properties }, outputs: { ...properties } });
  return {
    op,
    type,
    urn: `urn:pulumi:nerac::bastide::bastide:tenant:Tenant$bastide:mail:Mail$${type}::${name}`,
    old: sides.old ? side(sides.old) : null,
    new: sides.new ? side(sides.new) : null,
  };
}

export const mailbox = {
  address: "accueil@mairie-nerac.fr",
  displayName: "Accueil",
  quotaBytes: 5_000_000_000,
  aliases: ["contact@mairie-nerac.fr"],
  status: "active",
  deletion: "close",
} as const;

/** The root resource, whose outputs are the stack's. */
export function stackStep(old: Sides["old"], present: Sides["new"]): StepMetadata {
  return {
    op: "same",
    type: "pulumi:pulumi:Stack",
    urn: "urn:pulumi:nerac::bastide::pulumi:pulumi:Stack::bastide-nerac",
    old: old ? { inputs: {}, outputs: { ...old } } : null,
    new: present ? { inputs: {}, outputs: { ...present } } : null,
  };
}
