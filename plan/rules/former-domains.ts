import { formatPath, quoted } from "../diagnostics.ts";
import { suggestion } from "../schema/nearest.ts";
import type { Rule } from "./context.ts";
import { isProviderDomain } from "./providers.ts";

/** A domain that is kept is another one than the tenant's own, and written once, in whatever spelling. */
export const formerDomainsAreOthers: Rule = ({ mail, report }) => {
  if (mail === null) return;
  const seen = new Map([[mail.domain.name, "messagerie.domaine"]]);
  for (const { name, path } of mail.formerDomains) {
    const holder = seen.get(name);
    seen.set(name, holder ?? formatPath(path));
    if (holder === undefined) continue;
    const message = `expected a domain that is kept beside the others, got ${name}, which is ${holder} too`;
    report.add("DOMAIN_DUPLICATE", path, message, "Delete one of them.");
  }
};

/** A domain that was the collectivité's, or that the CDG provided to it. */
export const formerDomainsWereOwned: Rule = ({ slug, mail, catalogue, report }) => {
  const cdg = catalogue.cdg.domain;
  for (const { name, path, giver } of mail?.formerDomains ?? []) {
    const provided = name === `${giver ?? slug}.${cdg}`;
    const foreign = name === cdg || name.endsWith(`.${cdg}`) ? !provided : isProviderDomain(name);
    if (!foreign) continue;
    const message = `expected a domain that the collectivité owned, got ${name}`;
    report.add("DOMAIN_NOT_OWNED", path, message, "Delete the line.");
  }
};

/** A list is taken over from another tenant; within a tenant its members are what matters, not its history. */
export const listsComeFromMergers: Rule = ({ mail, report }) => {
  for (const { former } of mail?.lists ?? []) {
    if (former === null || former.giver !== null) continue;
    const message = `expected the whole address of a list that a merger brings, got ${quoted(former.address)}`;
    const givers = (mail?.formerDomains ?? []).flatMap(({ name, giver }) => (giver === null ? [] : [name]));
    const hint = givers.length === 0 ? "Delete avant." : suggestion(former.local, givers);
    report.add("LIST_NOT_FROM_MERGER", former.path, message, hint);
  }
};

/** `etat: fusionnee` and `fusion` belong together. */
export const mergedStateNamesWhere: Rule = ({ draft, state, slug, report }) => {
  const { convention } = draft;
  const { fusion } = convention ?? {};
  const path = ["convention", "fusion"];
  if (state === "fusionnee" && fusion === undefined && !report.isBroken(path)) {
    const message = "expected the file that takes this collectivité over, got nothing";
    report.add("STATE_CONTRADICTS", ["convention", "etat"], message, "Add fusion: { dans: SLUG }.");
  } else if (state !== "fusionnee" && fusion !== undefined) {
    const message = `expected etat: fusionnee, since there is a fusion, got ${state}`;
    report.add("STATE_CONTRADICTS", path, message, "Change etat, or delete fusion.", { at: "key" });
  } else if (fusion?.dans === slug) {
    const message = `expected another file, got ${quoted(slug)}, which is this one`;
    report.add("STATE_CONTRADICTS", [...path, "dans"], message, "Name the commune nouvelle's file.");
  }
};
