/** gRPC calls to a slot of a plugin, as the engine makes them. */
import {
  Client,
  credentials,
  type MethodDefinition,
  type requestCallback,
  type ServiceError,
} from "@grpc/grpc-js";
import type { JsonObject } from "../../../providers/kit/index.ts";
import { emptyPb, providerPb, providerServices, type structPb } from "../../../providers/kit/proto.ts";
import {
  decodeProperties,
  encodeProperties,
  type Properties,
  type SecretPath,
  type WireObject,
} from "../../../providers/kit/wire.ts";

/** Plain inputs, some of them secret. */
export interface Given {
  readonly value: WireObject;
  readonly secrets?: readonly SecretPath[];
}

export interface Resource {
  readonly type: string;
  readonly name?: string;
}

export interface DiffAnswer {
  readonly changed: boolean;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** Path → `ADD`, `UPDATE_REPLACE`, … */
  readonly detailed: Readonly<Record<string, string | undefined>>;
}

/** One connection to a slot; remembers everything that came back in clear. */
export function connect(port: number) {
  const service = providerServices.ResourceProviderService;
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const clear: string[] = [];

  function call<Request, Response>(name: string, request: Request): Promise<Response> {
    const method: MethodDefinition<Request, Response> | undefined = service[name];
    if (method === undefined) throw new Error(`the protocol has no method ${name}`);
    const { path, requestSerialize, responseDeserialize } = method;
    return new Promise((resolve, reject) => {
      const answered: requestCallback<Response> = (error, response) => {
        if (error !== null) clear.push(error.details);
        if (response === undefined) reject(error ?? new Error(`${name}: no answer`));
        else resolve(response);
      };
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, answered);
    });
  }

  function received(struct: structPb.Struct | undefined): Properties {
    clear.push(withoutSecrets(struct));
    return decodeProperties(struct);
  }

  return {
    clear,
    call,
    close: () => client.close(),

    async checkConfig(news: Given) {
      const request = new providerPb.CheckRequest()
        .setUrn(urnOf({ type: "pulumi:providers:x" }))
        .setNews(sent(news));
      return checked(await call("checkConfig", request), received);
    },
    async configure(args: Given): Promise<providerPb.ConfigureResponse> {
      return await call(
        "configure",
        new providerPb.ConfigureRequest().setArgs(sent(args)).setAcceptsecrets(true),
      );
    },
    async check(at: Resource, news: Given, olds: Given = { value: {} }) {
      const request = new providerPb.CheckRequest();
      request.setUrn(urnOf(at)).setType(at.type).setNews(sent(news)).setOlds(sent(olds));
      return checked(await call("check", request), received);
    },
    /** `oldInputs` is null for an engine that sends none. */
    async diff(
      at: Resource,
      id: string,
      oldInputs: Given | null,
      news: Given,
      olds: Given = oldInputs ?? { value: {} },
    ): Promise<DiffAnswer> {
      const request = new providerPb.DiffRequest();
      request.setId(id).setUrn(urnOf(at)).setType(at.type);
      request.setOlds(sent(olds)).setNews(sent(news));
      if (oldInputs !== null) request.setOldInputs(sent(oldInputs));
      return diffAnswer(await call("diff", request));
    },
    async create(at: Resource, inputs: Given, { preview = false, timeout = 0 } = {}) {
      const request = new providerPb.CreateRequest();
      request.setUrn(urnOf(at)).setType(at.type).setProperties(sent(inputs));
      request.setPreview(preview).setTimeout(timeout);
      const response = await call<typeof request, providerPb.CreateResponse>("create", request);
      return { id: response.getId(), outputs: received(response.getProperties()) };
    },
    async read(
      at: Resource,
      id: string,
      state: { properties: Given; inputs: Given } = { properties: { value: {} }, inputs: { value: {} } },
      { timeout = 0 } = {},
    ) {
      const request = new providerPb.ReadRequest();
      request.setId(id).setUrn(urnOf(at)).setType(at.type).setTimeout(timeout);
      request.setProperties(sent(state.properties)).setInputs(sent(state.inputs));
      const response = await call<typeof request, providerPb.ReadResponse>("read", request);
      return {
        id: response.getId(),
        outputs: received(response.getProperties()),
        inputs: received(response.getInputs()),
      };
    },
    async update(at: Resource, id: string, olds: Given, news: Given, { preview = false, timeout = 0 } = {}) {
      const request = new providerPb.UpdateRequest();
      request.setId(id).setUrn(urnOf(at)).setType(at.type).setPreview(preview).setTimeout(timeout);
      request.setOlds(sent(olds)).setNews(sent(news));
      const response = await call<typeof request, providerPb.UpdateResponse>("update", request);
      return { outputs: received(response.getProperties()) };
    },
    async remove(at: Resource, id: string, state: Given, { timeout = 0 } = {}): Promise<void> {
      const request = new providerPb.DeleteRequest();
      request.setId(id).setUrn(urnOf(at)).setType(at.type).setProperties(sent(state)).setTimeout(timeout);
      await call("delete", request);
    },
    async schema(): Promise<JsonObject> {
      const response = await call<providerPb.GetSchemaRequest, providerPb.GetSchemaResponse>(
        "getSchema",
        new providerPb.GetSchemaRequest(),
      );
      return JSON.parse(response.getSchema());
    },
    async diffConfig(olds: Given, news: Given): Promise<DiffAnswer> {
      const request = new providerPb.DiffRequest().setUrn(urnOf({ type: "pulumi:providers:x" }));
      return diffAnswer(await call("diffConfig", request.setOldInputs(sent(olds)).setNews(sent(news))));
    },
    async invoke(token: string, args: Given) {
      const request = new providerPb.InvokeRequest().setTok(token).setArgs(sent(args));
      const response = await call<typeof request, providerPb.InvokeResponse>("invoke", request);
      const failures = response.getFailuresList().map((failure) => failure.toObject());
      return { result: received(response.getReturn()), failures };
    },
    async cancel(): Promise<void> {
      await call("cancel", new emptyPb.Empty());
    },
  };
}

export type Connection = ReturnType<typeof connect>;

export function urnOf({ type, name = "sample" }: Resource): string {
  return `urn:pulumi:test::bastide::${type}::${name}`;
}

/** The message of a call that must fail. */
export async function errorOf(call: Promise<unknown>): Promise<ServiceError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && "details" in error && "metadata" in error) return error as ServiceError;
    throw error;
  }
  throw new Error("expected the call to fail, but it succeeded");
}

function sent({ value, secrets = [] }: Given): structPb.Struct {
  return encodeProperties({ value, secrets });
}

function checked(
  response: providerPb.CheckResponse,
  received: (struct: structPb.Struct | undefined) => Properties,
) {
  const failures = response.getFailuresList().map((failure) => failure.toObject());
  return { inputs: received(response.getInputs()), failures };
}

function diffAnswer(response: providerPb.DiffResponse): DiffAnswer {
  const kinds = Object.fromEntries(
    Object.entries(providerPb.PropertyDiff.Kind).map(([name, value]) => [String(value), name]),
  );
  const detailed: Record<string, string | undefined> = {};
  response.getDetaileddiffMap().forEach((change, path) => {
    detailed[path] = kinds[String(change.getKind())];
  });
  return {
    changed: response.getChanges() === providerPb.DiffResponse.DiffChanges.DIFF_SOME,
    replaces: response.getReplacesList(),
    deleteBeforeReplace: response.getDeletebeforereplace(),
    detailed,
  };
}

/** The struct as text without what is wrapped as secret. */
function withoutSecrets(struct: structPb.Struct | undefined): string {
  return JSON.stringify(struct?.toJavaScript() ?? {}, (_, value) =>
    typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value
      ? "[secret]"
      : value,
  );
}
