import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { plugin } from "../../../providers/cdg/plugin.ts";
import * as gravityzone from "../../../providers/cdg/sdk/gravityzone.ts";
import { OldMailbox } from "../../../providers/cdg/sdk/old-mailbox.ts";
import { Provider } from "../../../providers/cdg/sdk/provider.ts";
import * as backups from "../../../providers/cdg/sdk/restic.ts";
import * as files from "../../../providers/cdg/sdk/sftpgo.ts";
import * as sdk from "../../../providers/cdg/sdk/zimbra.ts";
import { packageSchema } from "../../../providers/kit/index.ts";

interface Declared {
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const oldMailbox = {
  address: "z@wanadoo.test",
  mailbox: "z@nerac.test",
  accountId: "1",
  host: "imap.wanadoo.test",
  port: 993,
  username: "z",
  password: "canary",
};
const companyId = "5f43a1b2c3d4e5f6a7b8c9d0";
const declared: Declared[] = [];
/** Every class with its least arguments: a class without a handler, or the reverse, fails below. */
const make: Readonly<Record<string, (opts: pulumi.CustomResourceOptions) => pulumi.CustomResource>> = {
  "cdg:zimbra:Domain": (opts) => new sdk.Domain("d", { name: "nerac.test", maxMailboxes: 3 }, opts),
  "cdg:zimbra:FormerDomain": (opts) =>
    new sdk.FormerDomain("fd", { name: "ancien.test", target: "nerac.test", forwards: true }, opts),
  "cdg:zimbra:Mailbox": (opts) => new sdk.Mailbox("m", { address: "z@nerac.test", displayName: "Z" }, opts),
  "cdg:zimbra:DistributionList": (opts) =>
    new sdk.DistributionList("l", { address: "e@nerac.test", displayName: "E" }, opts),
  "cdg:zimbra:OldMailbox": (opts) => new OldMailbox("o", oldMailbox, opts),
  "cdg:gravityzone:Company": (opts) =>
    new gravityzone.Company("c", { siren: "214701955", name: "Nérac", reservedSeats: 3 }, opts),
  "cdg:gravityzone:Package": (opts) => new gravityzone.Package("p", { companyId, name: "p" }, opts),
  "cdg:gravityzone:Account": (opts) =>
    new gravityzone.Account("a", { companyId, email: "a@b.test", fullName: "A" }, opts),
  "cdg:gravityzone:Usage": (opts) => new gravityzone.Usage("v", { companyId }, opts),
  "cdg:zimbra:MailUsage": (opts) => new sdk.MailUsage("u", { domain: "nerac.test" }, opts),
  "cdg:sftpgo:Folder": (opts) => new files.Folder("f", { name: "nerac.partage" }, opts),
  "cdg:sftpgo:Group": (opts) =>
    new files.Group(
      "g",
      { name: "nerac.partage", folder: "nerac.partage", mountedAt: "/partage", quotaBytes: 1e9 },
      opts,
    ),
  "cdg:sftpgo:User": (opts) => new files.User("p", { name: "nerac.accueil" }, opts),
  "cdg:sftpgo:Retention": (opts) =>
    new files.Retention("r", { group: "nerac.transfert", path: "/transfert", days: 30 }, opts),
  "cdg:sftpgo:FileUsage": (opts) => new files.FileUsage("fu", { folder: "nerac.partage" }, opts),
  "cdg:sftpgo:ServerAccess": (opts) => new files.ServerAccess("sa", {}, opts),
  "cdg:sftpgo:Server": (opts) => new files.Server("ss", { revision: "1" }, opts),
  "cdg:restic:Access": (opts) => new backups.Access("ra", { user: "nerac" }, opts),
  "cdg:restic:Repository": (opts) =>
    new backups.Repository("rr", { user: "nerac", password: "p", repositoryPassword: "k" }, opts),
  "cdg:restic:BackupUsage": (opts) => new backups.BackupUsage("ru", { user: "nerac", password: "p" }, opts),
};
const resources = new Map<string, pulumi.CustomResource>();
let provider: Provider;

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      declared.push({ type, inputs });
      return { id: name, state: { ...inputs, password: "first" } };
    },
    call: ({ token }) => {
      throw new Error(`Mock not implemented: ${token}`);
    },
  });
  const zimbra = {
    url: "https://zimbra.test:7071/service/admin/soap/",
    account: "a@cdg.test",
    credential: "env:Z",
  };
  provider = new Provider("cdg", { tenant: "nerac", zimbra });
  for (const [token, create] of Object.entries(make)) resources.set(token, create({ provider }));
  await pulumi.runtime.disconnect();
});

const schema = packageSchema(plugin);
const namesOf = (shape: z.ZodType): string[] =>
  "shape" in shape ? Object.keys(Object(shape.shape)).toSorted() : [];

describe("SDK classes, handlers and the package schema", () => {
  test("have the same resource kinds", () => {
    const handlers = plugin.resources.map(({ token }) => token).toSorted();
    expect(Object.keys(make).toSorted()).toEqual(handlers);
    expect(Object.keys(Object(schema.resources)).toSorted()).toEqual(handlers);
    const classes = [
      ...Object.keys({ ...sdk, OldMailbox }).map((name) => `cdg:zimbra:${name}`),
      ...Object.keys(gravityzone).map((name) => `cdg:gravityzone:${name}`),
      ...Object.keys(files).map((name) => `cdg:sftpgo:${name}`),
      ...Object.keys(backups).map((name) => `cdg:restic:${name}`),
    ];
    expect(classes.toSorted()).toEqual(handlers);
  });

  test.for(plugin.resources)("agree on every property of $token", (handler) => {
    const resource = Object(Object(schema.resources)[handler.token]);
    expect(Object.keys(resource.inputProperties).toSorted()).toEqual(namesOf(handler.inputs));
    expect(Object.keys(resource.properties).toSorted()).toEqual(namesOf(handler.outputs));
    const own = resources.get(handler.token) ?? {};
    const outputs = Object.entries(own).filter(
      ([name, value]) => name !== "id" && name !== "urn" && pulumi.Output.isInstance(value),
    );
    expect(outputs.map(([name]) => name).toSorted()).toEqual(namesOf(handler.outputs));
  });

  test.for(plugin.resources)("explain every property of $token in English", (handler) => {
    const resource = Object(Object(schema.resources)[handler.token]);
    const properties = [...Object.values(resource.inputProperties), ...Object.values(resource.properties)];
    for (const property of properties) expect(Object(property).description).toMatch(/^[A-Z`].{15,}/);
  });

  test("send what the program said and nothing else", () => {
    expect(declared.find(({ type }) => type === "cdg:zimbra:Mailbox")?.inputs).toEqual({
      address: "z@nerac.test",
      displayName: "Z",
    });
    expect(declared.find(({ type }) => type === "pulumi:providers:cdg")?.inputs).toMatchObject({
      tenant: "nerac",
      zimbra: { credential: "env:Z" },
    });
  });

  test("name the first password and the user's own words as secrets", () => {
    const resource = Object(Object(schema.resources)["cdg:zimbra:Mailbox"]);
    const secrets = Object.entries(resource.properties).filter(
      ([, property]) => Object(property).secret === true,
    );
    expect(secrets.map(([name]) => name)).toEqual(["password", "personalAnswer"]);
  });
});
