/**
 * The law of the stand-in for `@pulumi/docker`, on a real engine: what the official plugin was recorded to answer,
 * ours answers too.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { docker, labEngine } from "../../scripts/lab/docker.ts";
import { findImage, mailImage } from "../../scripts/lab/images/layered.ts";
import { type Fields, objectAt, textAt } from "../providers/stand-ins/recordings.ts";
import { testLab } from "./lab.setup.ts";
import { likeness, unlike } from "./stand-ins/likeness.ts";
import { type Answer, type KindExchange, recorded, Stage } from "./stand-ins/stage.ts";

const image = "rest-server:lab";

/** What differs, and why that is harmless; `docs/stand-ins.md` has the same table. */
const byName =
  "a network that was given by name is kept by id: the official plugin replaces the service for it";
const byHand = "a label and a variable added by hand are in the inputs as well; the next plan is the same";
const EXPLAINED: Readonly<Record<string, string>> = {
  "e1-refresh-no-drift service": byName,
  "e2-refresh-drift service": `${byName}; ${byHand}`,
  "e2-refresh-preview-drift service": `${byName}; ${byHand}`,
  "e6-refresh-drift-netid service": byHand,
  "r4-refresh-unchanged service":
    "a drawn port enters the inputs, and what was defaulted is not marked there",
  "m4-up-replace-autonamed service":
    "an unset delay stays empty, and readOnly is told: both are the daemon's default",
};
const long = process.env.BASTIDE_LONG === "1";

let stage: Stage;

beforeAll(async () => {
  const name = "stand-in-image";
  const base = await findImage(testLab, mailImage);
  const script = '#!/bin/sh\n[ "$1" = health ] && exit 0\nexec sleep infinity\n';
  const write = ["-c", 'printf %s "$0" > /server && chmod 755 /server', script];
  await docker(testLab, ["run", "--name", name, "--entrypoint", "/bin/sh", base ?? "", ...write]);
  await docker(testLab, ["commit", "--change", 'ENTRYPOINT ["/server"]', name, image]);
  await docker(testLab, ["rm", name]);
  stage = new Stage(labEngine(testLab).host);
});

afterEach(async () => await stage.clear());

afterAll(async () => {
  await docker(testLab, ["image", "rm", "--force", image]);
});

const nameOf = ({ file, kind }: { file: string; kind: string }) => `${file} ${kind}`;

interface Difference {
  readonly name: string;
  readonly at: readonly string[];
}

/** Answers of the stand-in that are not those of the recording. */
async function differences(
  all: readonly KindExchange[],
  play: (one: KindExchange) => Promise<Answer>,
): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const one of all) {
    const got = likeness(await play(one));
    const { id, properties, inputs } = one.response ?? {};
    const expected = likeness({ id: id ?? "", properties, inputs });
    const at = unlike(got, expected);
    if (at.length > 0) found.push({ name: nameOf(one), at });
  }
  return found;
}

describe("the stand-in of docker, on a real engine", () => {
  it("makes what every recorded Create made, with the same state, at most two requests each, looks that wait not counted", async () => {
    const creates = recorded("Create").filter(({ errors }) => !errors);
    const requests: number[] = [];
    const different = await differences(creates, async (one) => {
      await stage.clear();
      if (one.kind === "service") await stage.putWhatItUses(objectAt(one.request, "properties"));
      const before = stage.requests;
      const answer = await stage.play(one);
      requests.push(stage.requests - before);
      return answer;
    });
    console.log(`Create: ${creates.length}, ${different.length} different; requests each: ${requests}`);
    expect(unexplained(different)).toEqual([]);
    expect(Math.max(...requests)).toBeLessThanOrEqual(2);
  });

  it("reads what every recorded Read read: as it was, changed by hand, gone, and with nothing but an id", async () => {
    const reads = recorded("Read");
    let world = "";
    const different = await differences(reads, async (one) => {
      const id = textAt(one.response ?? {}, "id");
      const inputs = worldOf(one);
      const wanted = JSON.stringify([id, inputs]);
      if (wanted !== world || id === "") {
        await stage.clear();
        world = wanted;
        if (one.kind === "service") await stage.putWhatItUses(inputs);
        if (id !== "") await stage.put(one.kind, id, inputs);
      }
      return await stage.play(one);
    });
    console.log(`Read: ${reads.length}, ${different.length} different`);
    expect(unexplained(different)).toEqual([]);
  });

  it.runIf(long)("changes what every recorded Update changed, with the same state afterwards", async () => {
    const updates = recorded("Update").filter(({ errors }) => !errors);
    let world = "";
    const different = await differences(updates, async (one) => {
      const { convergeConfig: _waits, ...inputs } = objectAt(one.request, "oldInputs");
      // Recorded one after the other: what one left is mostly where the next one began.
      if (JSON.stringify(objectAt(one.request, "oldInputs")) !== world) {
        await stage.clear();
        await stage.putWhatItUses(inputs);
        await stage.put(one.kind, textAt(one.request, "id"), inputs);
      }
      await stage.putWhatItUses(objectAt(one.request, "news"));
      world = JSON.stringify(objectAt(one.request, "news"));
      return await stage.play(one);
    });
    console.log(`Update: ${updates.length}, ${different.length} different`);
    expect(unexplained(different)).toEqual([]);
  });

  it("refuses in the daemon's words what the daemon refused", async () => {
    const [service] = recorded("Create").filter(nameIs("b-up-create service"));
    if (service === undefined) throw new Error("b-up-create is not recorded");
    const inputs = objectAt(service.request, "properties");
    await stage.putWhatItUses(inputs);
    await stage.put("service", textAt(service.response ?? {}, "id"), inputs);
    expect(await refusalOf("h3-up-create-port-in-use service")).toMatch(
      /Error response from daemon: rpc error: code = InvalidArgument desc = port '18000' is already in use by service 'backup-demo' \(\w+\) as an ingress port/,
    );
    expect(await refusalOf("h4-up-create-name-in-use service")).toContain(
      "Error response from daemon: rpc error: code = AlreadyExists desc = name conflicts with an existing object: service backup-demo already exists",
    );
    expect(await refusalOf("d16-up-network-label-in-use network")).toMatch(
      /Error response from daemon: rpc error: code = FailedPrecondition desc = network \w+ is in use by (?:service|task) \w+/,
    );
    expect(await refusalOf("d8-up-secret-new-name secret")).toContain(
      "Error response from daemon: rpc error: code = InvalidArgument desc = secret 'backup-htpasswd' is in use by the following service: backup-demo",
    );
    expect(await refusalOf("d17-up-config-new-name serviceConfig")).toContain(
      "Error response from daemon: rpc error: code = InvalidArgument desc = config 'backup-conf' is in use by the following service: backup-demo",
    );
  });
});

function unexplained(different: readonly Difference[]): Difference[] {
  return different.filter(({ name }) => !Object.hasOwn(EXPLAINED, name));
}

/** How the daemon had it when it was read. The Swarm draws the addresses of a network anew. */
function worldOf({ kind, response }: KindExchange): Fields {
  if (kind === "service") {
    const { id: _id, convergeConfig: _waits, ...state } = objectAt(response, "properties");
    return Object.fromEntries(Object.entries(state).filter(([name]) => !name.startsWith("__")));
  }
  const { options: _options, ipamConfigs: _addresses, ...inputs } = objectAt(response, "inputs");
  return inputs;
}

function nameIs(name: string): (one: KindExchange) => boolean {
  return (one) => nameOf(one) === name;
}

/** Plays a call that the daemon refused when it was recorded. */
async function refusalOf(name: string): Promise<string> {
  const [one] = ["Create", "Delete"].flatMap(recorded).filter(nameIs(name));
  if (one === undefined) throw new Error(`${name} is not recorded`);
  return await stage.play(one).then(
    () => "nothing was refused",
    (error: unknown) => String(error),
  );
}
