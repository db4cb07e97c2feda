import { expect, test } from "vitest";
import { createBoss } from "../../src/job-queue.ts";

test("an error of the queue is named, also where pg-boss hands on a copy; a row's values are not", () => {
  const lines: Record<string, unknown>[] = [];
  const note = (fields: Record<string, unknown>): void => void lines.push(fields);
  const boss = createBoss({
    connectionString: "postgres://wallet_app@127.0.0.1:1/wallet",
    role: "worker",
    log: { info: note, warn: note, error: note },
  });
  const real = new Error("Connection terminated unexpectedly");
  boss.emit("error", real);
  boss.emit("error", { message: "timeout exceeded when trying to connect", queue: "a.b" } as never);
  boss.emit("error", { message: "(4048195678) exists", severity: "ERROR", code: "23505" } as never);
  expect(lines).toEqual([
    { error: real },
    { code: undefined, queue: "a.b", reason: "timeout exceeded when trying to connect" },
    { code: "23505", queue: undefined, reason: undefined },
  ]);
});
