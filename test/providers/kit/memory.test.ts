import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { book, plain, useShelf } from "./shelf/session.ts";

const RESOURCES = 1_000;
const AT_ONCE = 50;

const shelf = useShelf();

describe("a plugin with a thousand resources", () => {
  test("stays under 150 MB", { timeout: 60_000 }, async () => {
    for (let first = 0; first < RESOURCES; first += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => deploy(`book-${first + index}`)));
    }
    const status = readFileSync(`/proc/${shelf.plugin.child.pid}/status`, "utf8");
    const residentKiB = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]);
    expect(residentKiB).toBeGreaterThan(0);
    expect(residentKiB * 1024).toBeLessThan(150e6);
  });
});

/** What the engine does with a new resource, and with one that it refreshes and finds unchanged. */
async function deploy(name: string): Promise<void> {
  const news = {
    value: { ...plain({ name, title: "T" }).value, note: `secret of ${name}` },
    secrets: [["note"]],
  };
  const { inputs } = await shelf.provider.check(book, news);
  const { id, outputs } = await shelf.provider.create(book, inputs);
  await shelf.provider.read(book, id, { properties: outputs, inputs });
  await shelf.provider.diff(book, id, inputs, inputs, outputs);
}
