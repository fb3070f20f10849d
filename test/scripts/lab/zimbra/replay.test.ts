import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../../../scripts/lab/zimbra/index.ts";
import { firstDifference, keptNames, normalize } from "./compare.ts";
import { faithfulnessSection, readDifferences } from "./differences.ts";
import { readMessage } from "./message-tree.ts";
import { type Outcome, readRecordings, replay } from "./replay.ts";

const page = join(import.meta.dirname, "../../../../docs/simulator.md");

describe("the recordings of Zimbra's own server", () => {
  const recordings = readRecordings();
  const differences = readDifferences();
  const listed = new Set(Object.values(differences).flatMap((group) => group.exchanges));
  let folder: string;
  let simulator: Simulator;
  let outcomes: Outcome[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "zimbra-replay-"));
    simulator = await startSimulator({
      dataDir: folder,
      listen: { host: "127.0.0.1", port: 0 },
      admin: { name: "admin@oracle.test", password: "Adm1n-pass" },
    });
    outcomes = await replay(simulator.url, recordings);
  }, 60_000);

  afterAll(async () => {
    await simulator.close();
    rmSync(folder, { recursive: true });
  });

  it("are all there", () => {
    expect(recordings).toHaveLength(884);
  });

  it("are answered alike, but for the listed differences", () => {
    const surprising = outcomes.filter(({ name, difference }) => difference !== null && !listed.has(name));
    expect(surprising).toEqual([]);
  });

  it("list no difference that is none any more", () => {
    const mended = outcomes.filter(({ name, difference }) => difference === null && listed.has(name));
    expect(mended).toEqual([]);
  });

  it("are counted in docs/simulator.md (BASTIDE_UPDATE=1 writes it)", () => {
    const section = `<!-- replay -->\n${faithfulnessSection(recordings.length, differences)}\n<!-- /replay -->`;
    const text = readFileSync(page, "utf8");
    const updated = text.replace(/<!-- replay -->[\s\S]*<!-- \/replay -->/, section);
    if (process.env.BASTIDE_UPDATE === "1") writeFileSync(page, updated);
    expect(process.env.BASTIDE_UPDATE === "1" ? updated : text).toContain(section);
  });
});

describe("the comparison of messages", () => {
  const recordings = readRecordings();
  const kept = keptNames(recordings.map(({ response }) => readMessage(response)));
  const responseOf = (name: string) =>
    recordings.find((recording) => recording.name === name)?.response ?? "";
  const differ = (a: string, b: string) =>
    firstDifference(normalize(readMessage(a), kept), normalize(readMessage(b), kept));

  it.each([
    ["x-create-account-new", ">524288000<", ">524288001<"],
    ["x-create-account-new", '<a n="givenName">Zoë</a>', ""],
    ["x-create-account-new", '<a n="sn">', '<a n="sn">extra</a><a n="sn">'],
    ["x-get-account-missing", "account.NO_SUCH_ACCOUNT", "account.NO_SUCH_ALIAS"],
    ["x-get-account-missing", "soap:Sender", "soap:Receiver"],
    ["x-get-account-missing", "no such account", "no account"],
    ["x-get-dl-by-name", 'total="8"', 'total="7"'],
    ["x-get-dl-by-name", "<dlm>bob@alpha-xml.test</dlm>", ""],
    ["x-get-domain-by-name", "urn:zimbraAdmin", "urn:zimbraAccount"],
    ["x-quota-usage-domain", 'limit="-1"', 'limit="0"'],
    ["j-quota-usage-domain", '"more":false', '"more":0'],
    ["j-create-ds-imap", '"imap.elsewhere.test"', '"other.test"'],
    ["j-count-account", '"_content":"8"', '"_content":8'],
    ["p-request-id-fault", 'requestId="78"', ""],
  ])("sees in %s that %s became %s", (name, from, to) => {
    const response = responseOf(name);
    expect(response).toContain(from);
    expect(differ(response, response.replace(from, to))).not.toBeNull();
  });

  it.each([
    [
      "x-create-account-new",
      /<a n="zimbraId">[^<]*</,
      '<a n="zimbraId">11111111-1111-1111-1111-111111111111<',
    ],
    ["x-create-account-new", /20261125021026\.466Z/g, "20270101000000.000Z"],
    ["x-create-account-new", '<a n="uid">', '<a n="zimbraPrefSkin">harmony</a><a n="uid">'],
    ["j-auth-good", "43199999", "43199000"],
  ])("overlooks in %s what differs from run to run", (name, from, to) => {
    const response = responseOf(name);
    expect(response.replace(from, to)).not.toBe(response);
    expect(differ(response, response.replace(from, to))).toBeNull();
  });
});
