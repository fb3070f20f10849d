/** An IMAP server of a former provider, for tests: TLS, logins, and folders of any size without their mail. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createServer, type Server } from "node:tls";

export interface OldFolder {
  readonly name: string;
  /** Sizes of its messages in bytes. */
  readonly sizes: readonly number[];
  /** IMAP flags of the folder, such as `\\All`. */
  readonly flags?: string;
}

export interface ImapServerOptions {
  readonly username: string;
  readonly password: string;
  readonly folders: readonly OldFolder[];
  /** Whether it tells sizes of folders (RFC 8438). @default true */
  readonly statusSize?: boolean;
}

export class ImapServer {
  /** What clients said, without tags and credentials. */
  readonly commands: string[] = [];
  options: ImapServerOptions;
  readonly caFile: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "bastide-imap-"));
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  constructor(options: ImapServerOptions) {
    this.options = options;
    this.caFile = join(this.#folder, "cert.pem");
    const keyFile = join(this.#folder, "key.pem");
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    execFileSync("openssl", ["req", "-x509", ...curve, ...names, "-keyout", keyFile, "-out", this.caFile], {
      stdio: "ignore",
    });
    const tls = { key: readFileSync(keyFile), cert: readFileSync(this.caFile) };
    this.#server = createServer(tls, (socket) => this.#serve(socket));
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #serve(socket: Socket): void {
    this.#open.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#open.delete(socket));
    const capabilities = `IMAP4rev1 AUTH=PLAIN SASL-IR LIST-STATUS${this.options.statusSize === false ? "" : " STATUS=SIZE"}`;
    socket.write(`* OK [CAPABILITY ${capabilities}] ready\r\n`);
    let authenticating: string | null = null;
    createInterface({ input: socket }).on("line", (said) => {
      const line = authenticating === null ? said : `${authenticating} AUTHENTICATE PLAIN ${said}`;
      authenticating = null;
      if (/^\S+ AUTHENTICATE PLAIN$/i.test(line)) {
        authenticating = line.split(" ")[0] ?? "";
        socket.write("+ \r\n");
        return;
      }
      const [tag = "", command = "", ...rest] = line.split(" ");
      const replies = this.#answer(command.toUpperCase(), rest.join(" "), capabilities);
      socket.write(replies.map((reply) => (reply.startsWith("* ") ? reply : `${tag} ${reply}`)).join("\r\n"));
      socket.write("\r\n");
    });
  }

  #answer(command: string, rest: string, capabilities: string): string[] {
    this.commands.push(command === "AUTHENTICATE" ? command : `${command} ${rest}`.trim());
    const ok = `OK ${command} completed`;
    switch (command) {
      case "CAPABILITY":
        return [`* CAPABILITY ${capabilities}`, ok];
      case "AUTHENTICATE":
        return this.#isRight(rest) ? [ok] : ["NO [AUTHENTICATIONFAILED] Invalid credentials"];
      case "LIST":
        return [...this.options.folders.flatMap((folder) => this.#list(folder, rest)), ok];
      case "EXAMINE":
        return [
          `* ${this.#named(rest).sizes.length} EXISTS`,
          "* OK [UIDVALIDITY 1] stands",
          `OK [READ-ONLY] done`,
        ];
      case "FETCH": {
        const { sizes } = this.#named(this.commands.findLast((said) => said.startsWith("EXAMINE")) ?? "");
        return [
          ...sizes.map((size, index) => `* ${index + 1} FETCH (UID ${index + 1} RFC822.SIZE ${size})`),
          ok,
        ];
      }
      case "LOGOUT":
        return ["* BYE", ok];
      default:
        return ["BAD unknown command"]
          .filter(() => command !== "NOOP")
          .concat(command === "NOOP" ? [ok] : []);
    }
  }

  #isRight(rest: string): boolean {
    const { username, password } = this.options;
    const encoded = rest.split(" ").at(-1) ?? "";
    return Buffer.from(encoded, "base64").toString() === `\0${username}\0${password}`;
  }

  #list({ name, flags = "", sizes }: OldFolder, asked: string): string[] {
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const size = asked.includes("SIZE") ? ` SIZE ${total}` : "";
    return [
      `* LIST (\\HasNoChildren ${flags}) "/" "${name}"`.replace(" )", ")"),
      ...(asked.includes("STATUS") ? [`* STATUS "${name}" (MESSAGES ${sizes.length}${size})`] : []),
    ];
  }

  #named(text: string): OldFolder {
    const found = this.options.folders.find(({ name }) => text.includes(name));
    if (found === undefined) throw new Error(`no folder in ${text}`);
    return found;
  }
}
