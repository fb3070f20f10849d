import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Packet,
  streamEncode,
  TRUNCATED_RESPONSE,
} from "dns-packet";

/** What a scripted server says; what is left out is empty and authoritative. */
export interface ScriptedReply {
  readonly rcode?: number;
  readonly authoritative?: boolean;
  readonly answers?: Answer[];
  readonly authorities?: Answer[];
  readonly additionals?: Answer[];
  /** The answer over UDP is cut, so that the asker has to come again over TCP. */
  readonly truncated?: boolean;
}

/** `null` = silence. */
export type Script = (question: string) => ScriptedReply | null;

export interface ScriptedServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** `udp MX mairie.fr`, in the order of arrival. */
  readonly asked: readonly string[];
}

/** A name server on loopback that says what `script` says, over UDP and TCP. */
export async function startServer(host: string, port: number, script: Script): Promise<ScriptedServer> {
  const asked: string[] = [];
  const replyTo = (packet: Packet, transport: "udp" | "tcp"): Packet | null => {
    const [question] = packet.questions ?? [];
    const text = `${question?.type} ${question?.name}`;
    asked.push(`${transport} ${text}`);
    const reply = script(text);
    if (reply === null) return null;
    const { rcode = 0, authoritative = true, truncated = false, ...sections } = reply;
    const cut = truncated && transport === "udp";
    const flags = rcode | (authoritative ? AUTHORITATIVE_ANSWER : 0) | (cut ? TRUNCATED_RESPONSE : 0);
    const { id = 0, questions = [] } = packet;
    return { type: "response", id, flags, questions, ...(cut ? {} : sections) };
  };
  const udp = createSocket("udp4");
  udp.on("message", (message, from) => {
    const reply = replyTo(decode(message), "udp");
    if (reply !== null) udp.send(encode(reply), from.port, from.address);
  });
  udp.bind(port, host);
  await once(udp, "listening");
  const tcp = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", (data) => {
      const reply = replyTo(decode(Buffer.from(data).subarray(2)), "tcp");
      if (reply === null) return;
      // In two pieces, as networks do.
      const bytes = streamEncode(reply);
      socket.write(bytes.subarray(0, 1));
      setTimeout(() => socket.end(bytes.subarray(1)), 5);
    });
  });
  tcp.listen(udp.address().port, host);
  await once(tcp, "listening");
  return {
    host,
    port: udp.address().port,
    asked,
    [Symbol.asyncDispose]: async () => {
      udp.close();
      tcp.close();
      await once(tcp, "close");
    },
  };
}
