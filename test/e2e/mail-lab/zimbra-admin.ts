import { readFile } from "node:fs/promises";
import { Agent, request } from "undici";
import { z } from "zod";
import type { PresentLab } from "../../../scripts/lab/index.ts";

const answerSchema = z.object({ Body: z.record(z.string(), z.unknown()) });
const loginSchema = z.object({ authToken: z.tuple([z.object({ _content: z.string() })]) });
const idSchema = z.object({ id: z.string() });

type Attributes = Readonly<Record<string, string>>;

/** The few administrative calls that tests of the mail servers need, over the lab's real SOAP API. */
export interface ZimbraAdmin {
  createDomain(name: string): Promise<string>;
  createAccount(address: string, password: string, attributes?: Attributes): Promise<string>;
  modifyAccount(id: string, attributes: Attributes): Promise<void>;
  renameAccount(id: string, address: string): Promise<void>;
  addAlias(id: string, alias: string): Promise<void>;
  createList(address: string, members: readonly string[]): Promise<string>;
  /** Any other request, named without its ending; gives the answer's body. */
  call(name: string, body: object): Promise<unknown>;
  close(): Promise<void>;
}

export async function zimbraAdmin({ zimbra }: PresentLab): Promise<ZimbraAdmin> {
  const { url, user, password, caFile } = zimbra.admin;
  const dispatcher = new Agent({ connect: { ca: await readFile(caFile, "utf8") } });

  async function call(name: string, body: object, authToken?: string): Promise<unknown> {
    const envelope = {
      Header: { context: { _jsns: "urn:zimbra", ...(authToken ? { authToken } : {}) } },
      Body: { [`${name}Request`]: { _jsns: "urn:zimbraAdmin", ...body } },
    };
    const headers = { "content-type": "application/json" };
    const answer = await request(url, {
      method: "POST",
      dispatcher,
      headers,
      body: JSON.stringify(envelope),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${name}: ${answer.statusCode} ${text}`);
    return answerSchema.parse(JSON.parse(text)).Body[`${name}Response`];
  }

  const login = loginSchema.parse(await call("Auth", { name: user, password }));
  const token = login.authToken[0]._content;
  const idOf = (answer: unknown, kind: string): string => {
    const [created] = z.object({ [kind]: z.tuple([idSchema]) }).parse(answer)[kind] ?? [];
    return created?.id ?? "";
  };
  const list = (attributes: Attributes): object => ({
    a: Object.entries(attributes).map(([n, _content]) => ({ n, _content })),
  });

  return {
    createDomain: async (name) => idOf(await call("CreateDomain", { name }, token), "domain"),
    createAccount: async (name, password, attributes = {}) =>
      idOf(await call("CreateAccount", { name, password, ...list(attributes) }, token), "account"),
    modifyAccount: async (id, attributes) => {
      await call("ModifyAccount", { id, ...list(attributes) }, token);
    },
    renameAccount: async (id, newName) => {
      await call("RenameAccount", { id, newName }, token);
    },
    addAlias: async (id, alias) => {
      await call("AddAccountAlias", { id, alias }, token);
    },
    createList: async (name, members) => {
      const id = idOf(await call("CreateDistributionList", { name }, token), "dl");
      const dlm = members.map((_content) => ({ _content }));
      await call("AddDistributionListMember", { id, dlm }, token);
      return id;
    },
    call: async (name, body) => await call(name, body, token),
    close: async () => await dispatcher.close(),
  };
}
