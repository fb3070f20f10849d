import type { Progress } from "../../cli/index.ts";
import { ensureGoProgram, type GoProgram } from "../go-program.ts";

const restServer: GoProgram = {
  name: "rest-server",
  title: "restic's rest-server",
  module: "github.com/restic/rest-server",
  version: "0.14.0",
  sum: "h1:II5myUaSHEc5133fkM4BL5zINJIV8vaPRwTair/hr4Q=",
  package: "./cmd/rest-server",
};

/** restic's rest-server, built in about 15 seconds; its binary in the user's cache. */
export async function ensureRestServer(progress: Progress): Promise<string> {
  return await ensureGoProgram(restServer, progress);
}
