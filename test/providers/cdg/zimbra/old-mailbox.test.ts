import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../providers/kit/index.ts";
import { enginePb } from "../../../../providers/kit/proto.ts";
import { errorOf, type Given } from "../../kit/connection.ts";
import { ImapServer } from "../imap-server.ts";
import { usePlugin } from "./session.ts";

const session = usePlugin({ "nerac.test": "bastide:nerac" });
const { lab } = session;
const at = { type: "cdg:zimbra:OldMailbox" };
const GB = 1_000_000_000;
const password = "canary-0ld-password&<'\"é";
const small = [
  { name: "INBOX", sizes: [1_000, 2_000] },
  { name: "Envoy&AOk-s", sizes: [500] },
];

let old: ImapServer;
let port: number;
let accountId: string;

beforeAll(async () => {
  old = new ImapServer({ username: "mairie@wanadoo.test", password, folders: small });
  port = await old.listen();
});
afterAll(async () => await old.close());
beforeEach(async () => {
  old.options = { username: "mairie@wanadoo.test", password, folders: small };
  old.commands.length = 0;
  const attributes = [
    { n: "zimbraMailQuota", _content: String(2 * GB) },
    { n: "zimbraNotes", _content: "bastide:nerac" },
  ];
  await lab.ask("CreateAccount", { name: "accueil@nerac.test", password: "Something-1", a: attributes });
  accountId = (await lab.find("account", "accueil@nerac.test"))?.id ?? "";
  lab.running.clearCalls();
});

function inputs(more: JsonObject = {}): JsonObject {
  return {
    address: "mairie@wanadoo.test",
    mailbox: "accueil@nerac.test",
    accountId,
    host: "127.0.0.1",
    port,
    username: "mairie@wanadoo.test",
    password,
    caFile: old.caFile,
    ...more,
  };
}

async function checked(more: JsonObject = {}): Promise<Given> {
  const { inputs: news, failures } = await session.provider.check(at, {
    value: inputs(more),
    secrets: [["password"]],
  });
  expect(failures).toEqual([]);
  return news;
}

const create = async (more: JsonObject = {}) => session.provider.create(at, await checked(more));

async function sources(): Promise<readonly { name: string; attributes: Record<string, unknown> }[]> {
  const reply = await lab.ask("GetDataSources", { id: accountId });
  const found = (reply.dataSource ?? []) as { name: string; _attrs: Record<string, unknown> }[];
  return found.map(({ name, _attrs }) => ({ name, attributes: _attrs }));
}

describe("making a collection", () => {
  test("asks the provider first, then makes one data source that only imports", async () => {
    const made = await create();
    expect(made.id).toBe("accueil@nerac.test/mairie@wanadoo.test");
    expect(lab.writes()).toEqual(["CreateDataSource"]);
    expect(await sources()).toEqual([
      {
        name: "mairie@wanadoo.test (bastide:nerac)",
        attributes: expect.objectContaining({
          zimbraDataSourceType: "imap",
          zimbraDataSourceEnabled: "TRUE",
          zimbraDataSourceImportOnly: "TRUE",
          zimbraDataSourceFolderId: "2",
          zimbraDataSourcePollingInterval: "10m",
          zimbraDataSourceHost: "127.0.0.1",
          zimbraDataSourcePort: String(port),
          zimbraDataSourceConnectionType: "ssl",
          zimbraDataSourceUsername: "mairie@wanadoo.test",
          zimbraDataSourceEmailAddress: "mairie@wanadoo.test",
        }),
      },
    ]);
    expect(old.commands.filter((said) => /^(?:SELECT|STORE|EXPUNGE|APPEND|DELETE)/.test(said))).toEqual([]);
  });

  test("old mailbox 3 Go, quota 2 Go: refused before any copy", async () => {
    old.options = { ...old.options, folders: [...small, { name: "Archives", sizes: [3 * GB] }] };
    const { details } = await errorOf(create());
    expect(details).toBe(
      "CreateDataSource mairie@wanadoo.test: the old mailbox holds 3 Go (3000003500 bytes) in 4 messages, the quota of " +
        "accueil@nerac.test is 2 Go (2000000000 bytes). Nothing was copied: raise the quota, or have mail deleted at " +
        "the provider. [bastide.OLD_MAILBOX_OVER_QUOTA]",
    );
    expect(lab.writes()).toEqual([]);
    expect(await sources()).toEqual([]);
  });

  test("counts what the new mailbox holds already", async () => {
    lab.used.set("accueil@nerac.test", 2 * GB - 3_000);
    expect((await errorOf(create())).details).toContain("of which 2 Go (1999997000 bytes) is used");
    lab.used.set("accueil@nerac.test", 2 * GB - 3_500);
    await create();
  });

  test("measures message by message where the provider tells no sizes, and counts no view twice", async () => {
    old.options = {
      ...old.options,
      statusSize: false,
      folders: [
        { name: "INBOX", sizes: [GB, GB] },
        { name: "Tous", sizes: [GB, GB], flags: "\\All" },
      ],
    };
    await create();
    old.options = { ...old.options, folders: [{ name: "INBOX", sizes: [GB, GB, 1] }] };
    await lab.ask("DeleteDataSource", { id: accountId, dataSource: [{ id: await onlySourceId() }] });
    expect((await errorOf(create())).details).toContain("holds 2 Go (2000000001 bytes) in 3 messages");
  });

  test("has no limit where the mailbox has none", async () => {
    await lab.modify("account", "accueil@nerac.test", { zimbraMailQuota: "0" });
    old.options = { ...old.options, folders: [{ name: "INBOX", sizes: [500 * GB] }] };
    await create();
  });

  test("with a wrong password fails with what to do, and leaves no data source", async () => {
    const { details } = await errorOf(create({ password: "canary-wrong" }));
    expect(details).toBe(
      `IMAP login mairie@wanadoo.test: 127.0.0.1:${port} refuses the password of mairie@wanadoo.test (Invalid ` +
        "credentials). Give the right one: npx bastide secret set nerac ancienne:mairie@wanadoo.test " +
        "[imap.AUTHENTICATIONFAILED]",
    );
    expect(lab.writes()).toEqual([]);
  });

  test("fails with the system's code while the provider is down", async () => {
    const { details } = await errorOf(create({ port: 1 }));
    expect(details).toMatch(
      /^IMAP connect mairie@wanadoo\.test: no usable answer from 127\.0\.0\.1:1 .*\[imap\.ECONNREFUSED\]$/,
    );
    expect(lab.writes()).toEqual([]);
  });

  test("trusts no certificate of an unknown authority", async () => {
    const { details } = await errorOf(create({ caFile: null }));
    expect(details).toMatch(/the certificate of 127\.0\.0\.1:\d+ is refused .*set caFile of the provider/);
    expect(old.commands.filter((said) => /^(?:LOGIN|AUTHENTICATE)/.test(said))).toEqual([]);
  });

  test.for(["close-after-commit", "500-after-commit", "half-body", "503", "html"] as const)(
    "survives %s, with one data source",
    async (kind) => {
      lab.running.setFaults([{ operation: "CreateDataSource", call: 1, kind }]);
      await create();
      expect(await sources()).toHaveLength(1);
    },
  );

  test("goes on from what an interrupted run left, whatever was collected since", async () => {
    const first = await create();
    lab.used.set("accueil@nerac.test", 2 * GB);
    const again = await create();
    expect(again.outputs.value.dataSourceId).toBe(first.outputs.value.dataSourceId);
    expect(await sources()).toHaveLength(1);
  });

  test("is refused while a data source by somebody else's hand collects the same mailbox", async () => {
    const a = Object.entries({
      zimbraDataSourceEnabled: "TRUE",
      zimbraDataSourceFolderId: "257",
      zimbraDataSourceHost: "127.0.0.1",
      zimbraDataSourcePort: "993",
      zimbraDataSourceConnectionType: "ssl",
      zimbraDataSourceUsername: "mairie@wanadoo.test",
    }).map(([n, _content]) => ({ n, _content }));
    await lab.ask("CreateDataSource", { id: accountId, dataSource: [{ type: "imap", name: "À moi", a }] });
    expect((await errorOf(create())).details).toMatch(/named "À moi".*\[bastide\.NOT_OURS\]$/);
    expect(await sources()).toHaveLength(1);
  });
});

describe("a collection that is there", () => {
  const stateOf = ({ value }: Given): Given => ({ value, secrets: [["password"]] });

  test("reads as it is, password and all, and is gone only when Zimbra says so twice", async () => {
    const made = await create();
    const state = { properties: stateOf(made.outputs), inputs: await checked() };
    const read = await session.provider.read(at, made.id, state);
    expect(read.outputs.value).toEqual(made.outputs.value);
    await lab.ask("DeleteDataSource", { id: accountId, dataSource: [{ id: await onlySourceId() }] });
    lab.running.clearCalls();
    expect((await session.provider.read(at, made.id, state)).id).toBe("");
    expect(lab.requests()).toEqual([["GetDataSources"], ["GetDataSources"]]);
  });

  test("is not gone while Zimbra fails", async () => {
    const made = await create();
    const state = { properties: stateOf(made.outputs), inputs: await checked() };
    lab.running.setFaults([{ operation: "GetDataSources", call: "every", kind: "500" }]);
    expect((await errorOf(session.provider.read(at, made.id, state))).details).toContain("[service.FAILURE]");
  });

  test("that Zimbra cannot collect reads as it is, with a warning of the day and the reason", async () => {
    const made = await create();
    const failing = [
      { n: "zimbraDataSourceFailingSince", _content: "20261120081500Z" },
      { n: "zimbraDataSourceLastError", _content: "mailbox mairie: LOGIN failed" },
    ];
    await lab.ask("ModifyDataSource", {
      id: accountId,
      dataSource: [{ id: await onlySourceId(), a: failing }],
    });
    const { messages } = session.plugin.engine;
    messages.length = 0;
    const state = { properties: stateOf(made.outputs), inputs: await checked() };
    const read = await session.provider.read(at, made.id, state);
    expect(read.outputs.value).toEqual(made.outputs.value);
    const { WARNING } = enginePb.LogSeverity;
    await expect
      .poll(() => messages)
      .toEqual([
        {
          severity: WARNING,
          message:
            "Zimbra has not been able to collect mairie@wanadoo.test since 2026-11-20: mailbox mairie: LOGIN failed",
          urn: expect.stringContaining("cdg:zimbra:OldMailbox"),
        },
      ]);
    const healed = failing.map(({ n }) => ({ n, _content: "" }));
    await lab.ask("ModifyDataSource", {
      id: accountId,
      dataSource: [{ id: await onlySourceId(), a: healed }],
    });
    messages.length = 0;
    await session.provider.read(at, made.id, state);
    expect(messages).toEqual([]);
  });

  test("shows what a person changed in the webmail", async () => {
    const made = await create();
    const change = [{ n: "zimbraDataSourceEnabled", _content: "FALSE" }];
    await lab.ask("ModifyDataSource", {
      id: accountId,
      dataSource: [{ id: await onlySourceId(), a: change }],
    });
    const state = { properties: stateOf(made.outputs), inputs: await checked() };
    expect((await session.provider.read(at, made.id, state)).outputs.value.enabled).toBe(false);
  });

  test("takes a new password, and sends nothing else", async () => {
    const made = await create();
    old.options = { ...old.options, password: "canary-n3w" };
    lab.running.clearCalls();
    const news = await checked({ password: "canary-n3w" });
    await session.provider.update(at, made.id, stateOf(made.outputs), news);
    expect(lab.requests()).toEqual([["GetDataSources"], ["ModifyDataSource"]]);
  });

  test("keeps its password when the new one does not open the old mailbox", async () => {
    const made = await create();
    lab.running.clearCalls();
    const news = await checked({ password: "canary-wrong" });
    const failed = await errorOf(session.provider.update(at, made.id, stateOf(made.outputs), news));
    expect(failed.details).toContain("[imap.AUTHENTICATIONFAILED]");
    expect(lab.writes()).toEqual([]);
  });

  test("is replaced for another old mailbox, and for another account", async () => {
    const before = await checked();
    const another = await checked({ address: "autre@wanadoo.test" });
    expect((await session.provider.diff(at, "x", before, another)).replaces).toEqual(["address"]);
    const moved = await checked({ accountId: "another" });
    expect((await session.provider.diff(at, "x", before, moved)).replaces).toEqual(["accountId"]);
    expect((await session.provider.diff(at, "x", before, await checked())).changed).toBe(false);
  });

  test.for(["close-after-commit", "500-after-commit", "500"] as const)(
    "goes with %s on the way, twice, and when the account went first",
    async (kind) => {
      const made = await create();
      lab.running.setFaults([{ operation: "DeleteDataSource", call: 1, kind }]);
      await session.provider.remove(at, made.id, stateOf(made.outputs));
      expect(await sources()).toEqual([]);
      await session.provider.remove(at, made.id, stateOf(made.outputs));
      await lab.ask("DeleteAccount", { id: accountId });
      await session.provider.remove(at, made.id, stateOf(made.outputs));
      expect(lab.writes().filter((name) => name === "DeleteAccount")).toHaveLength(1);
    },
  );

  test("never shows its password: answers, messages, Zimbra's call log", async () => {
    const made = await create();
    await errorOf(create({ password: "canary-wrong", port: 1 }));
    const said = [...session.provider.clear, JSON.stringify(lab.running.calls)].join("\n");
    expect(made.outputs.secrets).toContainEqual(["password"]);
    for (const secret of [password, JSON.stringify(password).slice(1, -1), "canary-wrong"])
      expect(said).not.toContain(secret);
  });
});

async function onlySourceId(): Promise<unknown> {
  const [only] = await sources();
  return only?.attributes.zimbraDataSourceId;
}
