import { createHash, randomBytes, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { SFTPWrapper } from "ssh2";
import { Agent } from "undici";
import type { Cdg, FilesPlan, TenantPlan } from "../../plan/index.ts";
import { colour } from "../cli/index.ts";
import type { LabPaths } from "../lab/index.ts";
import { firstPassword } from "../stack/passwords.ts";
import type { Session } from "../stack/session.ts";
import { type FilePlaces, FilesPerson } from "./files-person.ts";

/** What people of a collectivité did with share and transfer. */
export interface FilesUsed {
  readonly slug: string;
  /** `null` where it has no share. */
  readonly shared: {
    /** Who wrote over WebDAV, and who read the same over SFTP. */
    readonly writer: string;
    readonly reader: string;
    readonly same: boolean;
    /** HTTP status of the byte after the quota. */
    readonly overQuota: number;
  } | null;
  /** `null` where it has no transfer. */
  readonly sent: {
    /** Somebody without an account got the same bytes. */
    readonly same: boolean;
    /** HTTP status without the link's password. */
    readonly withoutPassword: number;
  } | null;
}

/** Writes, reads, fills up and sends files as a collectivité's people would. */
export async function useFiles(
  paths: LabPaths,
  session: Session,
  { slug, files }: TenantPlan,
  { connections, platform }: Cdg,
): Promise<FilesUsed | null> {
  if (files === undefined || connections.sftpgo === undefined) return null;
  const ca = await readFile(paths.caFile, "utf8");
  const dispatcher = new Agent({ connect: { ca } });
  const sftpPort = platform?.files?.sftpPort ?? 2022;
  const places: FilePlaces = { url: connections.sftpgo.url, sftpPort, dispatcher };
  const enter = async (login: string) =>
    await FilesPerson.loggedIn(places, paths, login, async () => await firstPassword(session, slug, login));
  try {
    return { slug, shared: await share(files, enter), sent: await transfer(files, enter, places) };
  } finally {
    await dispatcher.close();
  }
}

type Enter = (login: string) => Promise<FilesPerson>;

async function share({ share: plan, users }: FilesPlan, enter: Enter): Promise<FilesUsed["shared"]> {
  const [first, second = first] = users.filter(({ shares }) => shares);
  if (plan === undefined || first === undefined || second === undefined) return null;
  const [writer, reader] = [await enter(first.login), await enter(second.login)];
  const text = `Démonstration ${randomUUID()}\n`;
  const path = `${plan.mountedAt}/demonstration.txt`;
  await writer.dav("PUT", path, text);
  const read = await reader.sftp(async (sftp) => (await contentOf(sftp, path)).toString());
  return {
    writer: writer.login,
    reader: reader.login,
    same: read === text,
    overQuota: await overQuota(plan, writer, reader),
  };
}

/** One fills the folder with a file of zeros that takes no place on the disk; the other's next byte is refused. */
async function overQuota(
  { mountedAt, quotaBytes }: NonNullable<FilesPlan["share"]>,
  one: FilesPerson,
  other: FilesPerson,
): Promise<number> {
  if (quotaBytes === null) return 0;
  const zeros = `${mountedAt}/remplissage.bin`;
  try {
    await one.sftp(async (sftp) => await writeLastByte(sftp, zeros, quotaBytes - 1));
    return (await other.dav("PUT", `${mountedAt}/de-trop.txt`, "x")).status;
  } finally {
    await one.dav("DELETE", zeros);
  }
}

async function transfer(
  { transfer: plan, users }: FilesPlan,
  enter: Enter,
  { url, dispatcher }: FilePlaces,
): Promise<FilesUsed["sent"]> {
  const sender = users.find(({ transfers }) => transfers);
  if (plan === undefined || sender === undefined) return null;
  const person = await enter(sender.login);
  const content = randomBytes(300_000).toString("base64");
  const path = `${plan.mountedAt}/plans-${randomUUID().slice(0, 8)}.txt`;
  await person.dav("PUT", path, content);
  const password = `Lien-${randomBytes(12).toString("base64url")}-1`;
  const share = {
    name: "Démonstration",
    scope: 1,
    paths: [path],
    password,
    expires_at: Date.now() + 86_400_000,
  };
  const { id } = await person.api("POST", "user/shares", JSON.stringify(share));
  const open = async (headers: Readonly<Record<string, string>>) =>
    await dispatcher.request({
      origin: new URL(url).origin,
      path: `/api/v2/shares/${id}?compress=false`,
      method: "GET",
      headers,
    });
  const refused = await open({});
  await refused.body.dump();
  const login = Buffer.from(`:${password}`).toString("base64");
  const got = Buffer.from(await (await open({ authorization: `Basic ${login}` })).body.arrayBuffer());
  return { same: sha256(got) === sha256(Buffer.from(content)), withoutPassword: refused.statusCode };
}

async function contentOf(sftp: SFTPWrapper, path: string): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    sftp.readFile(path, (error, content) => (error ? reject(error) : resolve(content)));
  });
}

/** A file of which this is the only byte that was written. */
async function writeLastByte(sftp: SFTPWrapper, path: string, at: number): Promise<void> {
  const handle = await new Promise<Buffer>((resolve, reject) => {
    sftp.open(path, "w", (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  await new Promise<void>((resolve, reject) => {
    sftp.write(handle, Buffer.from([0]), 0, 1, at, (error) => (error ? reject(error) : resolve()));
  });
  await new Promise<void>((resolve, reject) => {
    sftp.close(handle, (error) => (error ? reject(error) : resolve()));
  });
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The lines that prove both services, for the demonstration's summary. */
export function filesLines({ shared, sent }: FilesUsed): readonly string[] {
  return [...(shared === null ? [] : [shareLine(shared)]), ...(sent === null ? [] : [transferLine(sent)])];
}

function shareLine({ writer, reader, same, overQuota }: NonNullable<FilesUsed["shared"]>): string {
  const mark = same && (overQuota === 0 || overQuota >= 400) ? colour("green", "✓") : colour("red", "✗");
  const said = same ? "the same" : "something else";
  const full = overQuota === 0 ? "it has no quota" : `the byte over the quota is answered ${overQuota}`;
  return `  ${mark} share: ${writer} wrote over WebDAV, ${reader} read ${said} over SFTP; ${full}`;
}

function transferLine({ same, withoutPassword }: NonNullable<FilesUsed["sent"]>): string {
  const mark = same && withoutPassword === 401 ? colour("green", "✓") : colour("red", "✗");
  const said = same ? "the same bytes" : "something else";
  return `  ${mark} transfer: a link with password gave somebody without an account ${said}; without it: ${withoutPassword}`;
}
