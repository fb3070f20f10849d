/** The thread of {@link hostInThread}: opens and closes language hosts as its parent asks, one at a time. */
import { parentPort, workerData } from "node:worker_threads";
import type { LanguageHost } from "./language-host.ts";
import { hostInThisThread } from "./program-host.ts";
import { loadProgram } from "./program-run.ts";
import type { FromThread, ThreadData, ToThread } from "./thread-host.ts";

const { root }: ThreadData = workerData;
const program = hostInThisThread(root);
// A thread that loads code answers nobody, and on a busy machine an engine would give up: load first. What
// does not load is told about when the engine asks for it.
const loaded = loadProgram(root).catch(() => {});
let open: LanguageHost | undefined;

parentPort?.on("message", async (message: ToThread) => {
  if (message === "open") {
    await loaded;
    open = await program.open((event) => tell({ kind: "event", event }));
    tell({ kind: "opened", address: open.address });
  } else {
    await open?.close();
    tell({ kind: "closed" });
  }
});

function tell(message: FromThread): void {
  parentPort?.postMessage(message);
}
