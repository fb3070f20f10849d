import { defineConfig } from "vitest/config";

/** One vitest project a level, so that `npx vitest run --project unit` runs that level alone. */
export default defineConfig({
  test: {
    expect: { requireAssertions: true },
    reporters: ["default"],
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["test/{plan,catalogue,scripts,stacks}/**/*.test.ts"] },
      },
      { extends: true, test: { name: "component", include: ["test/components/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "provider",
          include: ["test/providers/**/*.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          globalSetup: ["test/e2e/lab.setup.ts"],
        },
      },
    ],
  },
});
