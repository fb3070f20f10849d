import { type Catalogue, type Diagnostic, planTenant } from "../../plan/index.ts";

/** What a forfait would say to what a collectivité has. */
export interface ForfaitFit {
  readonly key: string;
  /** What exceeds it, in French; empty = it fits. */
  readonly excess: readonly string[];
}

/**
 * Tries every forfait of the catalogue, by the rules of `check` themselves.
 *
 * @param textWith - the file with this forfait.
 */
export function fitForfaits(
  file: string,
  textWith: (forfait: string) => string,
  boxes: number,
  catalogue: Catalogue,
): readonly ForfaitFit[] {
  return [...catalogue.forfaits.values()].map(({ key, services }) => {
    const { diagnostics } = planTenant({ file, text: textWith(key) }, catalogue);
    const held = services.get("boite")?.quantity ?? null;
    return { key, excess: excessOf(diagnostics, boxes, held) };
  });
}

function excessOf(diagnostics: readonly Diagnostic[], boxes: number, held: number | null): readonly string[] {
  const count = (code: string) => diagnostics.filter((one) => one.code === code).length;
  const quotas = count("QUOTA_OVER_FORFAIT");
  return [
    ...(count("SERVICE_NOT_IN_FORFAIT") > 0 ? ["messagerie non comprise"] : []),
    ...(count("MAILBOXES_OVER_ENTITLEMENT") > 0 ? [`${boxes} boîtes pour ${held ?? 0} comprises`] : []),
    ...(quotas === 0 ? [] : [`${quotas} ${quotas === 1 ? "quota trop grand" : "quotas trop grands"}`]),
    ...(count("QUOTAS_OVER_TOTAL") > 0 ? ["total des quotas au-dessus du forfait"] : []),
  ];
}
