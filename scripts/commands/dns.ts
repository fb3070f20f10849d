import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { dkimSelector, formatDiagnostic, loadCatalogue, loadTenant } from "../../plan/index.ts";
import { ExitCode, fail, interruption, print, SystemError, withJson } from "../cli/index.ts";
import { checkDns, worst } from "../dns/check.ts";
import { mailDomainsOf } from "../dns/expected.ts";
import type { Status } from "../dns/judge/verdict.ts";
import type { ServerAddress } from "../dns/query.ts";
import { reportText } from "../dns/report.ts";
import { parseServer, systemResolver } from "../dns/resolver-address.ts";
import { type Environment, resolveEnvironment } from "../engine/environment.ts";
import { labStatus } from "../lab/index.ts";
import { catalogueOption, tenantsOption } from "../tenants/folders.ts";

interface Options {
  readonly json?: boolean;
  readonly resolver?: string;
  readonly selector: string;
  readonly tenants: string;
  readonly catalogue: string;
}

const examples = `
Examples:
  npx bastide dns nerac                          what is published, what is missing, what to paste
  npx bastide dns nerac --json                   the same for other programs
  npx bastide dns nerac --resolver 9.9.9.9       find the name servers from another resolver
  npx bastide dns nerac --selector 2BFA-44CE     a DKIM key that was made with another selector

The records are asked from the authoritative servers of each zone, past all caches. In a lab the lab's own name
server stands for the Internet.

Exit codes: 0 all is published, 1 something is missing or wrong, 3 no server answered.`;

const exitCodes: Readonly<Record<Status, ExitCode>> = {
  ok: ExitCode.done,
  missing: ExitCode.input,
  wrong: ExitCode.input,
  unknown: ExitCode.system,
};

/** `bastide dns`: what the Internet is told about a collectivité's mail, before anybody switches. */
export function register(program: Command): void {
  withJson(program.command("dns"))
    .description("Check MX, SPF, DKIM, DMARC and addresses, and say what to publish.")
    .argument("<slug>", "a collectivité")
    .option("--resolver <host:port>", "where the way to the authoritative servers starts")
    .option("--selector <name>", "DKIM selector", dkimSelector)
    .addOption(tenantsOption())
    .addOption(catalogueOption())
    .addHelpText("after", examples)
    .action(async (slug: string, options: Options) => {
      const environment = resolveEnvironment();
      const { plan, cdg } = load(slug, options, cdgPathIn(environment));
      const [domain, ...formerDomains] = mailDomainsOf(plan);
      if (domain === undefined)
        fail(`${slug} has no mail (no messagerie in its file).`, { code: "DNS_NO_MAIL" });
      const resolver =
        options.resolver === undefined
          ? await usualResolver(environment)
          : await parseServer(options.resolver);
      const { selector, json } = options;
      if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(selector)) {
        fail(`Expected a DKIM selector, got ${JSON.stringify(selector)}.`, { code: "USAGE" });
      }
      const settings = { cdg, selector, resolver, signal: interruption };
      const findings = await checkDns({ domain, ...settings });
      const former = await Promise.all(
        formerDomains.map(async (one) => {
          // Nobody sends from a domain that is only kept, so that nothing is signed for it.
          const found = (await checkDns({ domain: one, ...settings })).filter(({ kind }) => kind !== "dkim");
          return { domain: one.name, displayName: one.displayName, findings: found };
        }),
      );
      const everything = [...findings, ...former.flatMap((one) => one.findings)];
      const status = worst(everything.map((finding) => finding.status));
      const head = { collectivite: plan.identity.name, domain: domain.displayName };
      const kept = former.map(({ domain: name, findings: found }) => ({ domain: name, findings: found }));
      const more = kept.length === 0 ? {} : { formerDomains: kept };
      const result = { slug, domain: domain.name, status, resolver, findings, ...more };
      print(json, result, () =>
        [
          reportText(head, findings),
          ...former.map((one) => reportText({ ...head, domain: one.displayName }, one.findings)),
        ].join("\n\n"),
      );
      process.exitCode = exitCodes[status];
    });
}

function load(slug: string, { tenants, catalogue: folder }: Options, cdgPath: string | undefined) {
  const loaded = loadCatalogue(folder, { cdgPath });
  if (!loaded.ok) fail(loaded.diagnostics.map(formatDiagnostic).join("\n"), { code: "CATALOGUE_INVALID" });
  const result = loadTenant(join(tenants, `${slug}.yaml`), loaded.catalogue);
  if (!result.ok) fail(result.diagnostics.map(formatDiagnostic).join("\n"), { code: "TENANT_INVALID" });
  return { plan: result.plan, cdg: loaded.catalogue.cdg };
}

/** A lab that was never up has none yet; the catalogue's own differs from it in its connections alone. */
function cdgPathIn({ kind, cdgFile }: Environment): string | undefined {
  return kind === "lab" && cdgFile !== undefined && !existsSync(cdgFile) ? undefined : cdgFile;
}

/** A lab's tenants are examples: the Internet is not asked about them. */
async function usualResolver(environment: Environment): Promise<ServerAddress> {
  process.stderr.write(`${environment.banner}\n`);
  if (environment.kind === "production") return await systemResolver();
  const status = await labStatus(environment.lab);
  if (status.state !== "absent" && status.dns.up) return { host: status.dns.host, port: status.dns.port };
  throw new SystemError(`The name server of the lab ${environment.lab.name} does not answer.`, {
    code: "LAB_DNS_DOWN",
    hint: `npx bastide lab up --lab ${environment.lab.name}, or name a resolver with --resolver HOST:PORT.`,
  });
}
