import { randomBytes } from "node:crypto";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { Client, type SFTPWrapper } from "ssh2";
import type { Dispatcher } from "undici";
import { z } from "zod";
import type { LabPaths } from "../lab/index.ts";
import { chosenPasswordFile } from "./first-login.ts";

/** Where people reach their files. */
export interface FilePlaces {
  /** The edge's address, with a final slash. */
  readonly url: string;
  readonly sftpPort: number;
  /** Knows the lab's authority. */
  readonly dispatcher: Dispatcher;
}

const tokenReply = z.object({ access_token: z.string() });

/** One person of a collectivité: in the web client's API, over WebDAV and over SFTP. */
export class FilesPerson {
  readonly login: string;
  readonly password: string;
  readonly #places: FilePlaces;

  private constructor(places: FilePlaces, login: string, password: string) {
    this.#places = places;
    this.login = login;
    this.password = password;
  }

  /**
   * Logs in, at first with the first password, which has to be changed; what was chosen is kept before it is set, so
   * that a demonstration that was stopped goes on.
   *
   * @param first - asks for the first password; only when it is needed.
   * @throws Error when somebody else has changed the password since.
   */
  static async loggedIn(
    places: FilePlaces,
    paths: LabPaths,
    login: string,
    first: () => Promise<string>,
  ): Promise<FilesPerson> {
    const file = chosenPasswordFile(paths, login);
    const known = await readFile(file, "utf8").catch(() => null);
    const chosen = new FilesPerson(places, login, known ?? `Demo-${randomBytes(12).toString("base64url")}-1`);
    if (known !== null && (await chosen.#token()) !== null) return chosen;
    await writeFile(file, chosen.password, { mode: 0o600 });
    await chmod(file, 0o600);
    const before = new FilesPerson(places, login, await first());
    const body = JSON.stringify({ current_password: before.password, new_password: chosen.password });
    const { status, text } = await before.api("PUT", "user/changepwd", body);
    if (status !== 200) throw new Error(`${login} cannot choose a password: ${status} ${text}`);
    return chosen;
  }

  /** WebDAV. */
  async dav(method: "GET" | "PUT" | "DELETE", path: string, body?: string): Promise<Answer> {
    return await this.#send(method, `dav${path}`, { authorization: this.#basic }, body);
  }

  /** The API that the web client works with. */
  async api(method: "GET" | "PUT" | "POST" | "DELETE", path: string, body?: string): Promise<Answer> {
    const token = await this.#token();
    if (token === null) throw new Error(`${this.login} cannot log in`);
    return await this.#send(method, `api/v2/${path}`, { authorization: `Bearer ${token}` }, body);
  }

  /** Runs `work` over SFTP. @throws what SSH or SFTP said. */
  async sftp<T>(work: (sftp: SFTPWrapper) => Promise<T>): Promise<T> {
    const client = new Client();
    try {
      const wrapper = await new Promise<SFTPWrapper>((resolve, reject) => {
        client.on("error", reject);
        client.once("ready", () => client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp))));
        const { hostname: host } = new URL(this.#places.url);
        client.connect({ host, port: this.#places.sftpPort, username: this.login, password: this.password });
      });
      return await work(wrapper);
    } finally {
      client.end();
    }
  }

  get #basic(): string {
    return `Basic ${Buffer.from(`${this.login}:${this.password}`).toString("base64")}`;
  }

  async #token(): Promise<string | null> {
    const { status, text } = await this.#send("GET", "api/v2/user/token", { authorization: this.#basic });
    return status === 200 ? tokenReply.parse(JSON.parse(text)).access_token : null;
  }

  async #send(
    method: Dispatcher.HttpMethod,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Answer> {
    const { origin } = new URL(this.#places.url);
    const request = { origin, path: `/${path}`, method, headers, ...(body === undefined ? {} : { body }) };
    const reply = await this.#places.dispatcher.request(request);
    const id = reply.headers["x-object-id"];
    return { status: reply.statusCode, text: await reply.body.text(), id: typeof id === "string" ? id : "" };
  }
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Of what was made: a link. */
  readonly id: string;
}
