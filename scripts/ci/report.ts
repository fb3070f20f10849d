import { join } from "node:path";
import { type Catalogue, formatDiagnostic, loadCatalogue } from "../../plan/index.ts";
import { ExitCode } from "../cli/exit.ts";
import { type ChangedTenants, changedTenants } from "./changed.ts";
import { writeComment } from "./comment.ts";
import type { EnginePreview } from "./comment-sections.ts";
import type { Environment } from "./forge.ts";
import { commitOf } from "./git.ts";
import { knownSecrets } from "./known-secrets.ts";
import { code, join as joined, Markdown, markdown } from "./markdown.ts";
import { type PullRequestData, pullRequestData } from "./pull-request.ts";

/** Runs the engine's preview of some tenants, with the files of a folder. */
export type PreviewTenants = (
  slugs: readonly string[],
  tenantsDir: string,
) => Promise<readonly EnginePreview[]>;

export interface ReportOptions {
  readonly root: string;
  /** What the changes will be merged into. */
  readonly base: string;
  /** The pull request's last commit; without it, the working tree is looked at. */
  readonly head?: string | undefined;
  /** Without it, files are checked and compared, and nothing is previewed. */
  readonly preview?: PreviewTenants | undefined;
  readonly environment: Environment;
  /** The pipeline's page. */
  readonly link: string | null;
}

export interface Report {
  readonly comment: string;
  readonly exitCode: ExitCode;
}

/**
 * Looks at a pull request and writes its comment. Errors in tenant files give exit code 1 and no preview, a
 * preview that failed gives 3; the comment is written in either case.
 *
 * @throws HistoryError where git cannot tell what the pull request changes
 */
export async function reportOn(options: ReportOptions): Promise<Report> {
  const { root, base, head, environment } = options;
  await using request = head === undefined ? null : await pullRequestData(root, { base, head });
  const cdgPath = environment.BASTIDE_CDG;
  const tenantsDir = request?.tenantsDir ?? join(root, "tenants");
  const changes = await changedTenants({ root, base, tenantsDir, cdgPath });
  const errors = changes.diagnostics.filter(({ severity }) => severity === "error").length;
  const engine = errors > 0 ? { none: fixFirst } : await engineOf(options, changes, request, tenantsDir);
  const failed = !("none" in engine) && engine.some(({ status }) => status === "failed");
  return {
    comment: writeComment({
      changes,
      check: { text: checkText(changes, tenantsDir), errors },
      engine,
      secrets: await knownSecrets(environment, credentialsOf(root, cdgPath)),
      base: changes.base,
      head: request?.head ?? (await commitOf(root, "HEAD")),
      link: options.link,
    }),
    exitCode: errors > 0 ? ExitCode.input : failed ? ExitCode.system : ExitCode.done,
  };
}

const fixFirst = new Markdown("Pas d'aperçu : corrigez d'abord les erreurs.");
const checkOnly = new Markdown(
  "Contrôle et comparaison des fichiers seulement : cet examen n'a pas accès aux systèmes.",
);

async function engineOf(
  { preview }: ReportOptions,
  { changed, added }: ChangedTenants,
  request: PullRequestData | null,
  tenantsDir: string,
): Promise<readonly EnginePreview[] | { readonly none: Markdown }> {
  if (request && request.programPaths.length > 0) return { none: programToo(request.programPaths, !preview) };
  if (!preview) return { none: checkOnly };
  return await preview([...changed, ...added].toSorted(), tenantsDir);
}

function programToo(paths: readonly string[], withoutSecrets: boolean): Markdown {
  const named = joined(
    paths.slice(0, 5).map((path) => code(path)),
    ", ",
  );
  const more = paths.length > 5 ? ` et ${paths.length - 5} autres` : "";
  const files = markdown`La demande change aussi autre chose que des fichiers de collectivités (${named}${new Markdown(more)})`;
  return withoutSecrets
    ? markdown`${files} : le contrôle ci-dessus est celui du programme actuel.`
    : markdown`**Pas d'aperçu.** ${files} : un aperçu exécuterait ce code avec les secrets. Séparez les deux demandes, ou lancez ${"bastide preview --changed"} vous-même après relecture.`;
}

function checkText({ diagnostics }: ChangedTenants, tenantsDir: string): string {
  return diagnostics
    .map((diagnostic) =>
      formatDiagnostic({ ...diagnostic, file: diagnostic.file.replace(tenantsDir, "tenants") }),
    )
    .join("\n");
}

function credentialsOf(root: string, cdgPath: string | undefined): readonly string[] {
  const loaded = loadCatalogue(join(root, "catalogue"), cdgPath === undefined ? {} : { cdgPath });
  return loaded.ok ? connectionCredentials(loaded.catalogue) : [];
}

function connectionCredentials({ cdg }: Catalogue): readonly string[] {
  return Object.values(cdg.connections).flatMap((connection) =>
    connection !== undefined && "credential" in connection ? [connection.credential] : [],
  );
}
