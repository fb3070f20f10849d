/** The law of the stand-ins: each recorded Check and Diff is answered as the official plugin answered it. */
import { join } from "node:path";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { describe, expect, test } from "vitest";
import { check, diff } from "../../../providers/kit/compare.ts";
import { providerPb } from "../../../providers/kit/proto.ts";
import type { AnyPlugin } from "../../../providers/kit/slot.ts";
import { createSlot } from "../../../providers/kit/slot.ts";
import { plugin as command } from "../../../providers/stand-ins/command/plugin.ts";
import { plugin as docker } from "../../../providers/stand-ins/docker/plugin.ts";
import { requiredPlugins } from "../../../scripts/engine/plugins.ts";
import { type Exchange, exchanges, type Fields, objectAt, textAt } from "./recordings.ts";

/** Kinds that no component of ours uses and that the stand-ins refuse. */
const NOT_TAKEN = [
  "docker:index/remoteImage:RemoteImage",
  "command:local:Command",
  "command:remote:CopyToRemote",
];
const SECRET = "4dabf18193072939515e22adb298388d";

/** What differs, and why that is harmless; `docs/stand-ins.md` has the same table. */
const EXPLAINED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  docker: {
    "d6-preview-secret-same-name Service": "an unknown secret id is told at taskSpec, not at the member",
    "d8-preview-secret-new-name Service": "the same",
    "m4-up-replace-autonamed Service": "readOnly false → absent is not listed beside the change of its mount",
    "x-minimal-meta-preview Network": "a state stripped by hand: what the daemon computes is not missed",
    "x-minimal-meta-preview Service": "the same",
  },
  command: {},
};

function struct(value: Fields): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(value)));
}

async function replayCheck<Client>(plugin: AnyPlugin<Client>, { request }: Exchange) {
  const asked = new providerPb.CheckRequest()
    .setUrn(textAt(request, "urn"))
    .setName(textAt(request, "name"))
    .setType(textAt(request, "type"))
    .setOlds(struct(objectAt(request, "olds")))
    .setNews(struct(objectAt(request, "news")));
  const answer = await check(createSlot(plugin), asked);
  const failures = answer.getFailuresList().map((failure) => failure.getReason());
  return { inputs: answer.getInputs()?.toJavaScript() ?? {}, failures };
}

async function replayDiff<Client>(plugin: AnyPlugin<Client>, { request }: Exchange) {
  const asked = new providerPb.DiffRequest()
    .setUrn(textAt(request, "urn"))
    .setType(textAt(request, "type"))
    .setOlds(struct(objectAt(request, "olds")))
    .setOldInputs(struct(objectAt(request, "oldInputs")))
    .setNews(struct(objectAt(request, "news")));
  const answer = await diff(createSlot(plugin), asked);
  return {
    changed: answer.getChanges() === providerPb.DiffResponse.DiffChanges.DIFF_SOME,
    replaces: answer.getReplacesList().toSorted(),
    deleteBeforeReplace: answer.getDeletebeforereplace(),
    paths: answer
      .getDetaileddiffMap()
      .toArray()
      .map(([path]) => path)
      .toSorted(),
  };
}

function recordedDiff({ response }: Exchange) {
  const replaces = Array.isArray(response?.replaces) ? response.replaces.map(String) : [];
  return {
    changed: response?.changes === "DIFF_SOME",
    replaces: [...new Set(replaces)].toSorted(),
    deleteBeforeReplace: response?.deleteBeforeReplace === true,
    paths: Object.keys(objectAt(response, "detailedDiff")).toSorted(),
  };
}

/** A secret within a secret is as secret as the outer one: marks are compared from the outside only. */
function withoutInnerMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutInnerMarks);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (Object.hasOwn(value, SECRET)) {
    const inner = entries.find(([key]) => key === "value")?.[1];
    return { secret: unwrapped(inner) };
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutInnerMarks(item)]));
}

function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (Object.hasOwn(value, SECRET)) return unwrapped(entries.find(([key]) => key === "value")?.[1]);
  return Object.fromEntries(entries.map(([key, item]) => [key, unwrapped(item)]));
}

/** Names that were made up end in seven hex digits of chance. */
function withoutChance(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/-[0-9a-f]{7}"/g, '-CHANCE"'));
}

const taken = (exchange: Exchange) => !NOT_TAKEN.includes(textAt(exchange.request, "type"));
const answered = ({ response, errors }: Exchange) => response && !errors;

describe.each([
  ["docker", docker],
  ["command", command],
] as const)("the stand-in of %s", (name, plugin) => {
  const checks = exchanges(name, ["Check"])
    .filter(taken)
    .filter(answered)
    .filter(({ response }) => !response?.failures);
  const diffs = exchanges(name, ["Diff"]).filter(taken).filter(answered);

  test("has the version of the npm package whose schema it is", async () => {
    const root = join(import.meta.dirname, "../../..");
    expect(await requiredPlugins(root)).toContainEqual({ name, version: plugin.version });
  });

  test("fills in, keeps and marks the inputs of every recorded Check as the official plugin does", async () => {
    const different: unknown[] = [];
    for (const one of checks) {
      const { inputs, failures } = await replayCheck(plugin, one);
      const expected = withoutChance(withoutInnerMarks(objectAt(one.response, "inputs")));
      const got = withoutChance(withoutInnerMarks(inputs));
      if (failures.length > 0 || JSON.stringify(sorted(got)) !== JSON.stringify(sorted(expected))) {
        different.push({ file: one.file, type: one.request.type, failures, got, expected });
      }
    }
    console.log(`${name}: ${checks.length} Checks, ${different.length} different`);
    expect(different).toEqual([]);
  });

  test("plans the same: every recorded Diff has the same changes, replacements and order", async () => {
    const different: {
      file: string;
      type: string;
      got: ReturnType<typeof recordedDiff>;
      expected: ReturnType<typeof recordedDiff>;
    }[] = [];
    for (const one of diffs) {
      const got = await replayDiff(plugin, one);
      const expected = recordedDiff(one);
      if (JSON.stringify(got) !== JSON.stringify(expected)) {
        different.push({ file: one.file, type: textAt(one.request, "type"), got, expected });
      }
    }
    const explained = Object.keys(EXPLAINED[name] ?? {});
    console.log(`${name}: ${diffs.length} Diffs, ${different.length} different:`, EXPLAINED[name]);
    expect(different.map(({ file, type }) => `${file} ${type.split(":").at(-1)}`)).toEqual(explained);
    // Whatever the words: an update is an update, a replacement a replacement, but for the stripped state.
    const plans = different.filter(({ file }) => !file.startsWith("x-minimal"));
    expect(plans.map(({ got }) => [got.changed, got.replaces, got.deleteBeforeReplace])).toEqual(
      plans.map(({ expected }) => [expected.changed, expected.replaces, expected.deleteBeforeReplace]),
    );
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, sorted(item)]);
}
