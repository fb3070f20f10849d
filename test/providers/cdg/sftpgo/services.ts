/** Share and transfer of a tenant, declared through the plugin. */
import type { JsonObject } from "../../../../providers/kit/index.ts";
import type { SftpgoSession } from "./lab.ts";
import { Person, type Places } from "./people.ts";

export const TYPES = {
  folder: { type: "cdg:sftpgo:Folder" },
  group: { type: "cdg:sftpgo:Group" },
  user: { type: "cdg:sftpgo:User" },
  retention: { type: "cdg:sftpgo:Retention" },
  usage: { type: "cdg:sftpgo:FileUsage" },
} as const;

export interface ServiceOptions {
  readonly tenant?: string;
  readonly quotaBytes?: number;
  readonly maxFileBytes?: number;
}

/** `<tenant>.partage`, as the component declares it. */
export async function declareShare(
  session: SftpgoSession,
  { tenant = "nerac", quotaBytes = 10 * 2 ** 20 }: ServiceOptions = {},
) {
  const name = `${tenant}.partage`;
  const folder = await session.create(TYPES.folder, { name });
  const inputs: JsonObject = { name, folder: name, mountedAt: "/partage", quotaBytes };
  return { folder, group: await session.create(TYPES.group, inputs), inputs };
}

/** `<tenant>.transfert`, as the component declares it. */
export async function declareTransfer(
  session: SftpgoSession,
  { tenant = "nerac", quotaBytes = 100 * 2 ** 20, maxFileBytes = 20 * 2 ** 20 }: ServiceOptions = {},
) {
  const name = `${tenant}.transfert`;
  const folder = await session.create(TYPES.folder, { name });
  const inputs: JsonObject = {
    name,
    folder: name,
    mountedAt: "/transfert",
    quotaBytes,
    maxFileBytes,
    linkDays: 30,
    passwordStrength: 50,
  };
  return { folder, group: await session.create(TYPES.group, inputs), inputs };
}

/** A user who has chosen a password, and the resource as it was made. */
export async function declarePerson(
  session: SftpgoSession,
  local: string,
  more: JsonObject = { groups: ["nerac.partage"] },
  tenant = "nerac",
) {
  const inputs: JsonObject = { name: `${tenant}.${local}`, ...more };
  const made = await session.create(TYPES.user, inputs);
  const first = new Person(placesOf(session), String(inputs.name), String(made.outputs.value.password));
  const person = await first.choosePassword(`Vélo-${local}-Garonne-47`);
  return { made, inputs, first, person };
}

export function placesOf({ lab }: SftpgoSession): Places {
  const { url, davUrl, sftpPort } = lab.running;
  return { url, davUrl, sftp: { host: "127.0.0.1", port: sftpPort } };
}
