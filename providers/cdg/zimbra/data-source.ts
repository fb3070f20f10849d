/** Data sources of an account: reading them, and the requests that change one. */
import { z } from "zod";
import type { Zimbra } from "./client.ts";
import type { Call } from "./connection.ts";
import type { OldMailboxInputs } from "./old-mailbox-schema.ts";
import { attributeList } from "./soap.ts";

/** Values by name; a data source, unlike other objects, answers them as one object. */
const dataSource = z
  .looseObject({
    name: z.string(),
    id: z.string(),
    _attrs: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  })
  .transform(({ name, id, _attrs }) => ({
    name,
    id,
    attributes: new Map(
      Object.entries(_attrs).map(([key, value]) => [
        key,
        typeof value === "string" ? value : (value[0] ?? ""),
      ]),
    ) as ReadonlyMap<string, string>,
  }));

/** A data source as Zimbra tells of it, without its password. */
export type DataSource = z.output<typeof dataSource>;

const sourcesReply = z.looseObject({ dataSource: z.array(dataSource).default([]) });
const createdReply = z
  .looseObject({ dataSource: z.tuple([dataSource], dataSource) })
  .transform((reply) => reply.dataSource[0].id);

/** @throws ProviderError `account.NO_SUCH_ACCOUNT` */
export async function dataSourcesOf(
  zimbra: Zimbra,
  accountId: string,
  target: string,
  signal: AbortSignal,
): Promise<readonly DataSource[]> {
  const call: Call = { operation: "GetDataSources", target, lost: "again", body: { id: accountId } };
  return (await zimbra.connection.ask(call, sourcesReply, signal)).dataSource;
}

/** @returns Zimbra's identifier. */
export async function createDataSource(
  zimbra: Zimbra,
  inputs: OldMailboxInputs,
  signal: AbortSignal,
): Promise<string> {
  const call: Call = {
    operation: "CreateDataSource",
    target: inputs.address,
    lost: "look",
    body: {
      id: inputs.accountId,
      dataSource: [
        {
          type: "imap",
          name: sourceName(inputs.address, zimbra.tenant),
          a: attributeList({
            ...fixedAttributes,
            ...attributesOf(inputs),
            zimbraDataSourcePassword: inputs.password,
          }),
        },
      ],
    },
  };
  return await zimbra.connection.ask(call, createdReply, signal);
}

export function modifyDataSource(
  accountId: string,
  { id, name }: DataSource,
  attributes: Readonly<Record<string, string>>,
): Call {
  return {
    operation: "ModifyDataSource",
    target: name,
    lost: "again",
    body: { id: accountId, dataSource: [{ id, a: attributeList(attributes) }] },
  };
}

/** Zimbra says of one that is gone what it says of any failure: the caller looks. */
export function deleteDataSource(accountId: string, { id, name }: DataSource): Call {
  return {
    operation: "DeleteDataSource",
    target: name,
    lost: "look",
    body: { id: accountId, dataSource: [{ id }] },
  };
}

/** The name carries our mark: people see it in their webmail, and nothing else of a data source is free text. */
export function sourceName(address: string, tenant: string): string {
  return `${address} (bastide:${tenant})`;
}

/**
 * What every collection has, whoever declares it.
 *
 * `ImportOnly`: without it Zimbra deletes at the provider what is deleted here. Folder 2, the inbox: folders of
 * the old mailbox come below it and are Zimbra's to keep in step; under folder 1 the person's own inbox would be
 * such a folder, and Zimbra empties one whose UIDVALIDITY changes. The interval starts the collection at once,
 * and Zimbra then comes back by itself (ImapSync, ImapFolderSync, DataSourceCallback of zm-mailbox, 2024-10).
 */
const fixedAttributes = {
  zimbraDataSourceImportOnly: "TRUE",
  zimbraDataSourceFolderId: "2",
  zimbraDataSourcePollingInterval: "10m",
} as const;

/** What is declared, as Zimbra spells it; not the password. */
export function attributesOf(inputs: OldMailboxInputs): Record<string, string> {
  return {
    zimbraDataSourceEnabled: inputs.enabled ? "TRUE" : "FALSE",
    zimbraDataSourceHost: inputs.host,
    zimbraDataSourcePort: String(inputs.port),
    zimbraDataSourceConnectionType: inputs.security === "tls" ? "ssl" : "tls",
    zimbraDataSourceUsername: inputs.username,
    zimbraDataSourceEmailAddress: inputs.address,
  };
}

/** Attributes that a data source lacks or has otherwise, ours that are fixed among them. */
export function changedAttributes(found: DataSource, inputs: OldMailboxInputs): Record<string, string> {
  const wanted = Object.entries({ ...fixedAttributes, ...attributesOf(inputs) });
  return Object.fromEntries(wanted.filter(([name, value]) => found.attributes.get(name) !== value));
}
