import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/e2e/longest-first.ts";

/** End-to-end files that start systems of their own and use little of the machine: two run at a time. */
const apart = [
  ...["adopt", "antivirus", "anywhere", "bounds", "faults", "history", "hostile", "interrupt", "lifecycle"],
  ...["locks", "quotas", "same-state", "secrets", "upgrade"],
].map((name) => `test/e2e/${name}.test.ts`);

const endToEnd = {
  testTimeout: 300_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 30_000 } },
};

/** One vitest project a level, so that `npx vitest run --project unit` runs that level alone. */
export default defineConfig({
  test: {
    expect: { requireAssertions: true },
    reporters: ["default"],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/{plan,catalogue,scripts,stacks}/**/*.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: { name: "component", include: ["test/components/**/*.test.ts"], testTimeout: 30_000 },
      },
      {
        extends: true,
        test: {
          name: "provider",
          include: ["test/providers/**/*.test.ts"],
          // Some run the real engine several times, beside two other files.
          testTimeout: 120_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
          // Most of them wait for answers that never come.
          maxWorkers: 3,
        },
      },
      { extends: true, test: { name: "sandbox", include: apart, ...endToEnd, maxWorkers: 2 } },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude: apart,
          ...endToEnd,
          // One file a lab at a time.
          maxWorkers: Number(process.env.BASTIDE_TEST_LABS ?? 1),
          globalSetup: ["test/e2e/lab.setup.ts"],
        },
      },
    ],
  },
});
