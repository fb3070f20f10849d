import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { z } from "zod";
import { create, read, remove, update } from "../../../providers/kit/crud.ts";
import { providerPb } from "../../../providers/kit/proto.ts";
import { createSlot, type Slot } from "../../../providers/kit/slot.ts";
import { addressOf } from "../../../providers/stand-ins/docker/address.ts";
import { type Engine, engineAt } from "../../../providers/stand-ins/docker/engine.ts";
import { plugin } from "../../../providers/stand-ins/docker/plugin.ts";
import {
  type Exchange,
  exchanges,
  type Fields,
  objectAt,
  textAt,
} from "../../providers/stand-ins/recordings.ts";

/** What a call answered, in the recording's own ids. */
export interface Answer {
  readonly id: string;
  readonly properties: unknown;
  readonly inputs: unknown;
}

const kinds = ["network", "volume", "secret", "serviceConfig", "service"] as const;
export type Kind = (typeof kinds)[number];

/** A recorded call about an object that the stand-in takes. */
export type KindExchange = Exchange & { readonly kind: Kind };

/** Recorded calls that asked the daemon, unlike those of a preview. */
export function recorded(method: string): KindExchange[] {
  return exchanges("docker", [method]).flatMap((one) => {
    const type = textAt(one.request, "type");
    const kind = kinds.find((name) => type === typeOf(name));
    return kind === undefined || one.request.preview === true ? [] : [{ ...one, kind }];
  });
}

const typeOf = (kind: Kind) => `docker:index/${kind}:${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
const parts = z.object({
  taskSpec: z
    .object({
      containerSpec: z.object({
        secrets: z.array(z.object({ secretId: z.string(), secretName: z.string() })).nullish(),
        mounts: z.array(z.object({ type: z.string(), source: z.string().nullish() })).nullish(),
        configs: z.array(z.object({ configId: z.string(), configName: z.string() })).nullish(),
      }),
      networksAdvanceds: z
        .array(z.object({ id: z.string().nullish(), name: z.string().nullish() }))
        .nullish(),
    })
    .nullish(),
});

/**
 * A real engine on which recorded calls are played again. Ids of the recording are exchanged for those of this
 * engine on the way in, and back on the way out.
 */
export class Stage {
  readonly #slot: Slot<Engine>;
  readonly #engine: Engine;
  /** A folder that the recorded machine had beside what was made. */
  readonly #ids = new Map<string, string>([["/lab/remote", "/srv"]]);
  readonly #made: { readonly kind: Kind; readonly id: string }[] = [];
  #networks = 0;
  /** Requests to the engine so far, without the pairs of looks (service, tasks) that wait for one to converge. */
  requests = 0;

  constructor(host: string) {
    this.#engine = this.#counted(engineAt(addressOf({ host })));
    this.#slot = createSlot(plugin);
    this.#slot.client = { value: this.#engine };
  }

  /** Makes an object unless it is there; `recordedId` stands for it from then on. */
  async put(kind: Kind, recordedId: string, inputs: Fields): Promise<void> {
    if (this.#ids.has(recordedId)) return;
    const asked = new providerPb.CreateRequest()
      .setUrn(`urn:pulumi:stage::stage::${typeOf(kind)}::${recordedId}`)
      .setType(typeOf(kind))
      .setProperties(this.#in(inputs));
    const made = await create(this.#slot, asked);
    this.#remember(kind, recordedId, made.getId());
  }

  /** What a service of the recording refers to. Their content is no part of the service. */
  async putWhatItUses(service: Fields): Promise<void> {
    const { taskSpec } = parts.parse(service);
    for (const { secretId, secretName } of taskSpec?.containerSpec.secrets ?? [])
      await this.put("secret", secretId, { name: secretName, data: "eA==" });
    for (const { configId, configName } of taskSpec?.containerSpec.configs ?? [])
      await this.put("serviceConfig", configId, { name: configName, dataRaw: "x" });
    for (const { type, source } of taskSpec?.containerSpec.mounts ?? [])
      if (type === "volume" && source) await this.put("volume", source, { name: source });
    for (const { id, name } of taskSpec?.networksAdvanceds ?? []) {
      const recorded = id || name;
      if (!recorded) continue;
      this.#networks += 1;
      // A name of its own each time: the engine gives one free only after the last task has left it.
      const inputs = { name: `stage-${this.#networks}`, driver: "overlay", ipamDriver: "default" };
      await this.put("network", recorded, inputs);
    }
  }

  /** @throws what the stand-in throws, in this engine's own ids. */
  async play({ kind, method, request, response }: KindExchange): Promise<Answer> {
    const [urn, type] = [textAt(request, "urn"), textAt(request, "type")];
    const id = this.idOf(textAt(request, "id"));
    const at = (key: string) => this.#in(objectAt(request, key));
    switch (method) {
      case "Create": {
        const asked = new providerPb.CreateRequest().setUrn(urn).setType(type);
        const made = await create(this.#slot, asked.setProperties(at("properties")));
        this.#remember(kind, textAt(response ?? {}, "id"), made.getId());
        return this.#out(made);
      }
      case "Update": {
        const asked = new providerPb.UpdateRequest().setId(id).setUrn(urn).setType(type);
        asked.setOlds(at("olds")).setNews(at("news")).setOldInputs(at("oldInputs"));
        return this.#out(await update(this.#slot, asked));
      }
      case "Read": {
        const asked = new providerPb.ReadRequest().setId(id).setUrn(urn).setType(type);
        asked.setProperties(at("properties")).setInputs(at("inputs"));
        return this.#out(await read(this.#slot, asked));
      }
      default: {
        const asked = new providerPb.DeleteRequest().setId(id).setUrn(urn).setType(type);
        await remove(this.#slot, asked.setProperties(at("properties")));
        return { id: "", properties: {}, inputs: {} };
      }
    }
  }

  idOf(recorded: string): string {
    return this.#ids.get(recorded) ?? recorded;
  }

  /** Takes everything away again: services first, what they use after them. */
  async clear(): Promise<void> {
    const order: readonly Kind[] = ["service", "serviceConfig", "secret", "network", "volume"];
    // Until the tasks have gone, what they use cannot be taken away.
    const taskSpec = { containerSpec: { stopGracePeriod: "30s" } };
    for (const kind of order) {
      for (const { id } of this.#made.filter((one) => one.kind === kind)) {
        const asked = new providerPb.DeleteRequest().setId(id).setType(typeOf(kind)).setUrn(`urn::${kind}`);
        await remove(this.#slot, asked.setProperties(this.#in({ id, name: id, taskSpec })));
      }
    }
    this.#made.length = 0;
    for (const key of this.#ids.keys()) if (!key.startsWith("/")) this.#ids.delete(key);
  }

  #remember(kind: Kind, recordedId: string, id: string): void {
    this.#ids.set(recordedId, id);
    this.#made.push({ kind, id });
  }

  #in(value: Fields): Struct {
    return Struct.fromJavaScript(JSON.parse(this.#translated(JSON.stringify(value), [...this.#ids])));
  }

  #out(answer: {
    getId?: () => string;
    getProperties: () => Struct | undefined;
    getInputs?: () => Struct | undefined;
  }): Answer {
    const back = [...this.#ids].map(([recorded, actual]) => [actual, recorded] as const);
    const plain = (value: Struct | undefined): unknown =>
      JSON.parse(this.#translated(JSON.stringify(value?.toJavaScript() ?? {}), back));
    return {
      id: this.#translated(answer.getId?.() ?? "", back),
      properties: plain(answer.getProperties()),
      inputs: plain(answer.getInputs?.()),
    };
  }

  #translated(text: string, pairs: readonly (readonly [string, string])[]): string {
    return pairs.reduce((out, [from, to]) => out.replaceAll(from, to), text);
  }

  #counted(engine: Engine): Engine {
    let last = "";
    const count = (path: string) => {
      this.requests += path.startsWith("/tasks") ? -1 : 1;
      last = path;
    };
    return {
      get: async (path, ...rest) => {
        // The same question again waits for what the Swarm has under way.
        if (path !== last) count(path);
        return await engine.get(path, ...rest);
      },
      post: async (path, ...rest) => {
        count(path);
        return await engine.post(path, ...rest);
      },
      remove: async (path, ...rest) => {
        count(path);
        return await engine.remove(path, ...rest);
      },
      logs: async (path, ...rest) => {
        count(path);
        return await engine.logs(path, ...rest);
      },
    };
  }
}
