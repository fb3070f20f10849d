/** Files of a gigabyte, sent and received without being kept. */
import { createHash, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { execa } from "execa";
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

/** Writes a file of so many bytes: random ones here and there, also at both ends, and no place on the disk between. */
export async function largeFile(path: string, bytes: number): Promise<void> {
  await using file = await open(path, "w");
  for (let piece = 0; piece <= 16; piece += 1) {
    const content = randomBytes(4096);
    await file.write(content, 0, content.length, Math.floor(((bytes - content.length) * piece) / 16));
  }
}

export async function sha256Of(
  content: AsyncIterable<Uint8Array>,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of content) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** What curl gives somebody without an account. @throws what curl says, with the HTTP status. */
export async function curl(
  url: string,
  password: string,
  caFile: string,
): Promise<{ bytes: number; sha256: string }> {
  const line = ["--silent", "--show-error", "--fail", "--cacert", caFile, "--config", "-", url];
  const run = execa("curl", line, {
    input: `user = ":${password}"\n`,
    encoding: "buffer",
    buffer: { stdout: false },
  });
  const received = await sha256Of(run.stdout);
  await run;
  return received;
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
  return { status: statusCode, ...(await sha256Of(body)) };
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
