/** `cdg:sftpgo:Group`: what the members of one service of one tenant may do. Holds no data. */
import { z } from "zod";
import type { ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { markLine, withMark } from "../mark.ts";
import { change, type Found, find, findOurs, GROUP, make, remove, textAt } from "./entity.ts";
import { type GroupInputs, type GroupOutputs, groupInputs, groupOutputs } from "./schema.ts";

/** Everything below the folder, and nothing of it by links on the host (symlinks could lead elsewhere). */
const WRITING = ["list", "download", "upload", "overwrite", "delete", "rename", "create_dirs", "copy"];

const groupReply = z.looseObject({
  name: z.string(),
  user_settings: z
    .looseObject({
      permissions: z.record(z.string(), z.array(z.string())).default({}),
      filters: z
        .looseObject({
          max_upload_file_size: z.number().default(0),
          max_shares_expiration: z.number().default(0),
          default_shares_expiration: z.number().default(0),
          password_strength: z.number().default(0),
        })
        .prefault({}),
    })
    .prefault({}),
  virtual_folders: z
    .array(
      z.looseObject({
        name: z.string(),
        virtual_path: z.string(),
        quota_size: z.number(),
        quota_files: z.number(),
      }),
    )
    .default([]),
});
type GroupReply = z.output<typeof groupReply>;

export const group: ResourceHandler<CdgClient, GroupInputs, GroupOutputs> = {
  token: "cdg:sftpgo:Group",
  description:
    "A group of SFTPGo: its members see one folder, share the folder's quota, and write below it alone. " +
    "Removing it removes no file and no user.",
  inputs: groupInputs,
  outputs: groupOutputs,
  replaceOn: ["name"],
  deleteBeforeReplace: true,
  idOf: ({ name }) => name,

  async create(inputs, { client, signal }) {
    const sftpgo = client.sftpgo();
    const description = markLine({ tenant: sftpgo.tenant, closed: null });
    const body = { name: inputs.name, description, ...settingsOf(inputs, null) };
    const there = await make(sftpgo, GROUP, body, signal);
    if (there !== null) {
      const wanted = { description: textAt(there, "description"), ...settingsOf(inputs, there) };
      await change(sftpgo, GROUP, inputs.name, { there, wanted }, signal);
    }
    return inputs;
  },

  async read(id, state, { client, signal }) {
    const there = await find(client.sftpgo(), GROUP, state?.name ?? id, signal);
    if (there === null) return null;
    const inputs = inputsOf(groupReply.parse(there));
    return { id, inputs, outputs: inputs };
  },

  async update(_id, _olds, news, { client, signal }) {
    const sftpgo = client.sftpgo();
    const there = await findOurs(sftpgo, GROUP, news.name, signal);
    const mark = { tenant: sftpgo.tenant, closed: null };
    const description = withMark(textAt(there, "description"), mark);
    const wanted = { description, ...settingsOf(news, there) };
    await change(sftpgo, GROUP, news.name, { there, wanted }, signal);
    return news;
  },

  async delete(_id, state, { client, signal }) {
    const sftpgo = client.sftpgo();
    if ((await find(sftpgo, GROUP, state.name, signal)) === null) return;
    await findOurs(sftpgo, GROUP, state.name, signal);
    await remove(sftpgo, GROUP, state.name, signal);
  },
};

/** What we own of a group, laid over what is there: filters that administrators set beside ours stay. */
function settingsOf(inputs: GroupInputs, there: Found | null): Found {
  const known = there === null ? null : groupReply.parse(there);
  // 0 is SFTPGo's "unlimited"; -1 would count files in each user's own quota, which nobody has.
  const mount = { virtual_path: inputs.mountedAt, quota_size: inputs.quotaBytes ?? 0, quota_files: 0 };
  const mounted = known?.virtual_folders.find(({ name }) => name === inputs.folder);
  return {
    user_settings: {
      ...known?.user_settings,
      permissions: { [inputs.mountedAt]: WRITING },
      filters: withoutZeros({
        ...known?.user_settings.filters,
        max_upload_file_size: inputs.maxFileBytes ?? 0,
        default_shares_expiration: inputs.linkDays ?? 0,
        max_shares_expiration: inputs.linkDays ?? 0,
        password_strength: inputs.passwordStrength ?? 0,
      }),
    },
    virtual_folders: [{ ...mounted, name: inputs.folder, ...mount }],
  };
}

/** SFTPGo leaves zeros out of its answers, so they would look like a change each time. */
function withoutZeros(filters: Found): Found {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== 0));
}

function inputsOf({ name, user_settings: settings, virtual_folders: [mount] }: GroupReply): GroupInputs {
  const { filters } = settings;
  return {
    name,
    folder: mount?.name ?? "",
    mountedAt: mount?.virtual_path ?? "",
    quotaBytes: positive(mount?.quota_size ?? 0),
    maxFileBytes: positive(filters.max_upload_file_size),
    linkDays: positive(filters.max_shares_expiration),
    passwordStrength: positive(filters.password_strength),
  };
}

function positive(value: number): number | null {
  return value > 0 ? value : null;
}
