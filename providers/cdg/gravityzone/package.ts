/** `cdg:gravityzone:Package`. */
import { z } from "zod";
import type { ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { pause } from "../http/backoff.ts";
import { type GravityZone, gravityzoneOf } from "./client.ts";
import { findCompany } from "./company-calls.ts";
import { hasCode, INVALID_PARAMS, isUncertain, refusal } from "./errors.ts";
import { markIn, markText } from "./mark.ts";
import { allPages } from "./pages.ts";
import { type PackageInputs, type PackageOutputs, packageInputs, packageOutputs } from "./schema.ts";

const detailsReply = z.looseObject({
  packageName: z.string(),
  description: z.string().nullish(),
  language: z.string(),
});
const linksReply = z.array(
  z.looseObject({
    packageName: z.string(),
    installLinkWindows: z.string(),
    installLinkMac: z.string(),
    installLinkLinux: z.string(),
  }),
);
const madeReply = z.array(z.looseObject({ success: z.boolean(), records: z.array(z.string()) })).min(1);
const listed = z.looseObject({ id: z.string(), name: z.string() });

export const installationPackage: ResourceHandler<CdgClient, PackageInputs, PackageOutputs> = {
  token: "cdg:gravityzone:Package",
  description:
    "An installation package of a GravityZone company, with the links that its machines are enrolled by. " +
    "Machines that are enrolled do not need it any more.",
  inputs: packageInputs,
  outputs: packageOutputs,
  replaceOn: ["companyId"],
  idOf: ({ companyId, name }) => `${companyId}/${name}`,

  async create(inputs, { client, signal }) {
    const gravityzone = gravityzoneOf(client, inputs.name);
    const packageId = await makePackage(gravityzone, inputs, signal);
    await settle(gravityzone, packageId, inputs, signal);
    return { ...inputs, packageId, ...(await linksOf(gravityzone, inputs, signal)) };
  },

  async read(id, state, { client, signal }) {
    const gravityzone = gravityzoneOf(client, id);
    const [companyId = "", ...rest] = id.split("/");
    const owner = state?.companyId ?? companyId;
    const packageId = state?.packageId ?? (await packageNamed(gravityzone, owner, rest.join("/"), signal));
    if (packageId === null) return null;
    const found = await details(gravityzone, packageId, signal).catch(async (error: unknown) => {
      if (hasCode(error, INVALID_PARAMS) && (await isGone(gravityzone, owner, packageId, signal)))
        return null;
      throw error;
    });
    if (found === null) return null;
    const inputs = { companyId: owner, name: found.packageName, language: found.language };
    const outputs = { ...inputs, packageId, ...(await linksOf(gravityzone, inputs, signal)) };
    return { id: state === null ? `${owner}/${inputs.name}` : id, inputs, outputs };
  },

  async update(_id, olds, news, { client, signal }) {
    const gravityzone = gravityzoneOf(client, news.name);
    await settle(gravityzone, olds.packageId, news, signal);
    return { ...news, packageId: olds.packageId, ...(await linksOf(gravityzone, news, signal)) };
  },

  async delete(_id, { companyId, packageId, name }, { client, signal }) {
    const gravityzone = gravityzoneOf(client, name);
    const params = { packageId };
    const call = { operation: "packages.deletePackage", target: name, lost: "again", params } as const;
    try {
      await gravityzone.connection.call(call, signal);
    } catch (error) {
      const gone =
        hasCode(error, INVALID_PARAMS) && (await isGone(gravityzone, companyId, packageId, signal));
      if (!gone) throw error;
    }
  },
};

async function makePackage(
  gravityzone: GravityZone,
  inputs: PackageInputs,
  signal: AbortSignal,
): Promise<string> {
  const { connection, tenant } = gravityzone;
  for (let attempt = 1; ; attempt += 1) {
    const known = await packageNamed(gravityzone, inputs.companyId, inputs.name, signal);
    if (known !== null) {
      const { description } = await details(gravityzone, known, signal);
      if (markIn(description ?? "")?.tenant === tenant) return known;
      throw refusal(
        "bastide.NOT_OURS",
        { operation: "packages.createPackage", target: inputs.name },
        "the company has a package of this name without our mark. Rename it in GravityZone's console.",
      );
    }
    const params = {
      companyId: inputs.companyId,
      packageName: inputs.name,
      description: markText({ tenant, closed: null }),
      language: inputs.language,
    };
    const call = { operation: "packages.createPackage", target: inputs.name, lost: "look", params } as const;
    try {
      const [made] = await connection.ask(call, madeReply, signal);
      const [packageId] = made?.records ?? [];
      if (made?.success === true && packageId !== undefined) return packageId;
      throw refusal("bastide.UNEXPECTED_REPLY", call, "GravityZone answers that no package was made.");
    } catch (error) {
      if (!isUncertain(error) || attempt >= connection.patience.attempts) throw error;
      await pause(connection.patience, attempt, null, signal);
    }
  }
}

async function settle(
  gravityzone: GravityZone,
  packageId: string,
  { name, language }: PackageInputs,
  signal: AbortSignal,
): Promise<void> {
  const found = await details(gravityzone, packageId, signal);
  const changes = {
    ...(found.packageName === name ? {} : { packageName: name }),
    ...(found.language === language ? {} : { language }),
  };
  if (Object.keys(changes).length === 0) return;
  const params = { packageId, ...changes };
  await gravityzone.connection.call(
    { operation: "packages.updatePackage", target: name, lost: "again", params },
    signal,
  );
}

async function details({ connection }: GravityZone, packageId: string, signal: AbortSignal) {
  const params = { packageId };
  const call = { operation: "packages.getPackageDetails", target: packageId, lost: "again", params } as const;
  return await connection.ask(call, detailsReply, signal);
}

async function packagesOf(gravityzone: GravityZone, companyId: string, signal: AbortSignal) {
  const call = { operation: "packages.getPackagesList", target: companyId, params: { companyId } };
  return await allPages(gravityzone, call, listed, signal);
}

async function packageNamed(
  gravityzone: GravityZone,
  companyId: string,
  name: string,
  signal: AbortSignal,
): Promise<string | null> {
  const found = (await packagesOf(gravityzone, companyId, signal)).find((one) => one.name === name);
  return found?.id ?? null;
}

/** An unknown id is answered like any mistake: only a list without it, or a company that is gone, says "gone". */
async function isGone(
  gravityzone: GravityZone,
  companyId: string,
  packageId: string,
  signal: AbortSignal,
): Promise<boolean> {
  if ((await findCompany(gravityzone, companyId, signal)) === null) return true;
  return (await packagesOf(gravityzone, companyId, signal)).every(({ id }) => id !== packageId);
}

async function linksOf(
  { connection }: GravityZone,
  { companyId, name }: PackageInputs,
  signal: AbortSignal,
): Promise<Pick<PackageOutputs, "windowsUrl" | "macUrl" | "linuxUrl">> {
  const params = { companyId, packageName: name };
  const call = { operation: "packages.getInstallationLinks", target: name, lost: "again", params } as const;
  const links = (await connection.ask(call, linksReply, signal)).find(
    ({ packageName }) => packageName === name,
  );
  if (links === undefined)
    throw refusal(
      "bastide.UNEXPECTED_REPLY",
      call,
      "GravityZone gives no installation link for the package.",
    );
  const { installLinkWindows, installLinkMac, installLinkLinux } = links;
  return { windowsUrl: installLinkWindows, macUrl: installLinkMac, linuxUrl: installLinkLinux };
}
