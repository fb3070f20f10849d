import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import {
  type Answer,
  type DecodedPacket,
  decode,
  encode,
  type Packet,
  RECURSION_DESIRED,
  streamEncode,
} from "dns-packet";

import { isAskable } from "./records.ts";

/** A name server that can be asked. */
export interface ServerAddress {
  /** IPv4 or IPv6 address. */
  readonly host: string;
  readonly port: number;
}

export type QueryType = "A" | "AAAA" | "CNAME" | "MX" | "NS" | "TXT";

export interface Question {
  /** Without a final dot. */
  readonly name: string;
  readonly type: QueryType;
  /** Asks the server to look further by itself; an authoritative server is asked what it knows. */
  readonly recursive: boolean;
}

/** What a server said; which of it to believe is the caller's to decide. */
export interface Reply {
  /** 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED (RFC 1035 section 4.1.1). */
  readonly rcode: number;
  /** The server speaks for the zone. */
  readonly authoritative: boolean;
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
  readonly additionals: readonly Answer[];
}

/** No usable answer came: timeout, refused connection, rubbish. Says nothing about what is published. */
export class NoReply extends Error {
  override readonly name = "NoReply";
}

/** Milliseconds that each try over UDP waits; packets get lost. */
const udpTimeouts = [1_000, 2_000] as const;
const tcpTimeoutMs = 4_000;

/** Answers that fit into no fragment (DNS flag day 2020). */
const udpPayloadSize = 1_232;

/**
 * Asks one server one question: over UDP, and over TCP where the answer was cut.
 *
 * @throws NoReply when nothing usable came back, after about 3 seconds.
 */
export async function query(server: ServerAddress, question: Question, signal?: AbortSignal): Promise<Reply> {
  if (!isAskable(question.name)) throw new NoReply(`« ${question.name} » n’est pas un nom`);
  const reply = await queryUdp(server, question, signal);
  return replyOf(reply.flag_tc ? await queryTcp(server, question, signal) : reply);
}

async function queryUdp(
  server: ServerAddress,
  question: Question,
  signal: AbortSignal | undefined,
): Promise<DecodedPacket> {
  let failure: unknown;
  for (const timeoutMs of udpTimeouts) {
    signal?.throwIfAborted();
    try {
      return await exchangeUdp(server, packetOf(question), timeoutMs, signal);
    } catch (error) {
      if (!(error instanceof NoReply)) throw error;
      failure = error;
    }
  }
  throw failure;
}

function packetOf({ name, type, recursive }: Question): Packet {
  return {
    type: "query",
    id: randomInt(0x1_0000),
    flags: recursive ? RECURSION_DESIRED : 0,
    questions: [{ name, type }],
    additionals: [
      {
        type: "OPT",
        name: ".",
        udpPayloadSize,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  };
}

/** One packet there and one back; packets that are no answer to it are not looked at. */
async function exchangeUdp(
  { host, port }: ServerAddress,
  packet: Packet,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<DecodedPacket> {
  const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
  try {
    return await new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException): void => reject(new NoReply(reasonOf(error)));
      const timer = setTimeout(() => reject(new NoReply("pas de réponse dans le délai")), timeoutMs);
      const abort = (): void => reject(signal?.reason);
      signal?.addEventListener("abort", abort, { once: true });
      socket.once("close", () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      });
      socket.on("error", failed);
      socket.on("message", (message) => {
        const reply = decoded(message);
        if (reply !== null && answersTo(reply, packet)) resolve(reply);
      });
      // A connected socket takes packets from that server alone, and is told when nobody listens there.
      socket.connect(port, host, () => socket.send(encode(packet)));
    });
  } finally {
    socket.close();
  }
}

async function queryTcp(
  { host, port }: ServerAddress,
  question: Question,
  signal: AbortSignal | undefined,
): Promise<DecodedPacket> {
  const packet = packetOf(question);
  const socket = connect({ host, port, timeout: tcpTimeoutMs });
  const abort = (): void => void socket.destroy();
  signal?.addEventListener("abort", abort, { once: true });
  const deadline = setTimeout(() => socket.destroy(new Error("pas de réponse dans le délai")), tcpTimeoutMs);
  try {
    socket.write(streamEncode(packet));
    let received = Buffer.alloc(0);
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) continue;
      const reply = decoded(received.subarray(2, 2 + received.readUInt16BE(0)));
      if (reply !== null && answersTo(reply, packet)) return reply;
      break;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw new NoReply(reasonOf(error));
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener("abort", abort);
    socket.destroy();
  }
  signal?.throwIfAborted();
  throw new NoReply("réponse incomplète en TCP");
}

function decoded(message: Buffer): DecodedPacket | null {
  try {
    return decode(message);
  } catch {
    return null;
  }
}

function answersTo(reply: DecodedPacket, { id, questions: [asked] = [] }: Packet): boolean {
  const question = reply.questions?.[0];
  const same = question?.name.toLowerCase() === asked?.name.toLowerCase() && question?.type === asked?.type;
  // A server that could not read the question may leave it out.
  return reply.flag_qr && reply.id === id && (same || (question === undefined && rcodeOf(reply) !== 0));
}

function rcodeOf({ flags = 0 }: DecodedPacket): number {
  return flags & 0xf;
}

function replyOf(reply: DecodedPacket): Reply {
  const { answers = [], authorities = [], additionals = [], flag_aa: authoritative } = reply;
  return { rcode: rcodeOf(reply), authoritative, answers, authorities, additionals };
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: "connexion refusée",
    EHOSTUNREACH: "machine injoignable",
    ENETUNREACH: "réseau injoignable",
    ETIMEDOUT: "pas de réponse dans le délai",
    ECONNRESET: "connexion coupée",
  };
  return known[code] ?? (error instanceof Error ? error.message : String(error));
}
