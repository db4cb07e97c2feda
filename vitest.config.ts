import { defineConfig } from "vitest/config";

const roots = "{apps,packages,tooling}/*";

export default defineConfig({
  test: {
    projects: [
      // Pure: no database, no server.
      {
        test: {
          name: "unit",
          include: [`${roots}/test/unit/**/*.test.ts`],
          // Some talk to local servers; a busy machine is no failure.
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      // Real PostgreSQL, a database cloned from the migrated template per file.
      {
        test: {
          name: "db",
          include: [`${roots}/test/db/**/*.test.ts`],
          globalSetup: ["tooling/dev/src/vitest-database.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      // The whole stack over HTTP: sandbox, API, worker, PostgreSQL.
      {
        test: {
          name: "e2e",
          include: [`${roots}/test/e2e/**/*.test.ts`],
          exclude: ["**/node_modules/**", "apps/admin/**"],
          globalSetup: ["tooling/dev/src/vitest-stack.ts"],
          testTimeout: 120_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      // The console in a real browser, on a stack of its own.
      {
        test: {
          name: "console",
          include: ["apps/admin/test/e2e/**/*.test.ts"],
          globalSetup: ["tooling/dev/src/vitest-stack.ts"],
          testTimeout: 120_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
