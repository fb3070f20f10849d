/** `cdg:sftpgo:Folder`: a data resource. */
import type { ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { markLine, withMark } from "../mark.ts";
import { change, FOLDER, type Found, find, findOurs, make, markOf, textAt } from "./entity.ts";
import { purgeFolder } from "./folder-purge.ts";
import { type FolderInputs, type FolderOutputs, folderInputs, folderOutputs } from "./schema.ts";

export const folder: ResourceHandler<CdgClient, FolderInputs, FolderOutputs> = {
  token: "cdg:sftpgo:Folder",
  description:
    "A folder of SFTPGo whose files several users see, at a place of its own. Removing it from the program " +
    "marks it as closed; its files are kept.",
  inputs: folderInputs,
  outputs: folderOutputs,
  replaceOn: ["name"],
  idOf: ({ name }) => name,

  async create(inputs, { client, signal }) {
    const sftpgo = client.sftpgo();
    const { tenant, foldersPath } = sftpgo;
    const mappedPath = `${foldersPath}/${inputs.name}`;
    const description = markLine({ tenant, closed: null });
    const body = { name: inputs.name, mapped_path: mappedPath, description };
    const there = await make(sftpgo, FOLDER, body, signal);
    if (there === null) return { ...inputs, mappedPath };
    const opened = withMark(textAt(there, "description"), { tenant, closed: null });
    await change(sftpgo, FOLDER, inputs.name, { there, wanted: { description: opened } }, signal);
    return { ...inputs, mappedPath: textAt(there, "mapped_path") };
  },

  async read(id, state, { client, signal }) {
    const there = await find(client.sftpgo(), FOLDER, state?.name ?? id, signal);
    if (there === null || isClosed(there)) return null;
    const inputs = { name: textAt(there, "name"), deletion: state?.deletion ?? ("close" as const) };
    return { id, inputs, outputs: { ...inputs, mappedPath: textAt(there, "mapped_path") } };
  },

  /** `deletion` alone can change, and it lives in the state. */
  async update(_id, olds, news, { client, signal }) {
    const there = await findOurs(client.sftpgo(), FOLDER, olds.name, signal);
    return { ...news, mappedPath: textAt(there, "mapped_path") };
  },

  async delete(_id, state, { client, signal }) {
    const sftpgo = client.sftpgo();
    const there = await find(sftpgo, FOLDER, state.name, signal);
    if (there === null) return;
    const ours = await findOurs(sftpgo, FOLDER, state.name, signal);
    if (state.deletion === "purge") return await purgeFolder(sftpgo, state.name, signal);
    if (isClosed(ours)) return;
    const mark = { tenant: sftpgo.tenant, closed: sftpgo.today() };
    const wanted = { description: withMark(textAt(ours, "description"), mark) };
    await change(sftpgo, FOLDER, state.name, { there: ours, wanted }, signal);
  },
};

function isClosed(there: Found): boolean {
  return (markOf(FOLDER, there)?.closed ?? null) !== null;
}
