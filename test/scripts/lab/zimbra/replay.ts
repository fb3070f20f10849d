import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { z } from "zod";
import { firstDifference, keptNames, normalize } from "./compare.ts";
import { isObject, namedIds, readMessage, type Tree } from "./message-tree.ts";

/** Folder of the recordings of Zimbra's own server. */
export const goldenFolder = join(import.meta.dirname, "../../../fixtures/golden/zimbra");

const recordingSchema = z.object({
  name: z.string(),
  call: z.string(),
  requestHeaders: z.array(z.string()),
  request: z.string(),
  status: z.string(),
  responseHeaders: z.array(z.string()),
  response: z.string(),
});
export type Recording = z.infer<typeof recordingSchema>;

/** The recordings in the order in which they were made. */
export function readRecordings(): Recording[] {
  return ["xml", "json", "protocol"].flatMap((file) =>
    readFileSync(join(goldenFolder, `${file}.jsonl`), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => recordingSchema.parse(JSON.parse(line))),
  );
}

export interface Outcome {
  readonly name: string;
  /** Where the answer parts from the recording; null where it does not. */
  readonly difference: string | null;
}

/** Sends every recorded request to a simulator and compares the answers. */
export async function replay(base: string, recordings: readonly Recording[]): Promise<Outcome[]> {
  const messages = recordings.map((recording) => readMessage(recording.response));
  // What was left out of the recordings differs a little between the dialects.
  const keptOfXml = keptNames(messages.filter((message) => isObject(message) && "tag" in message));
  const keptOfJson = keptNames(messages.filter((message) => isObject(message) && !("tag" in message)));
  const session = new ReplaySession();
  const outcomes: Outcome[] = [];
  for (const recording of recordings) {
    const answer = await post(base, recording, session);
    const expected = readMessage(recording.response);
    const actual = readAnswer(answer.body);
    session.learn(recording, expected, actual);
    const kept = isObject(expected) && "tag" in expected ? keptOfXml : keptOfJson;
    outcomes.push({
      name: recording.name,
      difference:
        headDifference(recording, answer) ??
        firstDifference(normalize(expected, kept), normalize(actual, kept)),
    });
  }
  return outcomes;
}

function readAnswer(body: string): Tree {
  try {
    return readMessage(body);
  } catch (error) {
    return `unreadable: ${String(error)}`;
  }
}

interface Answer {
  readonly status: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Keeps what later requests need: real ids for recorded ones, and the tokens by what they are for. */
class ReplaySession {
  readonly #ids = new Map<string, string>();
  readonly #tokens = new Map<string, string>();

  /** The request as this simulator understands it. */
  translate(recording: Recording): string {
    const withIds = recording.request.replace(uuid, (id) => this.#ids.get(id) ?? id);
    return withIds.replaceAll("AUTHTOKEN", this.#token(recording));
  }

  cookie(recording: Recording): string | null {
    const header = recording.requestHeaders.find((line) => line.startsWith("request-header: Cookie: "));
    if (header === undefined) return null;
    const text = header.slice("request-header: Cookie: ".length);
    const spoilt =
      recording.name === "p-cookie-bad-header-good" ? "garbage" : (this.#tokens.get("admin") ?? "");
    return text.replace("<token>", spoilt);
  }

  learn(recording: Recording, expected: Tree, actual: Tree): void {
    const real = new Map(namedIds(actual).map(({ key, id }) => [key, id]));
    for (const { key, id } of namedIds(expected)) {
      const known = real.get(key);
      if (known !== undefined) this.#ids.set(id, known);
    }
    const token = /0_[0-9a-f]{64}_[0-9a-f]+/.exec(JSON.stringify(actual))?.[0];
    if (token === undefined) return;
    if (recording.request.includes("DelegateAuthRequest")) this.#tokens.set("delegated", token);
    else if (recording.call.endsWith("/service/soap/")) this.#tokens.set("user", token);
    else if (recording.request.includes("csrfTokenSecured")) this.#tokens.set("csrf", token);
    else this.#tokens.set("admin", token);
  }

  #token({ name }: Recording): string {
    const admin = this.#tokens.get("admin") ?? "";
    if (/user-token/.test(name)) return this.#tokens.get("user") ?? "";
    if (/delegated/.test(name)) return this.#tokens.get("delegated") ?? "";
    if (/-csrf-/.test(name) && !name.includes("auth")) return this.#tokens.get("csrf") ?? "";
    if (name === "p-tampered-token") return `${admin.slice(0, -2)}00`;
    if (name === "p-truncated-token") return admin.slice(0, -10);
    return admin;
  }
}

const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

function post(base: string, recording: Recording, session: ReplaySession): Promise<Answer> {
  const [method = "POST", path = "/"] = recording.call.split(" ");
  const headers: Record<string, string> = {};
  const type = recording.requestHeaders[0]?.replace("request-content-type: ", "");
  if (type && type !== "None") headers["Content-Type"] = type;
  const cookie = session.cookie(recording);
  if (cookie !== null) headers.Cookie = cookie;
  const bytes = bodyBytes(session.translate(recording), recording.name);
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, base), { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const entries = Object.entries(response.headers).map(([k, v]) => [k, String(v)] as const);
        resolve({
          status: `${response.statusCode} ${response.statusMessage}`,
          headers: new Map(entries),
          body: Buffer.concat(chunks).toString("utf8"),
        });
      });
    });
    call.on("error", reject);
    call.end(method === "GET" ? undefined : bytes);
  });
}

/** The recording writes the one byte that is not UTF-8 as `\xff`. */
function bodyBytes(text: string, name: string): Buffer {
  if (name !== "p-invalid-utf8") return Buffer.from(text, "utf8");
  const at = text.indexOf("\\xff");
  return Buffer.concat([
    Buffer.from(text.slice(0, at)),
    Buffer.from([0xff]),
    Buffer.from(text.slice(at + 4)),
  ]);
}

/** Status, Content-Type, and which cookies are set. */
function headDifference(recording: Recording, answer: Answer): string | null {
  if (answer.status !== recording.status) return `status: expected ${recording.status}, got ${answer.status}`;
  const header = (name: string) =>
    recording.responseHeaders
      .find((line) => line.toLowerCase().startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const type = header("content-type") ?? "";
  const got = answer.headers.get("content-type") ?? "";
  if (type !== got) return `Content-Type: expected ${type}, got ${got}`;
  const cookie = stablePart(header("set-cookie") ?? "");
  const gotCookie = stablePart(answer.headers.get("set-cookie") ?? "");
  return cookie === gotCookie ? null : `Set-Cookie: expected ${cookie}, got ${gotCookie}`;
}

function stablePart(cookie: string): string {
  return cookie.replace(/=(<token>|0_[^;]*);/, "=<token>;").replace(/Expires=[^;]*/, "Expires=<time>");
}
