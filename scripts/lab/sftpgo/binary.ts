import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../../cli/index.ts";
import { ensureGoProgram, type GoProgram } from "../go-program.ts";
import { copyLibraries, librariesDigest } from "./web-libraries.ts";

const sftpgo: GoProgram = {
  name: "sftpgo",
  title: "SFTPGo",
  module: "github.com/drakkan/sftpgo/v2",
  version: "2.7.5",
  sum: "h1:cME4MEjRVIIiUcDqSXD+mjNp6fU/xnuOd7CimD+s+OI=",
  /** `bundle`: the web client's files inside the binary. The rest leaves out what nobody here uses. */
  tags: "bundle,nogcs,nos3,noazblob,nobolt,nomysql,nosqlite,noportable,nometrics",
  async prepare(source) {
    for (const name of ["openapi", "static", "templates"]) {
      await cp(join(source, name), join(source, "internal/bundle", name), { recursive: true });
    }
    await copyLibraries(join(source, "internal/bundle/static"));
  },
};

/** SFTPGo, built in about two minutes on two cores; its binary in the user's cache. */
export async function ensureSftpgo(progress: Progress): Promise<string> {
  return await ensureGoProgram({ ...sftpgo, added: await librariesDigest() }, progress);
}
