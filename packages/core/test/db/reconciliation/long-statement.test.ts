import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => database.drop());

/** Of JavaScript objects. Held in memory at once, the lines alone would need more. */
const heapMib = 48;
const lines = Number(process.env["STATEMENT_LINES"] ?? 60_000);

test(
  "F115: a statement of 60 000 lines fits a process with little memory",
  { timeout: 900_000 },
  async () => {
    const script = new URL("../../world/long-statement.ts", import.meta.url).pathname;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [`--max-old-space-size=${heapMib}`, script, String(lines)],
      {
        env: {
          ...process.env,
          APP_DATABASE_URL: database.appUrl,
          READER_DATABASE_URL: database.readerUrl,
        },
      },
    );
    const result = JSON.parse(stdout) as Record<string, number | string>;
    expect(result).toMatchObject({ state: "completed", lines, breaks: 0 });
    expect(result["maxRssMib"]).toBeLessThan(350);
    if (lines !== 60_000) process.stderr.write(`${stdout}\n`);
  },
);
