import { randomUUID } from "node:crypto";
import { durationMilliseconds } from "../attribute-values.ts";
import type { SoapElement } from "../element.ts";
import type { Call, Operation } from "../engine.ts";
import { type Entry, withAttributes } from "../entry.ts";
import { failure, invalidRequest, ldapFault, SoapFault } from "../faults.ts";
import { createdAttributes, modifiedAttributes, readWishes } from "../modifications.ts";
import { effective, generalizedTime, type Services } from "../services.ts";
import { encodeDataSource } from "./encode.ts";
import { accountById } from "./find.ts";
import { adminOperation, required, requiredChild } from "./operation.ts";

/** Data sources: old mailboxes that an account collects from. Their passwords are stored sealed and never read back. */
export const dataSourceOperations: readonly Operation[] = [
  adminOperation("CreateDataSource", createDataSource),
  adminOperation("GetDataSources", ({ request, services }, response) => {
    const account = accountById(request, services);
    for (const source of services.directory.all("dataSource", account.id)) encodeDataSource(response, source);
  }),
  adminOperation("ModifyDataSource", modifyDataSource),
  adminOperation("DeleteDataSource", ({ request, services }) => {
    const account = accountById(request, services);
    const id = required(requiredChild(request, "dataSource"), "id");
    const source = services.directory.byId("dataSource", id);
    if (source === null || source.parent !== account.id) throw failure(`unable to delete data source: ${id}`);
    services.directory.remove(source);
  }),
];

const types =
  "pop3, imap, caldav, contacts, yab, rss, cal, gal, xsync, tagmap, unknown, oauth2contact, oauth2calendar, oauth2caldav, oauth2noop";

/** Attributes that the directory's class for mail sources insists on, in the order in which it misses them. */
const requiredByClass = [
  "zimbraDataSourceFolderId",
  "zimbraDataSourceEnabled",
  "zimbraDataSourceHost",
  "zimbraDataSourcePort",
  "zimbraDataSourceConnectionType",
] as const;

function createDataSource({ request, services }: Call, response: SoapElement): void {
  const { directory } = services;
  const account = accountById(request, services);
  const element = requiredChild(request, "dataSource");
  const name = required(element, "name");
  const type = required(element, "type");
  if (!types.split(", ").includes(type))
    throw invalidRequest(`invalid type: ${type}, valid values: [${types}]`);
  const present = [...directory.all("dataSource", account.id)];
  if (present.some((source) => source.name === name)) {
    throw new SoapFault("account.DATA_SOURCE_EXISTS", `data source already exists: ${name}`);
  }
  if (present.length >= Number(effective(directory, account, "zimbraDataSourceMaxNumEntries") ?? "20")) {
    throw new SoapFault("account.TOO_MANY_DATA_SOURCES", "too many data sources. can't create any more");
  }
  const attributes = createdAttributes(readWishes(element), "dataSource");
  const objectClass = classes[type];
  const missing = objectClass && requiredByClass.find((attribute) => !attributes[attribute]);
  if (missing) {
    const text = `object class '${objectClass}' requires attribute '${missing}'`;
    throw ldapFault("OBJECT_CLASS_VIOLATION", "create entry", text);
  }
  const id = randomUUID();
  const source: Entry = {
    kind: "dataSource",
    id,
    name,
    parent: account.id,
    target: null,
    serial: directory.nextSerial(),
    attributes: {
      objectClass: ["zimbraDataSource", ...(objectClass ? [objectClass] : [])],
      zimbraDataSourceId: [id],
      zimbraDataSourceName: [name],
      zimbraDataSourceType: [type],
      zimbraCreateTimestamp: [generalizedTime(services.now())],
      ...sealed(attributes, services),
    },
  };
  encodeDataSource(response, directory.put(source));
}

const classes: Readonly<Record<string, string>> = {
  imap: "zimbraImapDataSource",
  pop3: "zimbraPop3DataSource",
};

function modifyDataSource({ request, services }: Call): void {
  const { directory } = services;
  const account = accountById(request, services);
  const element = requiredChild(request, "dataSource");
  const id = required(element, "id");
  const source = directory.byId("dataSource", id);
  if (source === null || source.parent !== account.id) {
    throw invalidRequest(`Cannot find data source with id=${id}`);
  }
  const changed = modifiedAttributes(source, readWishes(element));
  checkPolling(changed.zimbraDataSourcePollingInterval?.[0], account, services);
  const name = changed.zimbraDataSourceName?.[0] ?? source.name;
  directory.put(withAttributes({ ...source, name }, sealed(changed, services)));
}

/** A modification may not poll more often than the account is allowed to; a creation may. */
function checkPolling(interval: string | undefined, account: Entry, { directory }: Services): void {
  const least = effective(directory, account, "zimbraDataSourceMinPollingInterval") ?? "1m";
  if (interval && interval !== "0" && durationMilliseconds(interval) < durationMilliseconds(least)) {
    throw invalidRequest(`zimbraDataSourcePollingInterval value ${interval} shorter than minimum: ${least}`);
  }
}

function sealed(attributes: Entry["attributes"], { tokens }: Services): Entry["attributes"] {
  const password = attributes.zimbraDataSourcePassword?.[0];
  return password ? { ...attributes, zimbraDataSourcePassword: [tokens.seal(password)] } : attributes;
}
