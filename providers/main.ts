/**
 * The process in which `bastide` has the plugins of its stacks: `providers/main.ts --slots=N [--stand-ins]`. Each
 * stack gets a line, the value of `PULUMI_DEBUG_PROVIDERS`. With the stand-ins that is two processes fewer for
 * every run of the engine than where it starts a plugin for each package; they are loaded at their first call.
 */
import { plugin as cdg } from "./cdg/plugin.ts";
import { type Listening, listen, serveSlots } from "./kit/index.ts";

const args = process.argv.slice(2);

await serveSlots(args, async () => {
  const served: Readonly<Record<string, Listening>> = {
    cdg: await listen(cdg),
    ...(args.includes("--stand-ins") ? await standIns() : {}),
  };
  const line = Object.entries(served)
    .map(([name, { port }]) => `${name}:${port}`)
    .join(",");
  return { line, listening: Object.values(served) };
});

async function standIns() {
  return {
    docker: await listen(async () => (await import("./stand-ins/docker/plugin.ts")).plugin),
    command: await listen(async () => (await import("./stand-ins/command/plugin.ts")).plugin),
  };
}
