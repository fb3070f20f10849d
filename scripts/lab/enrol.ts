import { readFile } from "node:fs/promises";
import { Agent, request } from "undici";
import { z } from "zod";
import { fail, SystemError } from "../cli/index.ts";
import type { LabPaths } from "./paths.ts";
import { labStatus } from "./status.ts";

const answerSchema = z.union([
  z.object({
    company: z.string(),
    enrolled: z.array(z.string()),
    refused: z.array(z.object({ name: z.string(), reason: z.string() })),
    usedSlots: z.number(),
  }),
  z.object({ error: z.string() }),
]);

/** What became of machines on which the installer was run. */
export type Enrolment = Extract<z.infer<typeof answerSchema>, { company: string }>;

export interface Machines {
  /** Link of an installation package, as the outputs give it. */
  readonly link: string;
  readonly workstations: number;
  readonly servers: number;
}

/**
 * Simulated machines run the installer behind a link, as a person would on each: the lab's GravityZone gives each a
 * seat, or says why not.
 *
 * @throws UserError when no package has the link.
 * @throws SystemError when the lab's GravityZone does not run.
 */
export async function enrolMachines(lab: LabPaths, machines: Machines): Promise<Enrolment> {
  const answer = answerSchema.parse(await askControl(lab, "enrol", machines));
  if ("company" in answer) return answer;
  fail(`${machines.link}: ${answer.error}.`, { code: "LAB_LINK_UNKNOWN" });
}

/** What the lab's console would say to this login. */
export async function consoleLogin(lab: LabPaths, email: string, password: string): Promise<boolean> {
  return z.object({ allowed: z.boolean() }).parse(await askControl(lab, "logins", { email, password }))
    .allowed;
}

async function askControl(lab: LabPaths, path: string, body: object): Promise<unknown> {
  const status = await labStatus(lab);
  if (status.state === "absent" || !status.gravityzone.up) {
    throw new SystemError(`The GravityZone of the lab ${lab.name} does not run.`, {
      code: "LAB_DOWN",
      hint: `npx bastide lab up --lab ${lab.name}`,
    });
  }
  const { controlUrl, caFile } = status.gravityzone;
  const dispatcher = new Agent({ connect: { ca: await readFile(caFile, "utf8") } });
  try {
    const options = { method: "POST", dispatcher, body: JSON.stringify(body) } as const;
    const answer = await request(`${controlUrl}/${path}`, options);
    return await answer.body.json();
  } finally {
    await dispatcher.close();
  }
}
