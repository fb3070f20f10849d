/** Lists that GravityZone gives page by page. */
import { z } from "zod";
import type { GravityZone } from "./client.ts";
import type { Call } from "./connection.ts";

/** Most that one page may hold (bitdefender.com, 77211-125280, read 2026-11-24). */
const PER_PAGE = 100;

const pageReply = z.looseObject({ pagesCount: z.number().int(), items: z.array(z.unknown()) });

/** All items of a list, each of this shape. */
export async function allPages<T>(
  { connection }: GravityZone,
  call: Pick<Call, "operation" | "target" | "params">,
  shape: z.ZodType<T>,
  signal: AbortSignal,
): Promise<T[]> {
  const items: unknown[] = [];
  for (let page = 1; ; page += 1) {
    const params = { ...call.params, page, perPage: PER_PAGE };
    const reply = await connection.ask({ ...call, params, lost: "again" }, pageReply, signal);
    items.push(...reply.items);
    if (page >= reply.pagesCount) return z.array(shape).parse(items);
  }
}
