/** Files of a gigabyte, sent and received without being kept. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { request } from "undici";
import type { Person } from "../../providers/cdg/sftpgo/people.ts";

const PIECE = Buffer.alloc(1 << 20);

/** So many zeros. */
export function zeros(bytes: number): Readable {
  return Readable.from(
    (function* () {
      for (let left = bytes; left > 0; left -= PIECE.length)
        yield left < PIECE.length ? PIECE.subarray(0, left) : PIECE;
    })(),
  );
}

export function sha256OfZeros(bytes: number): string {
  const hash = createHash("sha256");
  for (let left = bytes; left > 0; left -= PIECE.length)
    hash.update(left < PIECE.length ? PIECE.subarray(0, left) : PIECE);
  return hash.digest("hex");
}

/** Sends zeros in the web client's way, with their length declared; the HTTP status, or the connection's error code. */
export async function uploadZeros(
  person: Person,
  url: string,
  path: string,
  bytes: number,
): Promise<number | string> {
  try {
    const { statusCode, body } = await request(
      `${url}api/v2/user/files/upload?path=${encodeURIComponent(path)}`,
      {
        method: "POST",
        headers: { authorization: `Bearer ${await person.token()}`, "content-length": String(bytes) },
        body: zeros(bytes),
        headersTimeout: 600_000,
      },
    );
    await body.dump();
    return statusCode;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

/** What a link gives to somebody without an account: status, length and checksum. */
export async function download(
  url: string,
  link: string,
  password: string | null,
): Promise<{ readonly status: number; readonly bytes: number; readonly sha256: string }> {
  const headers =
    password === null ? {} : { authorization: `Basic ${Buffer.from(`:${password}`).toString("base64")}` };
  const { statusCode, body } = await request(`${url}api/v2/shares/${link}?compress=false`, { headers });
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of body) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { status: statusCode, bytes, sha256: hash.digest("hex") };
}

/** A file of which the last byte alone is written over SFTP: full length, no place on the disk. */
export async function sparse(person: Person, path: string, bytes: number): Promise<string> {
  return await person.sftp(
    (sftp) =>
      new Promise((resolve, reject) => {
        sftp.open(path, "w", (failed, handle) => {
          if (failed) return reject(failed);
          sftp.write(handle, Buffer.from([0]), 0, 1, bytes - 1, (refused) => {
            sftp.close(handle, (late) => resolve((refused ?? late)?.message ?? ""));
          });
        });
      }),
  );
}
