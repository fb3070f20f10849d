/** What a person does with SFTPGo: in the web client (its HTTP API), over WebDAV and over SFTP. */
import { Client, type ConnectConfig, type SFTPWrapper } from "ssh2";

export interface Places {
  /** With a final slash, as all of these. */
  readonly url: string;
  readonly davUrl: string;
  readonly sftp: { readonly host: string; readonly port: number };
}

export type Content = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** How an attempt ended: an HTTP status, or what the SFTP server said; `null` for success. */
export interface Refusal {
  readonly status: number | null;
  readonly text: string;
}

export class Person {
  readonly name: string;
  readonly password: string;
  private readonly places: Places;

  constructor(places: Places, name: string, password: string) {
    this.places = places;
    this.name = name;
    this.password = password;
  }

  /** Chooses a password at the first login, as the web client demands. */
  async choosePassword(chosen: string): Promise<Person> {
    const body = JSON.stringify({ current_password: this.password, new_password: chosen });
    const refusal = await this.http("PUT", "/user/changepwd", body);
    if (refusal !== null) throw new Error(`${this.name} cannot choose a password: ${refusal.text}`);
    return new Person(this.places, this.name, chosen);
  }

  /** Sends a file in the web client's way; `null` when it was taken. */
  upload(path: string, content: Content, headers: Record<string, string> = {}): Promise<Refusal | null> {
    return this.http("POST", `/user/files/upload?path=${encodeURIComponent(path)}`, content, headers);
  }

  async download(path: string): Promise<Buffer> {
    const reply = await this.fetch("GET", `/user/files?path=${encodeURIComponent(path)}`);
    if (!reply.ok) throw new Error(`${path}: HTTP ${reply.status} ${await reply.text()}`);
    return Buffer.from(await reply.arrayBuffer());
  }

  async list(path: string): Promise<string[]> {
    const reply = await this.fetch("GET", `/user/dirs?path=${encodeURIComponent(path)}`);
    if (!reply.ok) throw new Error(`${path}: HTTP ${reply.status} ${await reply.text()}`);
    const entries: unknown = await reply.json();
    return (Array.isArray(entries) ? entries : []).map(({ name }) => String(name)).toSorted();
  }

  /** @returns the link's identifier. */
  async link(share: Readonly<Record<string, unknown>>): Promise<string> {
    const reply = await this.fetch("POST", "/user/shares", JSON.stringify(share));
    if (!reply.ok) throw new Error(`HTTP ${reply.status} ${await reply.text()}`);
    return reply.headers.get("x-object-id") ?? "";
  }

  async linkDetails(link: string): Promise<Record<string, unknown>> {
    const reply = await this.fetch("GET", `/user/shares/${link}`);
    return Object.fromEntries(Object.entries(Object(await reply.json())));
  }

  /** Sets a second factor up. @returns its secret. */
  async totp(): Promise<string> {
    const body = JSON.stringify({ config_name: "Default" });
    const reply = await this.fetch("POST", "/user/totp/generate", body);
    const { secret } = Object(await reply.json());
    const config = JSON.stringify({
      enabled: true,
      config_name: "Default",
      secret: { status: "Plain", payload: secret },
      protocols: ["HTTP"],
    });
    const refusal = await this.http("POST", "/user/totp/save", config);
    if (refusal !== null) throw new Error(`no second factor: ${refusal.text}`);
    return String(secret);
  }

  async http(
    method: string,
    path: string,
    body?: Content,
    headers: Record<string, string> = {},
  ): Promise<Refusal | null> {
    const reply = await this.fetch(method, path, body, headers);
    const text = await reply.text();
    return reply.ok ? null : { status: reply.status, text };
  }

  /** `null` when the login is accepted. */
  async login(): Promise<Refusal | null> {
    const reply = await fetch(`${this.places.url}api/v2/user/token`, { headers: this.basic });
    const text = await reply.text();
    return reply.ok ? null : { status: reply.status, text };
  }

  /** WebDAV; `null` when it went well. */
  async dav(method: string, path: string, body?: Content): Promise<Refusal | null> {
    const streamed = body instanceof ReadableStream ? { duplex: "half" as const } : {};
    const reply = await fetch(new URL(encodeURI(path.slice(1)), this.places.davUrl), {
      method,
      headers: this.basic,
      ...(body === undefined ? {} : { body, ...streamed }),
    });
    const text = await reply.text();
    return reply.ok ? null : { status: reply.status, text };
  }

  async davListing(path: string): Promise<string> {
    const url = new URL(encodeURI(path.slice(1)), this.places.davUrl);
    return (await fetch(url, { method: "PROPFIND", headers: { ...this.basic, depth: "1" } })).text();
  }

  async davText(path: string): Promise<string> {
    const url = new URL(encodeURI(path.slice(1)), this.places.davUrl);
    return (await fetch(url, { headers: this.basic })).text();
  }

  /** Runs `work` over SFTP. @throws what SSH or SFTP said. */
  async sftp<T>(work: (sftp: SFTPWrapper) => Promise<T>, login: Partial<ConnectConfig> = {}): Promise<T> {
    const client = new Client();
    try {
      const wrapper = await new Promise<SFTPWrapper>((resolve, reject) => {
        // Also after it was ready: a server that ends the connection is an error that nobody waits for.
        client.on("error", reject);
        client.once("ready", () => client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp))));
        const { host, port } = this.places.sftp;
        const secret = "privateKey" in login ? {} : { password: this.password };
        client.connect({ host, port, username: this.name, ...secret, ...login });
      });
      // Nobody answers what was asked on a connection that the server ended.
      const ended = new Promise<never>((_, reject) => {
        client.once("close", () => reject(new Error("the connection ended")));
      });
      return await Promise.race([work(wrapper), ended]);
    } finally {
      client.end();
    }
  }

  /** SFTP upload, a few packets at a time; `null` when all of it was taken. Waits for `midway` when half is sent. */
  sftpPut(path: string, content: Buffer, midway = async () => {}): Promise<Refusal | null> {
    return this.sftp(async (sftp) => {
      try {
        const handle = await new Promise<Buffer>((resolve, reject) => {
          sftp.open(path, "w", (error, opened) => (error ? reject(error) : resolve(opened)));
        });
        const starts = Array.from(
          { length: Math.ceil(content.length / PACKET) },
          (_, index) => index * PACKET,
        );
        let paused = false;
        for (let sent = 0; sent < starts.length; sent += PACKETS_AT_ONCE) {
          if (!paused && sent >= starts.length / 2) {
            paused = true;
            await midway();
          }
          const batch = starts.slice(sent, sent + PACKETS_AT_ONCE).map((at) => {
            const length = Math.min(PACKET, content.length - at);
            return done((answer) => sftp.write(handle, content, at, length, at, answer));
          });
          const failed = (await Promise.allSettled(batch)).find(({ status }) => status === "rejected");
          if (failed?.status === "rejected") throw failed.reason;
        }
        await done((answer) => sftp.close(handle, answer));
        return null;
      } catch (error) {
        return { status: null, text: error instanceof Error ? error.message : String(error) };
      }
    });
  }

  sftpRead(path: string): Promise<Buffer> {
    return this.sftp(
      (sftp) =>
        new Promise((resolve, reject) => {
          sftp.readFile(path, (error, content) => (error ? reject(error) : resolve(content)));
        }),
    );
  }

  /** What the server said to a symbolic link; empty when it made one. */
  sftpSymlink(target: string, path: string): Promise<string> {
    return this.sftp(
      (sftp) =>
        new Promise((resolve) => sftp.symlink(target, path, (error) => resolve(error?.message ?? ""))),
    );
  }

  sftpList(path: string): Promise<string[]> {
    return this.sftp(
      (sftp) =>
        new Promise((resolve, reject) => {
          sftp.readdir(path, (error, list) =>
            error ? reject(error) : resolve(list.map(({ filename }) => filename).toSorted()),
          );
        }),
    );
  }

  private get basic(): { readonly authorization: string } {
    const login = Buffer.from(`${this.name}:${this.password}`).toString("base64");
    return { authorization: `Basic ${login}` };
  }

  private async fetch(
    method: string,
    path: string,
    body?: Content,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const streamed = body instanceof ReadableStream ? { duplex: "half" as const } : {};
    return await fetch(`${this.places.url}api/v2${path}`, {
      method,
      headers: { ...headers, authorization: `Bearer ${await this.token()}` },
      ...(body === undefined ? {} : { body, ...streamed }),
    });
  }

  async token(): Promise<string> {
    const reply = await fetch(`${this.places.url}api/v2/user/token`, { headers: this.basic });
    if (!reply.ok) throw new Error(`${this.name}: HTTP ${reply.status} ${await reply.text()}`);
    return String(Object.entries(Object(await reply.json())).find(([key]) => key === "access_token")?.[1]);
  }
}

/** What SFTP servers have to take in one packet (draft-ietf-secsh-filexfer-02, section 3). */
const PACKET = 32_768;
const PACKETS_AT_ONCE = 32;

function done(start: (answer: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}

/** A body whose length nobody declares. Waits for `midway` when half is sent. */
export function undeclared(content: Buffer, midway = async () => {}): ReadableStream<Uint8Array> {
  let sent = 0;
  let paused = false;
  return new ReadableStream({
    async pull(controller) {
      if (!paused && sent >= content.length / 2) {
        paused = true;
        await midway();
      }
      const chunk = content.subarray(sent, sent + 65_536);
      sent += chunk.length;
      if (chunk.length === 0) controller.close();
      else controller.enqueue(new Uint8Array(chunk));
    },
  });
}
