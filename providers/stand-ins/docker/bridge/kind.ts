/** A resource kind of Docker as a handler of the kit: the official plugin's wire around calls of the daemon. */
import { z } from "zod";
import {
  type CallContext,
  InitialisationError,
  type JsonObject,
  type ResourceHandler,
} from "../../../kit/index.ts";
import type { Engine } from "../engine.ts";
import { checkInputs, type ExtraRule, plainObject } from "./check.ts";
import { compareState } from "./compare.ts";
import { importedInputs, refreshedInputs } from "./inputs.ts";
import { previewOf } from "./preview.ts";
import type { Block } from "./shape.ts";

export type Call = CallContext<Engine>;

/** An object as the daemon has it: outputs without the keys of the wire. */
export interface Found {
  readonly id: string;
  readonly outputs: JsonObject;
}

export interface Kind<Schema extends Block & z.ZodType<JsonObject>> {
  readonly token: string;
  readonly description: string;
  readonly inputs: Schema;
  /** Outputs that are no inputs. */
  readonly computed?: readonly string[];
  /** What the official plugin stores as `__meta`. */
  readonly meta?: string;
  readonly secrets?: readonly string[];
  readonly rules?: ExtraRule;
  create(inputs: z.infer<Schema>, ctx: Call): Promise<Found>;
  /** Null when the daemon says that it is gone; `state` is null in an import. */
  read(id: string, state: JsonObject | null, ctx: Call): Promise<Found | null>;
  update?(id: string, olds: JsonObject, news: z.infer<Schema>, ctx: Call): Promise<Found>;
  delete(id: string, state: JsonObject, ctx: Call): Promise<void>;
  /** False where an import cannot know everything (a secret's data). */
  readonly importable?: false;
}

export function handlerOf<Schema extends Block & z.ZodType<JsonObject>>(
  kind: Kind<Schema>,
): ResourceHandler<Engine, JsonObject, JsonObject> {
  const { token, inputs: schema, meta, computed = [], secrets = [] } = kind;
  const stored = ({ id, outputs }: Found): JsonObject => ({
    ...outputs,
    id,
    ...(meta === undefined ? {} : { __meta: meta }),
  });
  const inputsOf = (given: JsonObject) => schema.parse(plainObject(given));

  return {
    token,
    description: kind.description,
    inputs: schema,
    outputs: anything,
    secrets,
    wire: {
      check: (call) => checkInputs(schema, kind.rules ?? (() => []), call),
      diff: (call) => compareState(schema, call),
      preview: ({ olds, news }) => previewOf(schema, computed, olds, news),
    },
    idOf: (given, outputs) => textOf(outputs?.id) || textOf(given.name),
    create: async (given, ctx) => stored(await kind.create(inputsOf(given), ctx)),
    async read(id, state, ctx, given) {
      if (state === null && kind.importable === false) {
        throw new Error(`${token} ${id}: cannot be imported, the daemon does not tell all of it`);
      }
      const found = await kind.read(id, state, ctx);
      if (found === null) return null;
      const outputs = stored(found);
      const inputs = given ? refreshedInputs(schema, given, outputs) : importedInputs(schema, outputs);
      return { id: found.id, inputs, outputs };
    },
    async update(id, olds, news, ctx) {
      if (kind.update === undefined) throw new Error(`${token} ${id}: cannot be changed, only replaced`);
      try {
        return stored(await kind.update(id, olds, inputsOf(news), ctx));
      } catch (error) {
        if (!(error instanceof InitialisationError)) throw error;
        throw new InitialisationError(stored({ id, outputs: error.outputs }), error.message);
      }
    },
    delete: (id, state, ctx) => kind.delete(id, state, ctx),
  };
}

/** The state is taken as it was stored, by either implementation. */
const anything: z.ZodType<JsonObject> = z.record(z.string(), z.json());

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
